import type { Pool, PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { copyRows, type CopyColumns } from '@countersign/kit';

/** Rows of one transaction of a writer, which wait for their places; recorded from an instant on, in microseconds. */
export type Batch = { batch: number; rows: number; from: number };
export type Entry = { logIndex: number; recordedAt: number; eventId: string; leafHash: Buffer };
/** An entry with the row it stands for; null where the row is gone. */
export type EntryRow = { logIndex: number; leafHash: Buffer; row: CanonicalRecord | null };
/** `size`: entries there are. `anchoredSize`: those under a checkpoint that is kept outside the database. */
export type LogState = { size: number; anchoredSize: number };
export type StoredCheckpoint = { size: number; note: string; signedAt: number };

const microseconds = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;

/** Of a row of `events e`, everything that its leaf commits to. The payload is hashed where it lies. */
export const leafColumns = `${microseconds('e.recorded_at')} as "recordedAt", e.event_id as "eventId", e.topic, e.partition, e.log_offset as "offset", e.record, e.occurred_at as "occurredAt", e.published_at as "publishedAt",
  e.system, e.decision_id as "decisionId", e.decision_type as "decisionType", e.actor, e.policy_version as "policyVersion", e.kind, e.reviewer,
  e.payload_kind as payload, encode(e.value_digest, 'hex') as "valueDigest", encode(coalesce(sha256(e.payload), e.commitment), 'hex') as "payloadSha256"`;

/** Taken for a session: it ends with the connection, however that ends. */
export async function takeSequencerLock(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_lock(hashtextextended('countersign audit log sequencer', 0)) as held`);
  return rows[0]?.held === true;
}

/**
 * Has Postgres end the session of whoever stands still, or is gone without a word: its lock is free within seconds then. Those who live ask it
 * several times a second.
 */
export async function holdSequencerSession(client: PoolClient): Promise<void> {
  await client.query(`set idle_session_timeout = '15s'; set idle_in_transaction_session_timeout = '15s'; set client_connection_check_interval = '2s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`);
}

export async function readState(client: Pool | PoolClient): Promise<LogState> {
  const { rows } = await client.query<LogState>('select size, anchored_size as "anchoredSize" from log_state');
  const [state] = rows;
  if (state === undefined) throw new Error('The one row of audit.log_state is gone. Restore it from the checkpoints: it is never deleted.');
  return state;
}

export async function hasBatches(client: Pool | PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ some: boolean }>({ name: 'has-log-batches', text: 'select exists(select from log_batches) as some' });
  return rows[0]?.some === true;
}

/** Batches that wait, in order of their numbers; as many as have about `rowsMax` rows, and one at least. */
export async function readBatches(client: PoolClient, rowsMax: number): Promise<Batch[]> {
  const { rows } = await client.query<Batch>({
    name: 'read-log-batches',
    text: `select batch, rows, ${microseconds('recorded_from')} as "from" from (select batch, rows, recorded_from, sum(rows) over (order by batch) - rows as before from (select * from log_batches order by batch limit 1000) b) w
      where before < $1 order by batch`,
    values: [rowsMax],
  });
  return rows;
}

/** Apart so that a test can look at its plan. */
export const batchRowsText = `select b.batch, e.* from log_batches b
  cross join lateral (select ${leafColumns} from events e where e.recorded_at >= b.recorded_from and e.recorded_at <= b.recorded_to and e.batch = b.batch) e
  where b.batch = any($1::bigint[]) order by b.batch, e."recordedAt"`;

/** Rows of these batches in their order, each as its leaf needs it. Found by the instants that the batch announced: there is no index by batch. */
export async function readBatchRows(client: PoolClient, batches: readonly Batch[]): Promise<Array<CanonicalRecord & { batch: number }>> {
  return (await client.query<CanonicalRecord & { batch: number }>({ name: 'read-batch-rows', text: batchRowsText, values: [batches.map(({ batch }) => batch)] })).rows;
}

const entryColumns: CopyColumns<Entry> = {
  log_index: { type: 'bigint', of: ({ logIndex }) => logIndex },
  recorded_at: { type: 'timestamptz', of: ({ recordedAt }) => recordedAt },
  event_id: { type: 'text', of: ({ eventId }) => eventId },
  leaf_hash: { type: 'bytea', of: ({ leafHash }) => leafHash },
};

export async function insertEntries(client: PoolClient, entries: Iterable<Entry>): Promise<void> {
  await copyRows(client, 'log_entries', entryColumns, entries);
}

/** False unless exactly these were there. */
export async function removeBatches(client: PoolClient, batches: readonly Batch[]): Promise<boolean> {
  const { rowCount } = await client.query({ name: 'remove-log-batches', text: 'delete from log_batches where batch = any($1::bigint[])', values: [batches.map(({ batch }) => batch)] });
  return rowCount === batches.length;
}

/** False unless the log had `from` entries. */
export async function moveSize(client: PoolClient, from: number, to: number): Promise<boolean> {
  return (await client.query({ name: 'move-log-size', text: 'update log_state set size = $2 where size = $1', values: [from, to] })).rowCount === 1;
}

/** Never back. */
export async function moveAnchoredSize(client: PoolClient, size: number): Promise<void> {
  await client.query({ name: 'move-log-anchored-size', text: 'update log_state set anchored_size = $1 where anchored_size < $1', values: [size] });
}

/** Entries from an index on, with the rows they stand for. */
export async function readEntryRows(client: Pool | PoolClient, from: number, to: number): Promise<EntryRow[]> {
  const { rows } = await client.query<CanonicalRecord & { logIndex: number; leafHash: Buffer; found: boolean }>({
    name: 'read-entry-rows',
    text: `select l.log_index as "logIndex", l.leaf_hash as "leafHash", e."eventId" is not null as found, e.* from log_entries l
      left join lateral (select ${leafColumns} from events e where e.recorded_at = l.recorded_at and e.event_id = l.event_id) e on true
      where l.log_index >= $1 and l.log_index < $2 order by l.log_index`,
    values: [from, to],
  });
  return rows.map(({ logIndex, leafHash, found, ...row }) => ({ logIndex, leafHash, row: found ? row : null }));
}

/** Leaf hashes of [from, to), as far as they are there. */
export async function readLeafHashes(client: Pool | PoolClient, from: number, to: number): Promise<Array<{ logIndex: number; leafHash: Buffer }>> {
  return (await client.query<{ logIndex: number; leafHash: Buffer }>('select log_index as "logIndex", leaf_hash as "leafHash" from log_entries where log_index >= $1 and log_index < $2 order by log_index', [from, to])).rows;
}

const checkpointColumns = `size, note, ${microseconds('signed_at')} as "signedAt"`;

/** Dated by the database. Throws where there is one of this size. */
export async function insertCheckpoint(client: PoolClient, size: number, note: string): Promise<StoredCheckpoint> {
  const { rows } = await client.query<StoredCheckpoint>({ name: 'insert-checkpoint', text: `insert into checkpoints (size, note) values ($1, $2) returning ${checkpointColumns}`, values: [size, note] });
  const [checkpoint] = rows;
  if (checkpoint === undefined) throw new Error('An insert came without a row.');
  return checkpoint;
}

/** The newest, or null before the first. */
export async function newestCheckpoint(client: Pool | PoolClient): Promise<StoredCheckpoint | null> {
  return (await client.query<StoredCheckpoint>({ name: 'newest-checkpoint', text: `select ${checkpointColumns} from checkpoints order by size desc limit 1` })).rows[0] ?? null;
}

/** The newest that a witness cosigned, or null before the first. */
export async function newestCosignedCheckpoint(pool: Pool): Promise<StoredCheckpoint | null> {
  return (await pool.query<StoredCheckpoint>(`select ${checkpointColumns} from checkpoints where size = (select max(size) from cosignatures)`)).rows[0] ?? null;
}

/** Checkpoints of these sizes, as far as they are there. */
export async function readCheckpoints(client: Pool | PoolClient, sizes: readonly number[]): Promise<StoredCheckpoint[]> {
  return (await client.query<StoredCheckpoint>(`select ${checkpointColumns} from checkpoints where size = any($1::bigint[]) order by size`, [sizes])).rows;
}

/** Checkpoints beyond a size, in order, at most so many. */
export async function readCheckpointsAfter(client: Pool | PoolClient, size: number, limit: number): Promise<StoredCheckpoint[]> {
  return (await client.query<StoredCheckpoint>(`select ${checkpointColumns} from checkpoints where size > $1 order by size limit $2`, [size, limit])).rows;
}

export type Unprotected = { rows: number; seconds: number };

/** What no checkpoint outside the database covers: how many rows, and how old the oldest of them is by the database's clock. */
export async function readUnprotected(client: Pool): Promise<Unprotected> {
  const { rows } = await client.query<Unprotected>({
    name: 'read-unprotected',
    text: `select (s.size - s.anchored_size + coalesce(b.rows, 0))::float8 as rows,
        coalesce(greatest(extract(epoch from clock_timestamp() - least(b.since, e.recorded_at)), 0), 0)::float8 as seconds
      from log_state s
      left join log_entries e on e.log_index = s.anchored_size
      cross join (select sum(rows) as rows, min(recorded_from) as since from log_batches) b`,
  });
  return rows[0] ?? { rows: 0, seconds: 0 };
}

export type LogKey = { verifierKey: string; origin: string; addedAt: number; retiredAt: number | null };

/** The keys in use are these; every other one of this log is retired. Dated by the database. */
export async function recordKeys(client: PoolClient, origin: string, keys: readonly string[]): Promise<void> {
  await client.query(
    `with added as (insert into log_keys (verifier_key, origin) select key, $1 from unnest($2::text[]) as key on conflict (verifier_key) do update set added_at = clock_timestamp(), retired_at = null where log_keys.retired_at is not null)
     update log_keys set retired_at = clock_timestamp() where origin = $1 and verifier_key <> all($2) and retired_at is null`, [origin, keys]);
}

/** Every key that ever signed, the newest first. */
export async function readKeys(client: Pool | PoolClient): Promise<LogKey[]> {
  return (await client.query<LogKey>(`select verifier_key as "verifierKey", origin, ${microseconds('added_at')} as "addedAt", ${microseconds('retired_at')} as "retiredAt" from log_keys order by added_at desc, verifier_key`)).rows;
}

export type Cosignature = { size: number; keyName: string; keyId: number; signedAtS: number; signature: Buffer };

/** False where the witness had signed that checkpoint before. */
export async function insertCosignature(pool: Pool, { size, keyName, keyId, signedAtS, signature }: Cosignature): Promise<boolean> {
  const { rowCount } = await pool.query('insert into cosignatures (size, key_name, key_id, signed_at_s, signature) values ($1, $2, $3, $4, $5) on conflict do nothing', [size, keyName, keyId, signedAtS, signature]);
  return rowCount === 1;
}

const cosignatureColumns = `size, key_name as "keyName", key_id as "keyId", signed_at_s as "signedAtS", signature`;

export async function readCosignatures(client: Pool | PoolClient, size: number): Promise<Cosignature[]> {
  return (await client.query<Cosignature>(`select ${cosignatureColumns} from cosignatures where size = $1 order by key_name, key_id`, [size])).rows;
}

/** The largest tree that each witness signed. */
export async function newestCosignatures(pool: Pool): Promise<Cosignature[]> {
  return (await pool.query<Cosignature>(`select distinct on (key_name, key_id) ${cosignatureColumns} from cosignatures order by key_name, key_id, size desc`)).rows;
}
