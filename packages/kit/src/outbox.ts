import { sql, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { topology } from '@countersign/contracts';
import { bytesOfRecord, type OutgoingRecord, type RecordProducer } from '@countersign/kafka';
import { arrayParameter } from './array-parameter.ts';
import { crashPoint } from './crash-points.ts';
import { CountersignError } from './errors.ts';
import { exposeOutbox } from './gauges.ts';
import type { Log } from './log.ts';
import { OutboxRange, type OutboxRow } from './outbox-range.ts';

const rangeCount = 4;
const batchMax = 500;
/** Contents are up to half a megabyte a row: a batch is bounded in bytes too, and holds one row at least. */
const batchBytesMax = 4 * 1024 * 1024;
const pollMs = 250;
const retryMs = 500;
/** What every topic takes. */
const recordBytesMax = Math.min(...Object.values(topology).map(({ messageBytesMax }) => messageBytesMax));

/** Part of the first migration of every service whose events start in Postgres. */
export async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      outbox_id bigint generated always as identity primary key,
      key_range smallint not null,
      topic text not null,
      record_key text,
      value bytea,
      headers jsonb not null
    )`.execute(db);
  await sql`create index outbox_by_range on outbox (key_range, outbox_id)`.execute(db);
}

/**
 * Throws `too-large` for a record that Kafka will never take. Call it before writing to an outbox: once committed, an
 * event has happened, and can only wait.
 */
export function requirePublishable(records: readonly OutgoingRecord[]): void {
  for (const record of records) {
    const bytes = bytesOfRecord(record);
    if (bytes > recordBytesMax) throw new CountersignError('too-large', `This would make an event of about ${bytes} bytes for ${record.topic}; at most ${recordBytesMax} fit.`);
  }
}

/**
 * Adds records to the outbox; throws `too-large` for one that Kafka would never take. MUST run in the transaction of
 * what they tell of. Records of one key keep their order as long as the transactions that write them are themselves in a
 * row (they lock the same decision).
 */
export async function enqueue(client: PoolClient, records: readonly OutgoingRecord[]): Promise<void> {
  if (records.length === 0) return;
  requirePublishable(records);
  await client.query(
    `insert into outbox (key_range, topic, record_key, value, headers)
     select abs(hashtext(coalesce(r.record_key, ''))::bigint) % ${rangeCount}, r.topic, r.record_key, r.value, r.headers::jsonb from unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) as r(topic, record_key, value, headers)`,
    [
      arrayParameter('text', records.map(({ topic }) => topic)),
      arrayParameter('text', records.map(({ key }) => key?.toString() ?? null)),
      arrayParameter('bytea', records.map(({ value }) => value)),
      // Headers of consumed records are bytes.
      arrayParameter('text', records.map(({ headers }) => JSON.stringify(Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value.toString()]))))),
    ],
  );
}

/**
 * Publishes the outbox. One publisher a key range over all instances, by advisory lock held for the transaction; rows
 * are deleted after Kafka acknowledged them, so a crash in between repeats the same bytes. Rows are taken by what is
 * there, never by `id > last`: a transaction that committed late is not skipped.
 */
export class OutboxPublisher implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #lockSpace: number;
  readonly #loops: Promise<void>[];
  readonly #wakers = new Set<() => void>();
  /** Since when each range has something that is not published, by our own clock. */
  readonly #behindSinceMs = new Map<number, number>();
  readonly #hide: () => void;
  #stopping = false;

  constructor(pool: Pool, producer: RecordProducer, log: Log, schema: string) {
    this.#pool = pool;
    this.#log = log;
    this.#lockSpace = [...schema].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
    this.#hide = exposeOutbox(schema, () => this.#behindMs(Date.now()));
    this.#loops = Array.from({ length: rangeCount }, (_, range) => this.#loop(range, new OutboxRange(producer, log.child({ range }))));
  }

  /** Publishes without waiting for the next look. */
  poke(): void {
    for (const wake of this.#wakers) wake();
  }

  /** Resolves when the outbox is empty. */
  async drain(deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const { rows } = await this.#pool.query('select 1 from outbox limit 1');
      if (rows.length === 0) return;
      if (Date.now() > deadline) throw new Error(`The outbox is not empty after ${deadlineMs} ms.`);
      this.poke();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.poke();
    await Promise.all(this.#loops);
    this.#hide();
  }

  #behindMs(nowMs: number): number {
    return Math.max(0, ...[...this.#behindSinceMs.values()].map((sinceMs) => nowMs - sinceMs));
  }

  async #loop(range: number, sender: OutboxRange): Promise<void> {
    while (!this.#stopping) {
      let waitMs = pollMs;
      // A look counts from when it begins: one that hangs is as late as one that fails.
      if (!this.#behindSinceMs.has(range)) this.#behindSinceMs.set(range, Date.now());
      try {
        if (await this.#publishSome(range, sender)) continue;
        if (!sender.isHeldUp) this.#behindSinceMs.delete(range);
      } catch (error) {
        waitMs = retryMs;
        this.#log.warn({ err: error, range }, 'the outbox could not be published; trying again');
      }
      if (!this.#stopping) await this.#sleep(waitMs);
    }
  }

  #sleep(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wakers.add(wake);
    });
  }

  /** True when the batch was full: there may be more. */
  async #publishSome(range: number, sender: OutboxRange): Promise<boolean> {
    // Mostly there is nothing: that costs one statement, not a transaction.
    if (!(await this.#hasRows(range))) return false;
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const rows = (await this.#holds(client, range)) ? await this.#publish(client, range, sender) : [];
      await client.query('commit');
      if (rows.length > 0) crashPoint('outbox.marked');
      return rows.length === batchMax || rows.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) >= batchBytesMax;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #hasRows(range: number): Promise<boolean> {
    const { rows } = await this.#pool.query<{ some: boolean }>({ name: 'outbox-has-rows', text: 'select exists(select from outbox where key_range = $1) as some', values: [range] });
    return rows[0]?.some === true;
  }

  async #holds(client: PoolClient, range: number): Promise<boolean> {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1, $2) as held', [this.#lockSpace, range]);
    return rows[0]?.held === true;
  }

  /** Sends the first rows of a range and deletes those that Kafka has; answers all that were looked at. */
  async #publish(client: PoolClient, range: number, sender: OutboxRange): Promise<readonly OutboxRow[]> {
    const nowMs = Date.now();
    const { rows } = await client.query<OutboxRow>(
      `select outbox_id, topic, record_key, value, headers from (
         select o.*, sum(octet_length(value)) over (order by outbox_id) - octet_length(value) as before from outbox o
         where key_range = $1 and coalesce(record_key, '') <> all($4) order by outbox_id limit $2
       ) as batch where coalesce(before, 0) < $3 order by outbox_id`, [range, batchMax, batchBytesMax, sender.keysAside(nowMs)]);
    const sent = await sender.send(rows, nowMs);
    if (sent.length === 0) return rows;
    crashPoint('outbox.produced');
    await client.query('delete from outbox where outbox_id = any($1)', [sent.map((row) => row.outbox_id)]);
    return rows;
  }
}
