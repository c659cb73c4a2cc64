import type { StartPosition } from './positions.ts';
import { placeOf } from './positions.ts';
import type { ConsumerState, RecordBatch, TopicPartition } from './types.ts';

type Progress = TopicPartition & { next: bigint; highWatermark: bigint; oldestMs: number | null };

/** Where each partition of an assignment stands, and when the consumer last did anything. */
export class ConsumerProgress {
  readonly #places = new Map<string, Progress>();
  #touchedMs = Date.now();

  touch(): void {
    this.#touchedMs = Date.now();
  }

  idleMs(): number {
    return Date.now() - this.#touchedMs;
  }

  begin(starts: readonly StartPosition[]): void {
    this.#places.clear();
    for (const start of starts) this.#places.set(placeOf(start), { ...start, oldestMs: null });
  }

  /** The next offset to handle; undefined for a partition that is not ours. */
  next(place: string): bigint | undefined {
    return this.#places.get(place)?.next;
  }

  fetched(place: string, { records, highWatermark }: RecordBatch): void {
    this.touch();
    const progress = this.#places.get(place);
    if (progress === undefined) return;
    progress.highWatermark = highWatermark;
    progress.oldestMs = records[0]?.timestampMs ?? null;
  }

  /** Everything before `next` is handled; the last of it was written at `lastMs`. */
  handled(place: string, next: bigint, lastMs: number | null): void {
    this.touch();
    const progress = this.#places.get(place);
    if (progress === undefined) return;
    progress.next = next;
    progress.oldestMs = next < progress.highWatermark ? lastMs : null;
  }

  lag(): ConsumerState['lag'] {
    const now = Date.now();
    return [...this.#places.values()].map(({ topic, partition, next, highWatermark, oldestMs }) => ({
      topic, partition,
      records: next > highWatermark ? 0 : Number(highWatermark - next),
      seconds: oldestMs === null ? 0 : Math.max(0, (now - oldestMs) / 1000),
    }));
  }
}
