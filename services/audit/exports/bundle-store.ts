import type { Pool, PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { leafColumns } from '../log/store.ts';
import type { EventFilter } from '../searches/filter.ts';
import { SearchQuery, where } from '../searches/query-store.ts';

/** An entry of the log, the row it stands for, and what is kept of its content; `row` is `null` where it is gone. */
export type BundleRow = { logIndex: number; leafHash: Buffer; row: CanonicalRecord | null; bytes: Buffer | null };

type Joined = CanonicalRecord & { logIndex: number; leafHash: Buffer; found: boolean; bytes: Buffer | null };

const joined = (entries: string) => `
  select l.log_index as "logIndex", l.leaf_hash as "leafHash", e."eventId" is not null as found, coalesce(e."plainBytes", c.sealed) as bytes, e.*
  from (${entries}) l
  left join lateral (select ${leafColumns}, e.payload as "plainBytes" from events e where e.recorded_at = l.recorded_at and e.event_id = l.event_id limit 1) e on true
  left join lateral (select c.sealed from contents c where c.recorded_at = l.recorded_at and c.event_id = l.event_id limit 1) c on true
  order by l.log_index`;

/** Entries from an index on, in order. */
export async function readStretch(client: PoolClient, from: number, to: number): Promise<BundleRow[]> {
  const { rows } = await client.query<Joined>({ name: 'read-bundle-stretch', text: joined('select * from log_entries where log_index >= $1 and log_index <= $2'), values: [from, to] });
  return rows.map(rowOf);
}

/** These entries, in order. */
export async function readChosen(client: PoolClient, indices: readonly number[]): Promise<BundleRow[]> {
  const { rows } = await client.query<Joined>({ name: 'read-bundle-chosen', text: joined('select * from log_entries where log_index = any($1::bigint[])'), values: [indices] });
  return rows.map(rowOf);
}

function rowOf({ logIndex, leafHash, found, bytes, actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest }: Joined): BundleRow {
  return { logIndex, leafHash, bytes, row: found ? { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest } : null };
}

/** The stretch of the log below `size` that has everything recorded in [from, to); `null` where that is nothing. */
export async function readBounds(client: PoolClient, { from, to }: Pick<EventFilter, 'from' | 'to'>, size: number): Promise<{ first: number; last: number } | null> {
  const { rows } = await client.query<{ first: number | null; last: number | null }>(
    `select min(log_index) as first, max(log_index) as last from log_entries where log_index < $1 and ($2::timestamptz is null or recorded_at >= $2) and ($3::timestamptz is null or recorded_at < $3)`, [size, from ?? null, to ?? null]);
  const [bounds] = rows;
  return bounds?.first == null || bounds.last === null ? null : { first: bounds.first, last: bounds.last };
}

/** Places below `size` of what a search finds, in order of the log, a batch at a time. The transaction holds a cursor meanwhile. */
export async function* readPlaces(client: PoolClient, filter: EventFilter, size: number, batch: number): AsyncGenerator<number[]> {
  const search = new SearchQuery();
  const conditions = [...search.conditionsOn('e', filter), ...(filter.record === undefined ? [] : [`e.record = any(${search.parameter(filter.record)})`]), `l.log_index < ${search.parameter(size)}`];
  await client.query(`declare places no scroll cursor for select l.log_index as "logIndex" from events e join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id ${where(conditions)} order by l.log_index`, search.values);
  try {
    for (;;) {
      const { rows } = await client.query<{ logIndex: number }>(`fetch ${batch} from places`);
      if (rows.length === 0) return;
      yield rows.map(({ logIndex }) => logIndex);
    }
  } finally {
    await client.query('close places');
  }
}

/** Leaf hashes of these places. */
export async function readLeaves(pool: Pool, indices: readonly number[]): Promise<Map<number, Buffer>> {
  const { rows } = await pool.query<{ logIndex: number; leafHash: Buffer }>('select log_index as "logIndex", leaf_hash as "leafHash" from log_entries where log_index = any($1::bigint[])', [indices]);
  return new Map(rows.map(({ logIndex, leafHash }) => [logIndex, leafHash]));
}
