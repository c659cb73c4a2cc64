import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyCommitment, samplingKeyLeadMs } from '@countersign/core';
import { parseSamplingKeys } from '@countersign/kit';
import { SetupError } from '../infrastructure/failure.ts';

/** Services look at the file every few seconds, and count their ten minutes from then. */
const pickUpMs = 60_000;
export const rotationLeadMsMin = samplingKeyLeadMs + pickUpMs;

export type Rotation = { version: string; validFrom: string; commitment: string };

/**
 * Adds a random key that becomes valid `startsInMs` after `nowMs`, and keeps the others: past draws need them. The file
 * is replaced at once and keeps its mode. Throws `SetupError` for a key that starts too soon or before one that is there.
 */
export async function rotateSamplingKey(options: { file: string; startsInMs: number; nowMs: number; version?: string }): Promise<Rotation> {
  const { file, startsInMs, nowMs } = options;
  if (startsInMs < rotationLeadMsMin) {
    throw new SetupError('The key would start too soon.', `Let it start at least ${rotationLeadMsMin / 60_000} minutes ahead: services need a moment to see it, and refuse one that starts in less than ${samplingKeyLeadMs / 60_000}.`);
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SetupError(`${file} cannot be read.`, 'Name the file of the sampling keys with --file.', error);
  });
  const present = parseSamplingKeys(text, file);
  const validFrom = new Date(nowMs + startsInMs);
  const version = options.version ?? nextVersion(present.map((key) => key.version));
  if (present.some((key) => key.version === version)) throw new SetupError(`There is a key ${version} already.`, 'Give the new one another version.');
  const last = present.at(-1);
  if (last !== undefined && last.validFrom >= validFrom.getTime() * 1000) throw new SetupError(`Key ${last.version} starts at ${new Date(last.validFrom / 1000).toISOString()}, later than this one would.`, 'Let the new one start after it.');
  const key = randomBytes(32);
  const { keys } = JSON.parse(text) as { keys: object[] };
  const added = `${JSON.stringify({ keys: [...keys, { version, validFrom: validFrom.toISOString(), keyBase64: key.toString('base64') }] }, null, 2)}\n`;
  parseSamplingKeys(added, file);
  await replaceFile(file, added);
  return { version, validFrom: validFrom.toISOString(), commitment: keyCommitment(key) };
}

function nextVersion(versions: readonly string[]): string {
  const numbers = versions.map((version) => Number(/^k(\d+)$/.exec(version)?.[1] ?? 0));
  return `k${Math.max(0, ...numbers) + 1}`;
}

/**
 * Readers see the old text or the new one, and nobody sees it who did not before; it stays its owner's, also when root replaces it in a container. The file being
 * written doubles as the lock of two rotations at once.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(file);
  const next = `${file}.new`;
  const handle = await open(next, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new SetupError(`${next} is there: another rotation runs, or one was interrupted.`, 'Remove it if no other rotation runs.', error);
    throw new SetupError(`${next} cannot be made (${error.message}).`, 'Name the file where it is kept, not where a container has it mounted: docs/cli.md.', error);
  });
  try {
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o777);
    await handle.writeFile(text);
    await handle.sync();
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  const folder = await open(dirname(file));
  await folder.sync().finally(() => folder.close());
}
