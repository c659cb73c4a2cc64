import { statfs } from 'node:fs/promises';
import { SetupError } from './failure.ts';

const mega = 1_000_000;
const startBytesMin = 1000 * mega;
const warnBytes = 500 * mega;
/** Kafka and PostgreSQL write whole files of 64 and 16 MB; with less than this the next one may not fit. */
const workBytesMin = 100 * mega;
const lookEveryMs = 1000;

/** Throws `SetupError` when the disk of a home has too little room to start; answers the megabytes that are free. */
export async function requireDisk(home: string): Promise<number> {
  const bytes = await freeBytes(home);
  if (bytes < startBytesMin) throw new SetupError(`The disk of ${home} has ${megabytes(bytes)} MB free; ${megabytes(startBytesMin)} MB are needed.`, 'Free some space, or set COUNTERSIGN_HOME to another disk.');
  return megabytes(bytes);
}

/** Why a program that works on the disk ended: the disk, if that is full. */
export async function reasonOfEnd(name: string, home: string, logs: string): Promise<SetupError> {
  const bytes = await freeBytes(home).catch(() => Infinity);
  if (bytes < workBytesMin) return fullDisk(home, bytes, `${name} ended.`);
  return new SetupError(`${name} ended unexpectedly, so everything was stopped. Nothing is lost.`, `Read ${logs} for why, then start again with \`npm start\`.`);
}

export type DiskListener = { onLow(message: string): void; onFull(error: SetupError): void };

/**
 * Looks at the disk of a home each second. Calls `onLow` whenever it becomes short of space, and `onFull`, once, while
 * there is still room to stop in order: a Kafka whose disk is full ends in the middle of its work, and takes everything
 * with it.
 */
export function watchDisk(home: string, { onLow, onFull }: DiskListener): Disposable {
  let low = false;
  const look = async () => {
    const bytes = await freeBytes(home);
    if (bytes < workBytesMin) {
      clearInterval(timer);
      onFull(fullDisk(home, bytes, 'Countersign stopped before its data suffers.'));
      return;
    }
    if (bytes < warnBytes && !low) onLow(`The disk of ${home} has ${megabytes(bytes)} MB free; at ${megabytes(workBytesMin)} MB Countersign stops. Free some space`);
    low = bytes < warnBytes;
  };
  // A look that fails says nothing about the disk; whoever works on it will.
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function fullDisk(home: string, bytes: number, consequence: string): SetupError {
  return new SetupError(`The disk of ${home} is full (${megabytes(bytes)} MB free). ${consequence}`, `Free at least ${megabytes(startBytesMin)} MB and start again: nothing that was acknowledged is lost.`);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / mega);
}
