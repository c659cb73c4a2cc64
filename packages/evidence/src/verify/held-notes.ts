import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { BundleError } from '../bundle/format.ts';
import { parseObject } from './line.ts';

const pieceBytes = 1024 * 1024;
const heldLineBytesMax = 32 * pieceBytes;

/**
 * Notes in a file that somebody kept: JSON lines with a member `checkpoint` (an anchor file, or a witness's), one after the other, since there may be more
 * than fit into memory as text; or one note. Throws a `BundleError` for anything else.
 */
export function notesIn(file: string): Iterable<string> {
  const [first] = linesOf(file);
  const notes = first?.startsWith('{') === true ? { [Symbol.iterator]: () => checkpointsIn(file) } : [readFileSync(file, 'utf8')];
  for (const note of notes) if (note.includes('\n\n\u2014 ')) return notes;
  throw new BundleError(`${file} is neither a checkpoint nor JSON lines of them.`);
}

/** A line that was cut off when a disk was full stays in an anchor file, and is no evidence of anything; nor is what a witness was shown and nobody signed. */
function* checkpointsIn(file: string): Generator<string> {
  for (const line of linesOf(file)) {
    const { checkpoint, alarm } = parseObject(line) ?? {};
    if (typeof checkpoint === 'string' && alarm !== 'unsigned') yield checkpoint;
  }
}

/** Line after line, whatever the size of the file; the last one may have no end. */
function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  try {
    const block = Buffer.allocUnsafeSlow(pieceBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      yield* bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
      rest = bytes.subarray(end);
      if (rest.length > heldLineBytesMax) throw new BundleError(`${file} is neither a checkpoint nor JSON lines of them.`);
    }
    yield rest.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
