import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const partitions = 256;
/** Above this, what is kept goes to files: memory does not grow with the evidence. */
const keptBytesMax = 16 * 1024 * 1024;

/** Values as JSON, each with a comma after it, sorted into parts: where in the bytes each part ends. */
export type Sorted = { bytes: Uint8Array<ArrayBuffer>; ends: number[] };

/** Sorts values by a key, so that all of a key are in one part, in the order they came. */
export class Sorter {
  readonly #parts: unknown[][] = Array.from({ length: partitions }, () => []);

  add(key: string, ...values: readonly unknown[]): void {
    this.#parts[partitionOf(key)]?.push(...values);
  }

  take(): Sorted {
    let end = 0;
    const texts = this.#parts.map((part) => (part.length === 0 ? '' : `${JSON.stringify(part.splice(0)).slice(1, -1)},`));
    const bytes = Buffer.from(texts.join(''));
    const isAscii = bytes.length === texts.reduce((sum, text) => sum + text.length, 0);
    return { bytes: new Uint8Array(bytes), ends: texts.map((text) => (end += isAscii ? text.length : Buffer.byteLength(text))) };
  }
}

/**
 * Sorted values put aside, to be read back a part at a time: so that a rule may look at everything there is on a decision, however far apart it stands in the
 * log, without keeping state for all of them at once. Memory is bounded by the constant above and by a 256th of the values. MUST be disposed of: its
 * folder holds what was disclosed.
 */
export class Spool implements Disposable {
  readonly #parts: Uint8Array[][] = Array.from({ length: partitions }, () => []);
  #bytes = 0;
  #folder: string | null = null;

  add({ bytes, ends }: Sorted): void {
    for (const [number, part] of this.#parts.entries()) if (ends[number] !== (ends[number - 1] ?? 0)) part.push(bytes.subarray(ends[number - 1] ?? 0, ends[number]));
    this.#bytes += bytes.length;
    if (this.#bytes > keptBytesMax) this.#spill();
  }

  /** The values, a part at a time. */
  *parts(): Generator<unknown[]> {
    for (const [number, part] of this.#parts.entries()) {
      const path = join(this.#folder ?? '', String(number));
      const filed = this.#folder !== null && existsSync(path) ? [readFileSync(path)] : [];
      yield (JSON.parse(`[${Buffer.concat([...filed, ...part.splice(0)]).toString()}null]`) as unknown[]).slice(0, -1);
    }
  }

  [Symbol.dispose](): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true });
    this.#folder = null;
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'countersign-verify-'));
    for (const [number, part] of this.#parts.entries()) if (part.length > 0) appendFileSync(join(this.#folder, String(number)), Buffer.concat(part.splice(0)), { mode: 0o600 });
    this.#bytes = 0;
  }
}

/** FNV-1a. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 8) % partitions;
}
