import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** What is put aside is sorted into so many parts. */
export const partCount = 256;
/** More than this of a part goes to a file: memory does not grow with the evidence. */
const keptBytesMax = 32 * 1024;
const keptBytesMin = 1024;
/** A part is given in so many groups at most, each of about so many bytes. */
const groupsMax = 10;
const groupBytes = 1024 * 1024;
/** Bytes of UTF-8 that one unit of a string can take. */
const unitBytesMax = 3;

/** What was written of each part: where it begins in its file, and how many bytes it has. */
export type Spooled = { path: string; parts: ReadonlyArray<ReadonlyArray<readonly [at: number, bytes: number]>> };

/**
 * Values put aside, to be read back by their key: so that a rule may look at everything there is on a decision, however far apart it stands in the log, without
 * keeping state for all of them at once. Each thread writes to a file of its own, and any of them reads what all wrote. MUST be disposed of; its file
 * holds what was disclosed, and whoever made its folder MUST remove that.
 */
export class Spool implements Disposable {
  readonly #path: string;
  readonly #kept = Array.from({ length: partCount }, () => ({ bytes: Buffer.alloc(0), used: 0, written: [] as Array<[at: number, bytes: number]> }));
  readonly #files = new Map<string, number>();
  #end = 0;

  /** `path`: of a file that is not there yet; it is made when it is needed. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The first of the values is the spool's: all values of a key are in one group of one part. */
  add(key: string, values: unknown[]): void {
    const hash = hashOf(key);
    values[0] = hash % groupsMax;
    const [part, text] = [(hash >>> 8) % partCount, `${JSON.stringify(values)}\n`];
    const bytesMax = text.length * unitBytesMax;
    if (bytesMax > keptBytesMax) this.#write(part, Buffer.from(text));
    else this.#keep(part, text, bytesMax);
  }

  /** Writes down what is kept, for others to read. */
  flush(): Spooled {
    for (let part = 0; part < partCount; part += 1) this.#flushPart(part);
    return { path: this.#path, parts: this.#kept.map(({ written }) => written) };
  }

  /** The values of a part, in groups, in any order: what was handed over, or, if nothing was, what this one has itself. */
  *part(part: number, all: readonly Spooled[]): Generator<unknown[][]> {
    const { bytes, used, written } = this.#kept[part] ?? { bytes: Buffer.alloc(0), used: 0, written: [] };
    const pieces = all.length > 0 ? all.flatMap(({ path, parts }) => (parts[part] ?? []).map((piece) => this.#read(path, piece))) : [...written.map((piece) => this.#read(this.#path, piece)), bytes.subarray(0, used)];
    const text = Buffer.concat(pieces).toString('utf8').slice(0, -1);
    const count = Math.min(groupsMax, Math.ceil(text.length / groupBytes));
    if (count <= 1) {
      yield parseAll(text.replaceAll('\n', ','));
      return;
    }
    const groups: string[][] = Array.from({ length: count }, () => []);
    // After the bracket that each line begins with.
    for (const line of text.split('\n')) groups[line.charCodeAt(1) % count]?.push(line);
    for (const group of groups) yield parseAll(group.splice(0).join(','));
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #keep(part: number, text: string, bytesMax: number): void {
    const kept = this.#kept[part];
    if (kept === undefined) return;
    if (kept.used + bytesMax > keptBytesMax) this.#flushPart(part);
    const needed = kept.used + bytesMax;
    if (needed > kept.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, Math.max(keptBytesMin, 2 * needed)));
      kept.bytes.copy(grown, 0, 0, kept.used);
      kept.bytes = grown;
    }
    kept.used += kept.bytes.write(text, kept.used);
  }

  #flushPart(part: number): void {
    const kept = this.#kept[part];
    if (kept === undefined || kept.used === 0) return;
    this.#write(part, kept.bytes.subarray(0, kept.used));
    kept.used = 0;
  }

  #write(part: number, bytes: Buffer): void {
    const file = this.#open(this.#path, 'wx+');
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, this.#end + done);
    this.#kept[part]?.written.push([this.#end, bytes.length]);
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

/** JSON leaves no line end within a text. */
function parseAll(texts: string): unknown[][] {
  return JSON.parse(`[${texts}]`) as unknown[][];
}

/** FNV-1a, without a sign. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
