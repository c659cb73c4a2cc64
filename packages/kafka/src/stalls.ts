import type { ConsumerState, TopicPartition } from './types.ts';
import { placeOf } from './positions.ts';

type Stall = ConsumerState['stalled'][number];
export type StallWaits = { minMs: number; maxMs: number };

/** Partitions that wait after a failed handler, each for itself: the others go on. */
export class Stalls {
  readonly #stalls = new Map<string, Stall>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waits: StallWaits;
  readonly #resume: (place: TopicPartition) => void;

  constructor(waits: StallWaits, resume: (place: TopicPartition) => void) {
    this.#waits = waits;
    this.#resume = resume;
  }

  /** Call after pausing the partition; it is resumed after a wait that doubles with each failure in a row, and is no less than `waitMinMs`. */
  add({ topic, partition }: TopicPartition, error: unknown, waitMinMs = 0): void {
    const place = placeOf({ topic, partition });
    const attempts = (this.#stalls.get(place)?.attempts ?? 0) + 1;
    this.#stalls.set(place, { topic, partition, attempts, error: error instanceof Error ? error.message : String(error) });
    clearTimeout(this.#timers.get(place));
    const waitMs = Math.max(waitMinMs, Math.min(this.#waits.minMs * 2 ** Math.min(attempts - 1, 30), this.#waits.maxMs));
    this.#timers.set(place, setTimeout(() => this.#release(place, { topic, partition }), waitMs));
  }

  recovered(place: string): void {
    this.#stalls.delete(place);
  }

  /** Resumes everything at once and forgets: another assignment begins, or the end. */
  clear(): void {
    for (const stall of this.#stalls.values()) if (this.#timers.has(placeOf(stall))) this.#release(placeOf(stall), stall);
    this.#stalls.clear();
  }

  list(): Stall[] {
    return [...this.#stalls.values()];
  }

  #release(place: string, { topic, partition }: TopicPartition): void {
    clearTimeout(this.#timers.get(place));
    this.#timers.delete(place);
    this.#resume({ topic, partition });
  }
}
