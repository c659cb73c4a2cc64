import { createHash, hash, type Hash } from 'node:crypto';
import type { Collector, Place } from '../verify/report.ts';
import type { Event } from './events.ts';

/** Things that were shown in more than one chunk, and are not whole yet. */
const openMax = 1024;

type Open = { hash: Hash; next: number; place: Place };

/** Puts the chunks of what was shown together and holds them against the digest that they are named by. */
export class Presentations {
  readonly #found: Collector;
  readonly #open = new Map<string, Open>();

  constructor(found: Collector) {
    this.#found = found;
  }

  /** Whether this chunk ends something that is as it says. Chunks of one thing come in their order: they share a partition. */
  add(event: Event, place: Place): boolean {
    const { bytes, chunkIndex, chunkCount, contentId, digest } = event;
    if (!Buffer.isBuffer(bytes)) return false;
    if (chunkIndex === 0 && chunkCount === 1) return this.#compare(hash('sha256', bytes), String(digest), place);
    const open = chunkIndex === 0 ? { hash: createHash('sha256'), next: 0, place } : this.#open.get(String(contentId));
    // One that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (open === undefined || open.next !== chunkIndex) {
      this.#open.delete(String(contentId));
      return false;
    }
    open.hash.update(bytes);
    open.next += 1;
    if (open.next < Number(chunkCount)) return this.#keep(String(contentId), open);
    this.#open.delete(String(contentId));
    return this.#compare(open.hash.digest('hex'), String(digest), place);
  }

  #compare(computed: string, digest: string, place: Place): boolean {
    this.#found.check('things that were shown, each against its digest');
    if (computed !== digest) this.#found.find('presentation-changed', place, `content with the digest ${digest}`, computed);
    return computed === digest;
  }

  #keep(contentId: string, open: Open): false {
    this.#open.set(contentId, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.delete(oldest);
      this.#found.skip('things that were shown in many chunks', `more than ${openMax} were open at once`);
    }
    return false;
  }
}
