import { closeSync, openSync, writeSync } from 'node:fs';
import { fillFrom } from '../bundle/stretch.ts';

/** More than this of a part goes to a file: memory does not grow with the evidence. */
const keptBytesMax = 4096;
const keptBytesMin = 512;
/** Bytes of UTF-8 that one unit of a string can take. */
const unitBytesMax = 3;

/** Each piece in a file ends with where the one of its part before it begins, and how many bytes that has: two numbers of 8 bytes. So nobody keeps a list of them. */
const linkBytes = 16;
/** `at` and `size`: of the piece written last, the size 0 where there is none. */
type Part = { bytes: Buffer; used: number; at: number; size: number };
/** What was written: of each part `at` and `size`, in turn. */
export type Spooled = { path: string; last: Float64Array };

/**
 * Values put aside, to be read back by their key: so that a rule may look at everything there is on a decision, however far apart it stands in the log, without
 * keeping state for all of them at once. Each thread writes to a file of its own, and any of them reads what all wrote. MUST be disposed of; its file
 * holds what was disclosed, and whoever made its folder MUST remove that.
 */
export class Spool implements Disposable {
  readonly #path: string;
  readonly #parts: readonly Part[];
  readonly #files = new Map<string, number>();
  /** What is read of a piece. */
  #space = Buffer.alloc(0);
  #end = 0;

  /** `path`: of a file that is not there yet; it is made when it is needed. `partCount`: what is put aside is sorted into so many parts. */
  constructor(path: string, partCount: number) {
    this.#path = path;
    this.#parts = Array.from({ length: partCount }, () => ({ bytes: Buffer.alloc(0), used: 0, at: 0, size: 0 }));
  }

  /** All values of a key come back together. */
  add(key: string, values: readonly unknown[]): void {
    const [part, text] = [hashOf(key) % this.#parts.length, `${JSON.stringify(values)},`];
    const bytesMax = text.length * unitBytesMax;
    if (bytesMax + linkBytes > keptBytesMax) return this.#write(this.#partAt(part), Buffer.concat([Buffer.from(text), Buffer.alloc(linkBytes)]));
    const kept = this.#roomIn(part, bytesMax);
    kept.used += kept.bytes.write(text, kept.used);
  }

  /** A number, of which only its likes matter. */
  addMark(mark: number): void {
    const kept = this.#roomIn(mark % this.#parts.length, Float64Array.BYTES_PER_ELEMENT);
    kept.used = kept.bytes.writeDoubleLE(mark, kept.used);
  }

  /** Writes down what is kept, for others to read. */
  flush(): Spooled {
    for (const part of this.#parts) this.#flushPart(part);
    return { path: this.#path, last: Float64Array.from(this.#parts.flatMap(({ at, size }) => [at, size])) };
  }

  /** The values of a part, in any order: what was handed over, or, if nothing was, what this one has itself. */
  part(part: number, all: readonly Spooled[]): unknown[][] {
    const values: unknown[][] = [];
    // Piece by piece: the text of a whole part would lie outside of what V8 collects often, and grow with the evidence.
    for (const piece of this.#piecesOf(part, all)) for (const value of JSON.parse(`[${piece.toString('utf8', 0, piece.length - 1)}]`) as unknown[][]) values.push(value);
    return values;
  }

  /** The marks of a part, ascending. */
  marks(part: number, all: readonly Spooled[]): Float64Array {
    const pieces = Array.from(this.#piecesOf(part, all), (piece) => Uint8Array.from(piece));
    return new Float64Array(Uint8Array.from(Buffer.concat(pieces)).buffer).sort();
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #partAt(part: number): Part {
    const kept = this.#parts[part];
    if (kept === undefined) throw new RangeError(`There is no part ${part}.`);
    return kept;
  }

  /** Whole values each; a piece is gone with the next. */
  *#piecesOf(part: number, all: readonly Spooled[]): Generator<Buffer> {
    for (const { path, last } of all) yield* this.#read(path, last[2 * part] ?? 0, last[2 * part + 1] ?? 0);
    if (all.length > 0) return;
    const { bytes, used, at, size } = this.#partAt(part);
    yield* this.#read(this.#path, at, size);
    if (used > 0) yield bytes.subarray(0, used);
  }

  /** A part with room for so many bytes more. */
  #roomIn(part: number, bytesMax: number): Part {
    const kept = this.#partAt(part);
    if (kept.used + bytesMax + linkBytes > keptBytesMax) this.#flushPart(kept);
    const needed = kept.used + bytesMax + linkBytes;
    if (needed > kept.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, Math.max(keptBytesMin, 2 * needed)));
      kept.bytes.copy(grown, 0, 0, kept.used);
      kept.bytes = grown;
    }
    return kept;
  }

  #flushPart(part: Part): void {
    if (part.used === 0) return;
    this.#write(part, part.bytes.subarray(0, part.used + linkBytes));
    part.used = 0;
  }

  /** `bytes` has room for the link at its end. */
  #write(part: Part, bytes: Buffer): void {
    bytes.writeDoubleLE(part.at, bytes.length - linkBytes);
    bytes.writeDoubleLE(part.size, bytes.length - linkBytes / 2);
    try {
      const file = this.#open(this.#path, 'wx+');
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      throw temporaryProblem(this.#path, error);
    }
    [part.at, part.size] = [this.#end, bytes.length];
    this.#end += bytes.length;
  }

  /** Reads the pieces of a part, the last one first. */
  *#read(path: string, at: number, size: number): Generator<Buffer> {
    while (size > 0) {
      if (this.#space.length < size) this.#space = Buffer.allocUnsafeSlow(size);
      const piece = this.#space.subarray(0, size);
      if (!fillFrom(this.#open(path, 'r'), at, piece)) throw new Error(`${path} became shorter while it was read.`);
      yield piece.subarray(0, size - linkBytes);
      [at, size] = [piece.readDoubleLE(size - linkBytes), piece.readDoubleLE(size - linkBytes / 2)];
    }
  }

  #open(path: string, flags: 'r' | 'wx+'): number {
    const file = this.#files.get(path) ?? openSync(path, flags, 0o600);
    this.#files.set(path, file);
    return file;
  }
}

/** What is wrong with the temporary folder, and what to do: no fault of the evidence. */
export function temporaryProblem(path: string, error: unknown): Error {
  return new Error(`${path} cannot be written (${String(error).replace(/^Error: /, '')}). Set TMPDIR to a folder with room for some 200 bytes a record.`, { cause: error });
}

/** A number of 53 bits for a text; two texts may have the same. */
export function markOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x5bd1e995];
  for (let at = 0; at < text.length; at += 1) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** FNV-1a, without a sign. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
