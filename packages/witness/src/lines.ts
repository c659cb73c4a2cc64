import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const blockBytes = 1024 * 1024;

/** A line of a file, and where it ends. */
export type Line = { text: string; end: number };

/** Lines from a place of a file on, one after the other, since such files grow for years; without a last one that has no end yet. From the beginning where the file is shorter than that. */
export function* linesFrom(file: string, place: number): Generator<Line> {
  const handle = openSync(file, 'r');
  try {
    let at = fstatSync(handle).size < place ? 0 : place;
    let end = at;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const block = Buffer.allocUnsafe(blockBytes);
      const read = readSync(handle, block, 0, blockBytes, at);
      if (read === 0) return;
      at += read;
      rest = Buffer.concat([rest, block.subarray(0, read)]);
      for (let next = rest.indexOf(0x0a); next !== -1; next = rest.indexOf(0x0a)) {
        end += next + 1;
        yield { text: rest.toString('utf8', 0, next), end };
        rest = rest.subarray(next + 1);
      }
    }
  } finally {
    closeSync(handle);
  }
}
