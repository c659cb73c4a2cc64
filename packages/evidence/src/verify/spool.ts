import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** More than this of a part goes to a file: memory does not grow with the evidence. */
const keptBytesMax = 4096;
const keptBytesMin = 512;
/** Bytes of UTF-8 that one unit of a string can take. */
const unitBytesMax = 3;

/** `written`: of each piece in the file, where it begins and how many bytes it has. */
type Part = { bytes: Buffer; used: number; written: number[] };
/** What was written: of each piece as `written` has it, part after part, and where in that each part ends. */
export type Spooled = { path: string; pieces: Float64Array; ends: Uint32Array };

/**
 * Values put aside, to be read back by their key: so that a rule may look at everything there is on a decision, however far apart it stands in the log, without
 * keeping state for all of them at once. Each thread writes to a file of its own, and any of them reads what all wrote. MUST be disposed of; its file
 * holds what was disclosed, and whoever made its folder MUST remove that.
 */
export class Spool implements Disposable {
  readonly #path: string;
  readonly #parts: readonly Part[];
  readonly #files = new Map<string, number>();
  #end = 0;

  /** `path`: of a file that is not there yet; it is made when it is needed. `partCount`: what is put aside is sorted into so many parts. */
  constructor(path: string, partCount: number) {
    this.#path = path;
    this.#parts = Array.from({ length: partCount }, () => ({ bytes: Buffer.alloc(0), used: 0, written: [] }));
  }

  /** All values of a key come back together. */
  add(key: string, values: readonly unknown[]): void {
    const [part, text] = [hashOf(key) % this.#parts.length, `${JSON.stringify(values)},`];
    const bytesMax = text.length * unitBytesMax;
    if (bytesMax > keptBytesMax) return this.#write(this.#partAt(part), Buffer.from(text));
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
    let end = 0;
    for (const part of this.#parts) this.#flushPart(part);
    const ends = Uint32Array.from(this.#parts, ({ written }) => (end += written.length));
    const pieces = new Float64Array(end);
    for (const [number, { written }] of this.#parts.entries()) pieces.set(written, ends[number - 1] ?? 0);
    return { path: this.#path, pieces, ends };
  }

  /** The values of a part, in any order: what was handed over, or, if nothing was, what this one has itself. */
  part(part: number, all: readonly Spooled[]): unknown[][] {
    return JSON.parse(`[${this.#bytesOf(part, all).toString('utf8').slice(0, -1)}]`) as unknown[][];
  }

  /** The marks of a part, ascending. */
  marks(part: number, all: readonly Spooled[]): Float64Array {
    const bytes = this.#bytesOf(part, all);
    return Float64Array.from({ length: bytes.length / Float64Array.BYTES_PER_ELEMENT }, (_, at) => bytes.readDoubleLE(at * Float64Array.BYTES_PER_ELEMENT)).sort();
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

  #bytesOf(part: number, all: readonly Spooled[]): Buffer {
    if (all.length > 0) return Buffer.concat(all.flatMap(({ path, pieces, ends }) => this.#read(path, pieces.subarray(ends[part - 1] ?? 0, ends[part]))));
    const { bytes, used, written } = this.#partAt(part);
    return Buffer.concat([...this.#read(this.#path, written), bytes.subarray(0, used)]);
  }

  /** A part with room for so many bytes more. */
  #roomIn(part: number, bytesMax: number): Part {
    const kept = this.#partAt(part);
    if (kept.used + bytesMax > keptBytesMax) this.#flushPart(kept);
    const needed = kept.used + bytesMax;
    if (needed > kept.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, Math.max(keptBytesMin, 2 * needed)));
      kept.bytes.copy(grown, 0, 0, kept.used);
      kept.bytes = grown;
    }
    return kept;
  }

  #flushPart(part: Part): void {
    if (part.used === 0) return;
    this.#write(part, part.bytes.subarray(0, part.used));
    part.used = 0;
  }

  #write(part: Part, bytes: Buffer): void {
    try {
      const file = this.#open(this.#path, 'wx+');
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      throw temporaryProblem(this.#path, error);
    }
    part.written.push(this.#end, bytes.length);
    this.#end += bytes.length;
  }

  #read(path: string, pieces: ArrayLike<number>): Buffer[] {
    return Array.from({ length: pieces.length / 2 }, (_, number) => {
      const [at, bytes] = [pieces[2 * number] ?? 0, pieces[2 * number + 1] ?? 0];
      const buffer = Buffer.allocUnsafe(bytes);
      for (let done = 0; done < bytes; ) {
        const read = readSync(this.#open(path, 'r'), buffer, done, bytes - done, at + done);
        if (read === 0) throw new Error(`${path} became shorter while it was read.`);
        done += read;
      }
      return buffer;
    });
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
