import type { PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { leafColumns } from './store.ts';

/** An entry of the log with what stands behind it; `row` is null where it is gone. */
export type EvidenceRow = { logIndex: number; leafHash: Buffer; entryRecordedAt: number; entryEventId: string; row: CanonicalRecord | null; bytes: Buffer | null };

/** Begins a transaction in which everything is read as of one instant, however long it takes. */
export async function beginReading(client: PoolClient): Promise<void> {
  await client.query(`begin isolation level repeatable read read only; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`);
}

/** Entries after an index, with their rows and what these keep of their content. Where two rows, or two contents, have the place of one, each comes. */
export async function readEvidence(client: PoolClient, after: number, limit: number): Promise<EvidenceRow[]> {
  const { rows } = await client.query<CanonicalRecord & Omit<EvidenceRow, 'row'> & { found: boolean }>({
    name: 'read-evidence',
    text: `select l.log_index as "logIndex", l.leaf_hash as "leafHash", (extract(epoch from l.recorded_at) * 1000000)::bigint as "entryRecordedAt", l.event_id as "entryEventId", e."eventId" is not null as found,
        coalesce(e."plainBytes", c.sealed) as bytes, e.*
      from (select * from log_entries where log_index > $1 order by log_index limit $2) l
      left join lateral (select ${leafColumns}, e.payload as "plainBytes" from events e where e.recorded_at = l.recorded_at and e.event_id = l.event_id) e on true
      left join lateral (select c.sealed from contents c where c.recorded_at = l.recorded_at and c.event_id = l.event_id) c on true
      order by l.log_index`,
    values: [after, limit],
  });
  return rows.map(({ logIndex, leafHash, entryRecordedAt, entryEventId, found, bytes, ...row }) => ({ logIndex, leafHash, entryRecordedAt, entryEventId, row: found ? recordOf(row) : null, bytes }));
}

/** Rows without a place in the log that no announced batch explains; those of announced batches wait for theirs. */
export async function readStrays(client: PoolClient): Promise<CanonicalRecord[]> {
  const { rows } = await client.query<CanonicalRecord>(
    `select ${leafColumns} from events e left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id left join log_batches b on b.batch = e.batch
     where l.log_index is null and (b.batch is null or e.recorded_at < b.recorded_from or e.recorded_at > b.recorded_to) order by e.recorded_at limit 20000`);
  return rows.map(recordOf);
}

/** Rows that wait for their places. */
export async function countWaiting(client: PoolClient): Promise<number> {
  return (await client.query<{ rows: number }>('select coalesce(sum(rows), 0)::bigint as rows from log_batches')).rows[0]?.rows ?? 0;
}

/** A checkpoint with what witnesses put under it. */
export type EvidenceNote = { size: number; note: string; witnessed: Array<{ name: string; keyId: number; signature: string }> };

/** Checkpoints beyond a size, ascending; signatures in hex. */
export async function readNotes(client: PoolClient, after: number, limit: number): Promise<EvidenceNote[]> {
  const { rows } = await client.query<EvidenceNote>({
    name: 'read-evidence-notes',
    text: `select c.size, c.note, coalesce((select json_agg(json_build_object('name', s.key_name, 'keyId', s.key_id, 'signature', encode(s.signature, 'hex'))) from cosignatures s where s.size = c.size), '[]') as witnessed
      from checkpoints c where c.size > $1 order by c.size limit $2`,
    values: [after, limit],
  });
  return rows;
}

/** Without what was selected beside it. */
function recordOf({ actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest }: CanonicalRecord): CanonicalRecord {
  return { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest };
}
