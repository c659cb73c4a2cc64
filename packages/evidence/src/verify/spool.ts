import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** What is put aside is sorted into so many parts. */
export const partCount = 1024;
/** More than this of a part goes to a file: memory does not grow with the evidence. */
const keptBytesMax = 8192;
const keptBytesMin = 512;
/** Bytes of UTF-8 that one unit of a string can take. */
const unitBytesMax = 3;

type Part = { bytes: Buffer; used: number; written: Array<[at: number, bytes: number]> };
/** What was written of each part: where it begins in its file, and how many bytes it has. */
export type Spooled = { path: string; parts: ReadonlyArray<ReadonlyArray<readonly [at: number, bytes: number]>> };

/**
 * Values put aside, to be read back by their key: so that a rule may look at everything there is on a decision, however far apart it stands in the log, without
 * keeping state for all of them at once. Each thread writes to a file of its own, and any of them reads what all wrote. MUST be disposed of; its file
 * holds what was disclosed, and whoever made its folder MUST remove that.
 */
export class Spool implements Disposable {
  readonly #path: string;
  readonly #parts: readonly Part[] = Array.from({ length: partCount }, () => ({ bytes: Buffer.alloc(0), used: 0, written: [] }));
  readonly #files = new Map<string, number>();
  #end = 0;

  /** `path`: of a file that is not there yet; it is made when it is needed. */
  constructor(path: string) {
    this.#path = path;
  }

  /** All values of a key come back together. */
  add(key: string, values: readonly unknown[]): void {
    const [part, text] = [hashOf(key) % partCount, `${JSON.stringify(values)},`];
    const bytesMax = text.length * unitBytesMax;
    if (bytesMax > keptBytesMax) return this.#write(part, Buffer.from(text));
    const kept = this.#roomIn(part, bytesMax);
    kept.used += kept.bytes.write(text, kept.used);
  }

  /** A number, of which only its likes matter. */
  addMark(mark: number): void {
    const kept = this.#roomIn(mark % partCount, Float64Array.BYTES_PER_ELEMENT);
    kept.used = kept.bytes.writeDoubleLE(mark, kept.used);
  }

  /** Writes down what is kept, for others to read. */
  flush(): Spooled {
    for (let part = 0; part < partCount; part += 1) this.#flushPart(part);
    return { path: this.#path, parts: this.#parts.map(({ written }) => written) };
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
    const { bytes, used, written } = this.#partAt(part);
    if (all.length > 0) return Buffer.concat(all.flatMap(({ path, parts }) => (parts[part] ?? []).map((piece) => this.#read(path, piece))));
    return Buffer.concat([...written.map((piece) => this.#read(this.#path, piece)), bytes.subarray(0, used)]);
  }

  /** A part with room for so many bytes more. */
  #roomIn(part: number, bytesMax: number): Part {
    const kept = this.#partAt(part);
    if (kept.used + bytesMax > keptBytesMax) this.#flushPart(part);
    const needed = kept.used + bytesMax;
    if (needed > kept.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, Math.max(keptBytesMin, 2 * needed)));
      kept.bytes.copy(grown, 0, 0, kept.used);
      kept.bytes = grown;
    }
    return kept;
  }

  #flushPart(part: number): void {
    const kept = this.#partAt(part);
    if (kept.used === 0) return;
    this.#write(part, kept.bytes.subarray(0, kept.used));
    kept.used = 0;
  }

  #write(part: number, bytes: Buffer): void {
    const file = this.#open(this.#path, 'wx+');
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, this.#end + done);
    this.#partAt(part).written.push([this.#end, bytes.length]);
    this.#end += bytes.length;
  }

  #read(path: string, [at, bytes]: readonly [number, number]): Buffer {
    const file = this.#open(path, 'r');
    const buffer = Buffer.allocUnsafe(bytes);
    for (let done = 0; done < bytes; ) {
      const read = readSync(file, buffer, done, bytes - done, at + done);
      if (read === 0) throw new Error(`${path} became shorter while it was read.`);
      done += read;
    }
    return buffer;
  }

  #open(path: string, flags: 'r' | 'wx+'): number {
    const file = this.#files.get(path) ?? openSync(path, flags, 0o600);
    this.#files.set(path, file);
    return file;
  }
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
