import { createHash, type Hash } from 'node:crypto';
import { isShown } from '../verify/examine.ts';
import type { Collector } from '../verify/report.ts';
import type { Event } from './events.ts';

/** Things that were shown in more than one chunk, and are not whole yet. */
const openMax = 1024;

/** Puts the chunks of what was shown together and holds them against the digest that they are named by. */
export class Presentations {
  readonly #found: Collector;
  readonly #open = new Map<string, { hash: Hash; next: number }>();

  constructor(found: Collector) {
    this.#found = found;
  }

  /** Whether this chunk ends something that is as it says. Chunks of one thing come in their order: they share a partition. */
  add(index: number, { bytes, chunkIndex, chunkCount, contentId, digest }: Event): boolean {
    const id = String(contentId);
    const open = chunkIndex === 0 ? { hash: createHash('sha256'), next: 0 } : this.#open.get(id);
    this.#open.delete(id);
    // One that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (open === undefined || open.next !== chunkIndex) return false;
    open.hash.update(bytes as Uint8Array);
    open.next += 1;
    if (open.next >= Number(chunkCount)) return isShown(index, open.hash.digest('hex'), digest, this.#found);
    this.#open.set(id, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.delete(oldest);
      this.#found.skip('things that were shown in many chunks', `more than ${openMax} were open at once`);
    }
    return false;
  }
}
