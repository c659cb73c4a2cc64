import type { Pool, PoolClient } from 'pg';
import type { Cursor } from '../searches/filter.ts';
import type { ExportFailure, ExportFile, ExportJob, ExportRequest } from './job.ts';

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const columns = `export_id as "exportId", kind, filter, formats, disclose, reason, state, requested_by as "requestedBy", ${instant('requested_at')} as "requestedAt", ${instant('started_at')} as "startedAt",
  ${instant('finished_at')} as "finishedAt", ${instant('expires_at')} as "expiresAt", attempt, records, bytes, files, failure`;
/** A worker that is not heard of for so long is given up. */
const leaseSeconds = 30;
/** How often an export may be interrupted before it fails. */
const interruptionsMax = 3;

/** Adds a request unless `unfinishedMax` wait or run already; `null` then. */
export async function addJob(pool: Pool, exportId: string, person: string, { kind, filter, formats, disclose, reason }: ExportRequest, unfinishedMax: number): Promise<ExportJob | null> {
  const { rows } = await pool.query<ExportJob>(`
    insert into exports (export_id, kind, filter, formats, disclose, reason, state, requested_by)
    select $1, $2, $3, $4, $5, $6, 'waiting', $7 where (select count(*) from exports where state in ('waiting', 'running', 'made')) < $8
    returning ${columns}`, [exportId, kind, JSON.stringify(filter), formats, disclose, reason, person, unfinishedMax]);
  return rows[0] ?? null;
}

export async function readJob(pool: Pool, exportId: string): Promise<ExportJob | null> {
  return (await pool.query<ExportJob>(`select ${columns} from exports where export_id = $1`, [exportId])).rows[0] ?? null;
}

/** The newest first; `person`: theirs alone. */
export async function readJobs(pool: Pool, person: string | null, cursor: Cursor | null, limit: number): Promise<ExportJob[]> {
  const { rows } = await pool.query<ExportJob>(`
    select ${columns} from exports where ($1::text is null or requested_by = $1) and ($2::timestamptz is null or (requested_at, export_id) < ($2, $3::uuid))
    order by exports.requested_at desc, exports.export_id desc limit $4`, [person, cursor?.recordedAt ?? null, cursor?.eventId ?? null, limit]);
  return rows;
}

/** Something about this decision is on record. */
export async function isOnRecord(pool: Pool, system: string, decisionId: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from events where system = $1 and decision_id = $2 limit 1', [system, decisionId]);
  return rows.length > 0;
}

/** Takes the export that waits longest, for this attempt alone. */
export async function takeJob(pool: Pool): Promise<ExportJob | null> {
  const { rows } = await pool.query<ExportJob>(`
    update exports set state = 'running', attempt = attempt + 1, started_at = clock_timestamp(), lease_until = clock_timestamp() + interval '${leaseSeconds} seconds', records = 0, bytes = 0
    where export_id = (select export_id from exports where state = 'waiting' order by requested_at limit 1 for update skip locked)
    returning ${columns}`);
  return rows[0] ?? null;
}

type Attempt = Pick<ExportJob, 'exportId' | 'attempt'>;
const ofAttempt = `export_id = $1 and attempt = $2 and state = 'running'`;

/** Tells that the worker lives, and how far it is. False where the export is no longer this attempt's. */
export async function renewLease(pool: Pool, { exportId, attempt }: Attempt, records: number, bytes: number): Promise<boolean> {
  const { rowCount } = await pool.query(`update exports set lease_until = clock_timestamp() + interval '${leaseSeconds} seconds', records = $3, bytes = $4 where ${ofAttempt}`, [exportId, attempt, records, bytes]);
  return (rowCount ?? 0) > 0;
}

/** The files are there. False where the export is no longer this attempt's: they are nobody's then. */
export async function finishJob(pool: Pool, { exportId, attempt }: Attempt, files: readonly ExportFile[], keepHours: number): Promise<boolean> {
  const { rowCount } = await pool.query(`
    update exports set state = 'made', files = $3, records = $4, bytes = $5, finished_at = clock_timestamp(), expires_at = clock_timestamp() + $6 * interval '1 hour', lease_until = null where ${ofAttempt}`,
  [exportId, attempt, JSON.stringify(files), Math.max(0, ...files.map(({ records }) => records)), files.reduce((sum, { bytes }) => sum + bytes, 0), keepHours]);
  return (rowCount ?? 0) > 0;
}

export async function failJob(pool: Pool, { exportId, attempt }: Attempt, failure: ExportFailure): Promise<void> {
  await pool.query(`update exports set state = 'failed', failure = $3, finished_at = clock_timestamp(), lease_until = null where ${ofAttempt}`, [exportId, attempt, JSON.stringify(failure)]);
}

/** The process stops: another, or this one again, begins anew. */
export async function yieldJob(pool: Pool, { exportId, attempt }: Attempt): Promise<void> {
  await pool.query(`update exports set state = 'waiting', lease_until = null where ${ofAttempt}`, [exportId, attempt]);
}

/** What was running when its process ended waits again, or fails when that happened too often. */
export async function takeBackLost(pool: Pool, failure: ExportFailure): Promise<void> {
  await pool.query(`
    update exports set interruptions = interruptions + 1, lease_until = null, state = case when interruptions + 1 < ${interruptionsMax} then 'waiting' else 'failed' end,
      failure = case when interruptions + 1 < ${interruptionsMax} then null else $1::jsonb end, finished_at = case when interruptions + 1 < ${interruptionsMax} then null else clock_timestamp() end
    where state = 'running' and lease_until < clock_timestamp()`, [JSON.stringify(failure)]);
}

/** Exports that are made and not on the log yet, locked for whoever puts them there. */
export async function lockMade(client: PoolClient): Promise<ExportJob[]> {
  return (await client.query<ExportJob>(`select ${columns} from exports where state = 'made' order by requested_at limit 10 for update skip locked`)).rows;
}

export async function setReady(client: PoolClient, exportId: string): Promise<void> {
  await client.query(`update exports set state = 'ready' where export_id = $1 and state = 'made'`, [exportId]);
}

/** Exports whose time is over are nobody's any more. */
export async function expireJobs(pool: Pool): Promise<void> {
  await pool.query(`update exports set state = 'expired' where state = 'ready' and expires_at < clock_timestamp()`);
}

/** Nobody wants it any more. One whose files are there is told of first, if it is not yet; one that ended otherwise stays as it is. */
export async function removeJob(pool: Pool, exportId: string): Promise<void> {
  await pool.query(`update exports set state = 'removed', finished_at = coalesce(finished_at, clock_timestamp()), lease_until = null where export_id = $1 and state in ('waiting', 'running', 'ready')`, [exportId]);
}

/** Of these exports, those that have files or are making them, with the attempt whose they are. */
export async function readKept(pool: Pool, exportIds: readonly string[]): Promise<Attempt[]> {
  return (await pool.query<Attempt>(`select export_id as "exportId", attempt from exports where export_id = any($1::uuid[]) and state in ('running', 'made', 'ready')`, [exportIds])).rows;
}
