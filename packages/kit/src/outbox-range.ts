import { RecordTooLargeError, type OutgoingRecord, type RecordProducer } from '@countersign/kafka';
import type { Log } from './log.ts';

export type OutboxRow = { outbox_id: number; topic: string; record_key: string | null; value: Buffer | null; headers: Record<string, string> };

const asideMs = 10_000;

/**
 * Sends the rows of one range. A record that its topic does not take holds up what follows of its key, whose order it
 * must keep, and nothing else. It is tried again every ten seconds and never given up: whoever raises the limit of the
 * topic sets it free. Which keys wait is known to the process alone; whoever takes over finds out by trying.
 */
export class OutboxRange {
  readonly #producer: RecordProducer;
  readonly #log: Log;
  readonly #triedAgainAtMs = new Map<string, number>();

  constructor(producer: RecordProducer, log: Log) {
    this.#producer = producer;
    this.#log = log;
  }

  /** True while a key waits that Kafka refused. */
  get isHeldUp(): boolean {
    return this.#triedAgainAtMs.size > 0;
  }

  /** Keys whose rows are not to be sent now. */
  keysAside(nowMs: number): string[] {
    return [...this.#triedAgainAtMs].filter(([, atMs]) => atMs > nowMs).map(([key]) => key);
  }

  /** Sends rows in their order and answers those that Kafka has. Every key that is not aside at `nowMs` MUST be among them. */
  async send(rows: readonly OutboxRow[], nowMs: number): Promise<readonly OutboxRow[]> {
    const due = [...this.#triedAgainAtMs].filter(([, atMs]) => atMs <= nowMs).map(([key]) => key);
    // One that is refused again comes back; one whose rows are gone was published by somebody else.
    for (const key of due) this.#triedAgainAtMs.delete(key);
    if (rows.length === 0) return rows;
    // All at once would write, and repeat, what stands before a record that is likely to be refused again.
    if (!rows.some((row) => due.includes(keyOf(row)))) {
      try {
        await this.#producer.send(rows.map(recordOf));
        return rows;
      } catch (error) {
        if (!(error instanceof RecordTooLargeError)) throw error;
      }
    }
    return await this.#sendByKey(rows);
  }

  async #sendByKey(rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const sent = await Promise.allSettled([...Map.groupBy(rows, keyOf).values()].map((ofKey) => this.#sendInTurn(ofKey)));
    return sent.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** One by one up to the first that is refused. */
  async #sendInTurn(rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const sent: OutboxRow[] = [];
    for (const row of rows) {
      try {
        await this.#producer.send([recordOf(row)]);
      } catch (error) {
        if (!(error instanceof RecordTooLargeError)) throw error;
        this.#setAside(row, error);
        break;
      }
      sent.push(row);
    }
    return sent;
  }

  #setAside(row: OutboxRow, error: RecordTooLargeError): void {
    this.#triedAgainAtMs.set(keyOf(row), Date.now() + asideMs);
    this.#log.error({ err: error, outboxId: row.outbox_id, topic: row.topic, key: row.record_key }, 'Kafka refuses a record of the outbox for its size; it and what follows of its key wait. Raise max.message.bytes of the topic');
  }
}

function recordOf({ topic, record_key: key, value, headers }: OutboxRow): OutgoingRecord {
  return { topic, key, value, headers };
}

function keyOf({ record_key: key }: OutboxRow): string {
  return key ?? '';
}
