import { closeSync, openSync, readSync } from 'node:fs';
import { BundleError } from './format.ts';

/** A part of a file: where it lies, and how long it is. */
export type Stretch = { path: string; at: number; bytes: number };

/** A bundle is cut into files of 4 MiB, or of one line where that is longer. Each is read whole. */
const fileBytesMax = 32 * 1024 * 1024;

/** The bytes of a part of a file; in `space`, where that is large enough. */
export function readStretch({ path, at, bytes }: Stretch, space: Buffer = Buffer.alloc(0)): Buffer {
  if (bytes > fileBytesMax) throw new BundleError(`A file in the bundle has ${bytes} bytes, and ${fileBytesMax} at most are read.`);
  const buffer = bytes > space.length ? Buffer.allocUnsafeSlow(bytes) : space.subarray(0, bytes);
  if (!withFile(path, (file) => fillFrom(file, at, buffer))) throw new BundleError('The bundle became shorter while it was read.');
  return buffer;
}

/** Reads as many bytes as there is room for, from a place of a file on; false where it ends before. */
export function fillFrom(file: number, at: number, room: Buffer): boolean {
  for (let done = 0; done < room.length; ) {
    const read = readSync(file, room, done, room.length - done, at + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}

export function withFile<Result>(path: string, use: (file: number) => Result): Result {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
