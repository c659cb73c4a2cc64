import type { StartPosition } from './positions.ts';
import { placeOf } from './positions.ts';
import type { ConsumerState, RecordBatch, TopicPartition } from './types.ts';

type Progress = TopicPartition & { next: bigint; highWatermark: bigint; oldestMs: number | null };

/** Where each partition of an assignment stands, and when the consumer last did anything. */
export class ConsumerProgress {
  readonly #places = new Map<string, Progress>();
  #touchedMs = Date.now();
  /** Since when there is something to read, as the broker said, and nothing came or was handled; null where that is not so, or not known. */
  #overlookedSinceMs: number | null = null;

  touch(): void {
    this.#touchedMs = Date.now();
  }

  idleMs(): number {
    return Date.now() - this.#touchedMs;
  }

  /** For how long nothing came and nothing was handled although there was something to read. */
  overlookedMs(): number {
    return this.#overlookedSinceMs === null ? 0 : Date.now() - this.#overlookedSinceMs;
  }

  begin(starts: readonly StartPosition[]): void {
    this.#overlookedSinceMs = null;
    this.#places.clear();
    for (const start of starts) this.#places.set(placeOf(start), { ...start, oldestMs: null });
  }

  /** The next offset to handle; undefined for a partition that is not ours. */
  next(place: string): bigint | undefined {
    return this.#places.get(place)?.next;
  }

  /** What there is to read, as the broker says: a fetch that never comes, or waits for a handler, cannot tell. */
  learn(marks: ReadonlyMap<string, { high: bigint }>): void {
    let isBehind = false;
    for (const [place, progress] of this.#places) {
      const end = marks.get(place)?.high ?? 0n;
      if (end > progress.highWatermark) progress.highWatermark = end;
      if (progress.next >= end) continue;
      isBehind = true;
      progress.oldestMs ??= Date.now();
    }
    if (isBehind) this.#overlookedSinceMs ??= Date.now();
    else this.#overlookedSinceMs = null;
  }

  fetched(place: string, { records, highWatermark }: RecordBatch): void {
    this.#worked();
    const progress = this.#places.get(place);
    if (progress === undefined) return;
    progress.highWatermark = highWatermark;
    progress.oldestMs = records[0]?.timestampMs ?? null;
  }

  /** Everything before `next` is handled; the last of it was written at `lastMs`. */
  handled(place: string, next: bigint, lastMs: number | null): void {
    this.#worked();
    const progress = this.#places.get(place);
    if (progress === undefined) return;
    progress.next = next;
    progress.oldestMs = next < progress.highWatermark ? lastMs : null;
  }

  #worked(): void {
    this.touch();
    this.#overlookedSinceMs = null;
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
