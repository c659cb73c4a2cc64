import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const partitions = 256;
/** Above this, what is kept goes to files: memory does not grow with the evidence. */
const keptBytesMax = 16 * 1024 * 1024;

/**
 * Facts put aside by a key, to be read back a part at a time with all facts of a key together, in the order they came. So that a rule may look
 * at everything there is on a decision, however far apart it stands in the log, without keeping state for all of them at once. Memory is bounded by the
 * constant above and by a 256th of the facts. MUST be disposed of: its folder holds what was disclosed.
 */
export class Spool implements Disposable {
  readonly #parts: string[][] = Array.from({ length: partitions }, () => []);
  #bytes = 0;
  #folder: string | null = null;

  /** `fact` is one line. */
  add(key: string, fact: string): void {
    this.#parts[partitionOf(key)]?.push(fact);
    this.#bytes += fact.length + 32;
    if (this.#bytes > keptBytesMax) this.#spill();
  }

  /** The facts, a part at a time. */
  *parts(): Generator<readonly string[]> {
    for (let number = 0; number < partitions; number += 1) {
      const kept = this.#parts[number] ?? [];
      yield this.#folder === null ? kept : [...this.#linesOf(number), ...kept];
      this.#parts[number] = [];
    }
  }

  [Symbol.dispose](): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true });
    this.#folder = null;
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'countersign-verify-'));
    this.#parts.forEach((facts, number) => {
      if (facts.length > 0) appendFileSync(this.#pathOf(number), `${facts.join('\n')}\n`, { mode: 0o600 });
      this.#parts[number] = [];
    });
    this.#bytes = 0;
  }

  #linesOf(number: number): string[] {
    try {
      return readFileSync(this.#pathOf(number), 'utf8').split('\n').slice(0, -1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  #pathOf(number: number): string {
    return join(this.#folder ?? '', String(number));
  }
}

/** FNV-1a. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 8) % partitions;
}
