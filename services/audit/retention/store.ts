/** SQL of retention. Days are of recording, UTC, as `YYYY-MM-DD`; instants are microseconds. */

import type { Pool, PoolClient } from 'pg';
import type { CanonicalRecord } from '@countersign/evidence';
import { arrayParameter } from '@countersign/kit';
import { leafColumns } from '../log/store.ts';

export type RuleRow = {
  decisionType: string; keepDays: number | null; askedBy: string | null; changedBy: string | null; changedAt: number | null;
  wantedBy: string | null; wantedAt: number | null; wantedDays: number | null; wantedReason: string | null;
};
export type DayState = 'kept' | 'held' | 'exported' | 'applied';
export type DayRow = {
  day: string; state: DayState; because: string; decisionTypes: string[]; ruleDays: number | null; records: number; firstIndex: number | null; lastIndex: number | null; exportSha256: Buffer | null; exportBytes: number | null; appliedAt: number | null;
};

const ruleColumns = `decision_type as "decisionType", keep_days as "keepDays", asked_by as "askedBy", changed_by as "changedBy", changed_at as "changedAt",
  wanted_by as "wantedBy", wanted_at as "wantedAt", wanted_days as "wantedDays", wanted_reason as "wantedReason"`;
const dayColumns = `to_char(day, 'YYYY-MM-DD') as day, state, because, decision_types as "decisionTypes", rule_days as "ruleDays", records, first_index as "firstIndex", last_index as "lastIndex",
  export_sha256 as "exportSha256", export_bytes as "exportBytes", applied_at as "appliedAt"`;
const inDay = `e.recorded_at >= $1::date::timestamp at time zone 'UTC' and e.recorded_at < ($1::date + 1)::timestamp at time zone 'UTC'`;

export async function readRules(client: Pool | PoolClient): Promise<RuleRow[]> {
  return (await client.query<RuleRow>(`select ${ruleColumns} from retention_rules order by decision_type`)).rows;
}

export async function lockRule(client: PoolClient, decisionType: string): Promise<RuleRow | null> {
  return (await client.query<RuleRow>(`select ${ruleColumns} from retention_rules where decision_type = $1 for update`, [decisionType])).rows[0] ?? null;
}

export async function wantRule(client: PoolClient, decisionType: string, by: string, at: number, days: number | null, reason: string): Promise<void> {
  await client.query(
    `insert into retention_rules (decision_type, wanted_by, wanted_at, wanted_days, wanted_reason) values ($1, $2, $3, $4, $5)
     on conflict (decision_type) do update set wanted_by = excluded.wanted_by, wanted_at = excluded.wanted_at, wanted_days = excluded.wanted_days, wanted_reason = excluded.wanted_reason`,
    [decisionType, by, at, days, reason]);
}

export async function agreeToRule(client: PoolClient, decisionType: string, by: string, at: number): Promise<void> {
  await client.query(
    `update retention_rules set keep_days = wanted_days, asked_by = wanted_by, changed_by = $2, changed_at = $3, wanted_by = null, wanted_at = null, wanted_days = null, wanted_reason = null where decision_type = $1`,
    [decisionType, by, at]);
}

export async function dropWish(client: PoolClient, decisionType: string): Promise<void> {
  await client.query('update retention_rules set wanted_by = null, wanted_at = null, wanted_days = null, wanted_reason = null where decision_type = $1', [decisionType]);
}

export async function readDays(pool: Pool, limit: number): Promise<DayRow[]> {
  return (await pool.query<DayRow>(`select ${dayColumns} from retention_days order by retention_days.day desc limit $1`, [limit])).rows;
}

export async function readDay(client: Pool | PoolClient, day: string): Promise<DayRow | null> {
  return (await client.query<DayRow>(`select ${dayColumns} from retention_days where retention_days.day = $1::date`, [day])).rows[0] ?? null;
}

/** The days that left the database, oldest first. */
export async function removedDays(client: Pool | PoolClient): Promise<string[]> {
  return (await client.query<{ day: string }>(`select to_char(day, 'YYYY-MM-DD') as day from retention_days where state = 'applied' order by 1`)).rows.map(({ day }) => day);
}

/** The days that have a partition and ended at least so many days ago, oldest first. */
export async function partitionDays(pool: Pool, days: number): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `select to_char(d.day, 'YYYY-MM-DD') as day from pg_inherits i join pg_class c on c.oid = i.inhrelid
     cross join lateral (select to_date(right(c.relname, 8), 'YYYYMMDD') as day) d
     where i.inhparent = 'events'::regclass and d.day + $1::int < (now() at time zone 'UTC')::date order by 1`, [days]);
  return rows.map(({ day }) => day);
}

/** The types of a day's records; null for what belongs to none. */
export async function typesOf(pool: Pool, day: string): Promise<Array<string | null>> {
  return (await pool.query<{ type: string | null }>(`select distinct e.decision_type as type from events e where ${inDay} order by 1`, [day])).rows.map(({ type }) => type);
}

export async function countRecords(client: Pool | PoolClient, day: string): Promise<{ records: number; placed: number }> {
  const { rows } = await client.query<{ records: number; placed: number }>(
    `select count(*) as records, count(l.event_id) as placed from events e left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id where ${inDay}`, [day]);
  return rows[0] ?? { records: 0, placed: 0 };
}

/** Standing holds that keep a day: by decisions they name or have listed, or by a type from the beginning of its range on. */
export async function holdsOnDay(pool: Pool, day: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select h.hold_id as id from legal_holds h where h.lifted_at is null and exists (
       select 1 from events e where ${inDay} and e.system = h.system
         and (e.decision_id = any(h.decision_ids) or exists (select 1 from held_decisions d where d.hold_id = h.hold_id and d.decision_id = e.decision_id) or e.decision_type = h.decision_type and (extract(epoch from ($1::date + 1)::timestamp at time zone 'UTC') * 1000000)::bigint > coalesce(h.held_from, 0)))`, [day]);
  return rows.map(({ id }) => id);
}

export async function subjectHolds(pool: Pool): Promise<Array<{ holdId: string; system: string; subjectRef: Buffer }>> {
  return (await pool.query<{ holdId: string; system: string; subjectRef: Buffer }>(`select hold_id as "holdId", system, subject_ref as "subjectRef" from legal_holds where lifted_at is null and subject_ref is not null`)).rows;
}

export async function listHeld(pool: Pool, holdId: string, decisionIds: readonly string[]): Promise<void> {
  await pool.query('insert into held_decisions (hold_id, decision_id) select $1, id from unnest($2::text[]) as w(id) where exists (select 1 from legal_holds where hold_id = $1 and lifted_at is null) on conflict do nothing', [holdId, arrayParameter('text', decisionIds)]);
}

/** All decisions that its subject had at that instant are listed. */
export async function setListed(pool: Pool, holdId: string, at: number): Promise<void> {
  await pool.query('update legal_holds set listed_through = $2 where hold_id = $1 and lifted_at is null and coalesce(listed_through, 0) < $2', [holdId, at]);
}

export type ExportRow = { logIndex: number; leafHash: Buffer; payload: Buffer | null; row: CanonicalRecord };

/** Rows of a day in the order of recording, after a place in it, with what their leaves are of. */
export async function exportRows(client: Pool | PoolClient, day: string, after: { recordedAt: number; eventId: string } | null, limit: number): Promise<ExportRow[]> {
  const { rows } = await client.query<CanonicalRecord & { logIndex: number; leafHash: Buffer; bytes: Buffer | null }>(
    `select l.log_index as "logIndex", l.leaf_hash as "leafHash", coalesce(e.payload, c.sealed) as bytes, ${leafColumns}
     from events e join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id
     left join contents c on c.recorded_at = e.recorded_at and c.event_id = e.event_id
     where ${inDay} and ($2::bigint is null or (e.recorded_at, e.event_id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3))
     order by e.recorded_at, e.event_id limit $4`, [day, after?.recordedAt ?? null, after?.eventId ?? '', limit]);
  return rows.map(({ logIndex, leafHash, bytes, ...row }) => ({ logIndex, leafHash, payload: bytes, row }));
}

export type DayChange = Omit<DayRow, 'day' | 'appliedAt'>;

export async function writeDay(client: Pool | PoolClient, day: string, now: number, change: DayChange): Promise<void> {
  await client.query(
    `insert into retention_days (day, state, because, looked_at, decision_types, rule_days, records, first_index, last_index, export_sha256, export_bytes) values ($1::date, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (day) do update set state = excluded.state, because = excluded.because, looked_at = excluded.looked_at, decision_types = excluded.decision_types, rule_days = excluded.rule_days, records = excluded.records,
       first_index = excluded.first_index, last_index = excluded.last_index, export_sha256 = excluded.export_sha256, export_bytes = excluded.export_bytes
     where retention_days.state <> 'applied'`,
    [day, change.state, change.because, now, change.decisionTypes, change.ruleDays, change.records, change.firstIndex, change.lastIndex, change.exportSha256, change.exportBytes]);
}

/** As the owner of the tables, who looks at all of it again. */
export async function detachDay(client: PoolClient, day: string, now: number): Promise<void> {
  await client.query('select detach_day($1::date)', [day]);
  await client.query(`update retention_days set state = 'applied', applied_at = $2, because = 'Its time was over.' where day = $1::date`, [day, now]);
}

/** One instance at a time; until the transaction ends. */
export async function takeRetentionLock(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('audit.retention', 0)) as held`);
  return rows[0]?.held === true;
}
