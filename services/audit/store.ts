import type { Pool, PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { arrayParameter, copyRows, sha256Hex, type CopyColumns } from '@countersign/kit';
import { PlaceableRows } from './log/leaf.ts';
import type { RecentRows } from './log/recent-rows.ts';
import { writeFacts, type Fact } from './searches/facts-store.ts';
import type { Cursor, EventFilter, SearchOrder } from './searches/filter.ts';
import { SearchQuery, sortedBy } from './searches/query-store.ts';

export type PayloadKind = 'plain' | 'sealed' | 'erased';

/** One event as it is written; `payload` in the clear only where nobody's content is in it. Digests are hex. */
export type LogRow = {
  /** Its place in the order of recording, in microseconds, and the batch it is announced with; 0 until it is written. */
  recordedAtUs: number; batch: number;
  eventId: string; topic: string; partition: number; offset: number; record: string; occurredAt: number; publishedAt: number | null; system: string | null; decisionId: string | null; decisionType: string | null;
  actor: string | null; policyVersion: string | null; kind: string | null; reviewer: string | null; payloadKind: PayloadKind; valueDigest: string | null; payload: Buffer | null; commitment: string | null; sealed: Buffer | null;
  /** What it says that people search and count by, beside the log. */
  fact?: Fact | null;
};

const eventColumns: CopyColumns<LogRow> = {
  recorded_at: { type: 'timestamptz', of: (row) => row.recordedAtUs },
  event_id: { type: 'text', of: (row) => row.eventId },
  topic: { type: 'text', of: (row) => row.topic },
  partition: { type: 'int', of: (row) => row.partition },
  log_offset: { type: 'bigint', of: (row) => row.offset },
  record: { type: 'text', of: (row) => row.record },
  occurred_at: { type: 'bigint', of: (row) => row.occurredAt },
  published_at: { type: 'bigint', of: (row) => row.publishedAt },
  system: { type: 'text', of: (row) => row.system },
  decision_id: { type: 'text', of: (row) => row.decisionId },
  decision_type: { type: 'text', of: (row) => row.decisionType },
  actor: { type: 'text', of: (row) => row.actor },
  policy_version: { type: 'text', of: (row) => row.policyVersion },
  kind: { type: 'text', of: (row) => row.kind },
  reviewer: { type: 'text', of: (row) => row.reviewer },
  value_digest: { type: 'hex', of: (row) => row.valueDigest },
  payload_kind: { type: 'text', of: (row) => row.payloadKind },
  payload: { type: 'bytea', of: (row) => row.payload },
  commitment: { type: 'hex', of: (row) => row.commitment },
  batch: { type: 'bigint', of: (row) => row.batch },
};

const contentColumns: CopyColumns<LogRow> = {
  recorded_at: { type: 'timestamptz', of: (row) => row.recordedAtUs },
  event_id: { type: 'text', of: (row) => row.eventId },
  sealed: { type: 'bytea', of: (row) => row.sealed },
};

/**
 * Writes a batch: ids first, and rows only for ids that are new; announces them to the sequencer. Returns the event ids that
 * were there before. The rows MUST have distinct event ids. Those written are put into `recent`, if there is one.
 */
export async function appendEvents(client: PoolClient, rows: readonly LogRow[], recent?: RecentRows): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { fresh, batch, fromUs } = await claimIds(client, rows);
  const written = fresh === null ? rows : rows.filter(({ eventId }) => fresh.has(eventId));
  let recordedAtUs = fromUs;
  for (const row of written) {
    row.batch = batch;
    // Each row has an instant of its own, so that the order of recording within a batch is on record too.
    row.recordedAtUs = recordedAtUs;
    recordedAtUs += 1;
  }
  await copyRows(client, 'events', eventColumns, written);
  await copyRows(client, 'contents', contentColumns, written.filter(({ sealed }) => sealed !== null));
  await writeFacts(client, written);
  if (written.length > 0) recent?.put(batch, new PlaceableRows(written.map(canonicalOf)));
  return fresh === null ? new Set() : new Set(rows.filter(({ eventId }) => !fresh.has(eventId)).map(({ eventId }) => eventId));
}

/** What the log commits to of a row; the same as is read back from the table. */
function canonicalOf(row: LogRow): CanonicalRecord {
  const { eventId, topic, partition, offset, record, occurredAt, publishedAt, system, decisionId, decisionType, actor, policyVersion, kind, reviewer, valueDigest } = row;
  return {
    actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload: row.payloadKind, payloadSha256: row.payload === null ? row.commitment : sha256Hex(row.payload),
    policyVersion, publishedAt, record, recordedAt: row.recordedAtUs, reviewer, system, topic, valueDigest,
  };
}

type Claim = { fresh: Set<string> | null; batch: number; fromUs: number };

/**
 * Takes the ids that are new, in an order that lets two batches not deadlock, and announces their rows as one batch: its number is from a
 * sequence, so that batches which commit one after another are sequenced in that order whatever the clock does. `fresh` is `null` when all were.
 */
async function claimIds(client: PoolClient, rows: readonly LogRow[]): Promise<Claim> {
  const { rows: answers } = await client.query<{ fresh: string[] | null; batch: number | null; fromUs: number | null }>({
    name: 'claim-event-ids',
    text: `
      with fresh as (
        insert into event_ids (event_id, value_digest) select * from unnest($1::text[], $2::bytea[]) order by 1
        on conflict do nothing returning event_id
      ), counted as materialized (
        select count(*)::int as rows, case when count(*) < $3::int then coalesce(array_agg(event_id), '{}') end as fresh, clock_timestamp() as at from fresh
      ), announced as (
        insert into log_batches (batch, recorded_from, recorded_to, rows)
        select nextval('log_batch_numbers'), at, at + (rows - 1) * interval '1 microsecond', rows from counted where rows > 0
        returning batch, recorded_from
      )
      select fresh, batch, (extract(epoch from recorded_from) * 1000000)::bigint as "fromUs" from counted left join announced on true`,
    values: [arrayParameter('text', rows.map(({ eventId }) => eventId)), arrayParameter('hex', rows.map(({ valueDigest }) => valueDigest)), rows.length],
  });
  const answer = answers[0];
  if (answer === undefined) throw new Error('A count came without a row.');
  // Without a new row there is no batch, and nobody looks at its number.
  return { fresh: answer.fresh === null ? null : new Set(answer.fresh), batch: answer.batch ?? 0, fromUs: answer.fromUs ?? 0 };
}

/** Records every repeat whose bytes differ from what its id stands for. Identical repeats leave no trace, nor does what was erased on either side. */
export async function recordConflicts(client: PoolClient, rows: ReadonlyArray<Pick<LogRow, 'eventId' | 'topic' | 'partition' | 'offset' | 'valueDigest'>>): Promise<number> {
  const { rowCount } = await client.query(
    `insert into event_conflicts (event_id, topic, partition, log_offset, first_digest, other_digest)
     select r.event_id, r.topic, r.partition, r.log_offset, e.value_digest, r.value_digest
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bytea[]) as r(event_id, topic, partition, log_offset, value_digest)
     join event_ids e using (event_id) where e.value_digest <> r.value_digest
     on conflict do nothing`,
    [rows.map((r) => r.eventId), rows.map((r) => r.topic), rows.map((r) => r.partition), rows.map((r) => r.offset), arrayParameter('hex', rows.map((r) => r.valueDigest))],
  );
  return rowCount ?? 0;
}

export async function ensurePartitions(pool: Pool, days: number): Promise<void> {
  await pool.query('select ensure_partitions($1)', [days]);
}

export type StoredEvent = {
  recordedAt: string; eventId: string; topic: string; partition: number; offset: number; record: string; occurredAt: number; publishedAt: number | null; system: string | null; decisionId: string | null; decisionType: string | null;
  actor: string | null; policyVersion: string | null; kind: string | null; reviewer: string | null; payloadKind: PayloadKind; valueDigest: Buffer | null; payload: Buffer | null; commitment: Buffer | null; sealed: Buffer | null;
  /** Its place in the Merkle log; null until it is sequenced. */
  logIndex: number | null;
};

/** A page in order of recording, after `cursor`. Each filter has an index that begins with it. */
export async function readEvents(client: Pool | PoolClient, filter: EventFilter, cursor: Cursor | null, limit: number, order: SearchOrder = 'oldest'): Promise<StoredEvent[]> {
  const { text, values } = eventsQuery(filter, cursor, limit, order);
  const { rows } = await client.query<StoredEvent>(text, values);
  return rows;
}

/** The query of a page, apart so that a test can look at its plan. */
export function eventsQuery(filter: EventFilter, cursor: Cursor | null, limit: number, order: SearchOrder = 'oldest'): { text: string; values: unknown[] } {
  const search = new SearchQuery();
  const text = `
    select to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt", e.event_id as "eventId", e.topic, e.partition, e.log_offset as "offset", e.record,
      e.occurred_at as "occurredAt", e.published_at as "publishedAt", e.system, e.decision_id as "decisionId", e.decision_type as "decisionType", e.actor, e.policy_version as "policyVersion", e.kind, e.reviewer,
      e.payload_kind as "payloadKind", e.value_digest as "valueDigest", e.payload, e.commitment, c.sealed, l.log_index as "logIndex"
    from (${search.pageOf(filter, cursor, limit, order)}) e
    left join contents c on c.recorded_at = e.recorded_at and c.event_id = e.event_id
    left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id
    order by ${sortedBy('e', order)}`;
  return { text, values: search.values };
}

/** The verdict of a decision as the facts have it: there also after its content was erased. */
export async function readVerdict(pool: Pool, system: string, decisionId: string): Promise<{ verdict: string; resolvedAt: number } | null> {
  const { rows } = await pool.query<{ verdict: string; resolvedAt: number }>('select verdict, resolved_at as "resolvedAt" from verdicts where system = $1 and decision_id = $2 order by recorded_at limit 1', [system, decisionId]);
  return rows[0] ?? null;
}

/** How often an event id came with other bytes than its first, ever. */
export async function countConflicts(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*) as count from event_conflicts');
  return rows[0]?.count ?? 0;
}

/** How far the log goes: the next offset of every partition. */
export async function readPositions(pool: Pool): Promise<Array<{ topic: string; partition: number; clusterId: string; nextOffset: number }>> {
  return (await pool.query<{ topic: string; partition: number; clusterId: string; nextOffset: number }>('select topic, partition, cluster_id as "clusterId", next_offset as "nextOffset" from positions')).rows;
}

/**
 * `settled`: an instant that no event still to appear can precede, the start of the oldest transaction of this role that
 * is open. `end`: one that every event precedes that is there already.
 */
export async function readInstants(pool: Pool): Promise<{ settled: string; end: string }> {
  const format = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
  const { rows } = await pool.query<{ settled: string; end: string }>(
    `select to_char(least(min(xact_start), clock_timestamp()) at time zone 'UTC', ${format}) as settled, to_char((clock_timestamp() + interval '1 second') at time zone 'UTC', ${format}) as end
     from pg_stat_activity where usename = current_user`);
  return rows[0] ?? { settled: '1970-01-01T00:00:00Z', end: '9999-01-01T00:00:00Z' };
}
