import type { ConsumerState, RecordBatch, TopicPartition } from './types.ts';

type Stall = TopicPartition & { error: string; attempts: number };
type Lag = TopicPartition & { highWatermark: bigint; oldestMs: number | null };

/** What a consumer can tell of itself: when it last did something, how far behind it is, what it cannot get past. */
export class ConsumerProgress {
  readonly #stalled = new Map<string, Stall>();
  readonly #lag = new Map<string, Lag>();
  #touchedMs = Date.now();

  touch(): void {
    this.#touchedMs = Date.now();
  }

  idleMs(): number {
    return Date.now() - this.#touchedMs;
  }

  fetched(place: string, batch: RecordBatch): void {
    this.touch();
    this.#lag.set(place, { topic: batch.topic, partition: batch.partition, highWatermark: batch.highWatermark, oldestMs: batch.records[0]?.timestampMs ?? null });
  }

  handled(place: string): void {
    this.touch();
    const lag = this.#lag.get(place);
    if (lag !== undefined) lag.oldestMs = null;
  }

  stalled(place: string, stall: Stall): void {
    this.#stalled.set(place, stall);
  }

  recovered(place: string): void {
    this.#stalled.delete(place);
  }

  state(next: ReadonlyMap<string, bigint>): Pick<ConsumerState, 'stalled' | 'lag' | 'idleMs'> {
    const now = Date.now();
    const lag = [...this.#lag].map(([place, { topic, partition, highWatermark, oldestMs }]) => {
      const at = next.get(place);
      const records = at === undefined || at > highWatermark ? 0 : Number(highWatermark - at);
      return { topic, partition, records, seconds: oldestMs === null ? 0 : Math.max(0, (now - oldestMs) / 1000) };
    });
    return { stalled: [...this.#stalled.values()], lag, idleMs: this.idleMs() };
  }
}
