/** SQL of the pool of calibration exercises. Everything runs in the transaction that holds the pool's lock. */

import type { PoolClient } from 'pg';
import { arrayParameter } from '@countersign/kit';

const poolLock = 4_201_338;

/** A decision of a day's reservoir. Instants in microseconds. */
export type CaseRow = {
  system: string; decisionId: string; decisionType: string; day: number; draw: number; keyVersion: string; policyVersion: string; acceptedAt: number;
  route: string; tier: string; outputLabel: string; subjectKind: string | null; subjectId: string | null; sealedAccepted: Buffer;
};
export type Bucket = Pick<CaseRow, 'system' | 'decisionType' | 'day'>;
export type PoolRow = Omit<CaseRow, 'sealedAccepted' | 'day'> & { outcome: string; uses: number };
export type OutcomeRow = { system: string; decisionId: string; outcome: string; rank: string };

/**
 * Until the transaction ends nobody else changes the pool: a decision and its outcome, in the hands of two instances, would
 * each miss the other.
 */
export async function lockPool(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [poolLock]);
}

/** Microseconds, by the one clock that judges time. */
export async function readNow(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now');
  return rows[0]?.now ?? 0;
}

function bucketValues(buckets: readonly Bucket[]): Buffer[] {
  return [arrayParameter('text', buckets.map(({ system }) => system)), arrayParameter('text', buckets.map(({ decisionType }) => decisionType)), arrayParameter('int', buckets.map(({ day }) => day))];
}

/** The highest draw that is in, of the reservoirs that are full: what is not below it will never be in. */
export async function readThresholds(client: PoolClient, buckets: readonly Bucket[], size: number): Promise<Array<Bucket & { draw: number }>> {
  const { rows } = await client.query<Bucket & { draw: number }>(
    `select b.system, b.decision_type as "decisionType", b.day, last.draw from unnest($1::text[], $2::text[], $3::int[]) as b(system, decision_type, day)
     cross join lateral (select draw from calibration_cases c where c.system = b.system and c.decision_type = b.decision_type and c.day = b.day
       order by draw, decision_id offset $4 limit 1) last`, [...bucketValues(buckets), size - 1]);
  return rows;
}

/** Nothing is kept of what was erased; under the pool's lock nobody misses it. */
const notErased = 'not exists (select 1 from erased_decisions e where e.system = w.system and e.decision_id = w.decision_id)';

/** A decision that is in already stays as it is. */
export async function insertCases(client: PoolClient, rows: readonly CaseRow[]): Promise<void> {
  const text = (of: (row: CaseRow) => string | null) => arrayParameter('text', rows.map(of));
  await client.query(
    `insert into calibration_cases (system, decision_id, decision_type, day, draw, key_version, policy_version, accepted_at, route, tier, output_label, subject_kind, subject_id, sealed_accepted)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[]) as w(system, decision_id, decision_type, day, draw, key_version, policy_version, accepted_at, route, tier, output_label, subject_kind, subject_id, sealed_accepted)
     where ${notErased} on conflict do nothing`,
    [
      text((row) => row.system), text((row) => row.decisionId), text((row) => row.decisionType), arrayParameter('int', rows.map(({ day }) => day)), arrayParameter('float8', rows.map(({ draw }) => draw)),
      text((row) => row.keyVersion), text((row) => row.policyVersion), arrayParameter('bigint', rows.map(({ acceptedAt }) => acceptedAt)), text((row) => row.route), text((row) => row.tier), text((row) => row.outputLabel),
      text((row) => row.subjectKind), text((row) => row.subjectId), arrayParameter('bytea', rows.map(({ sealedAccepted }) => sealedAccepted)),
    ]);
}

/** Takes out what is beyond the lowest draws of its day. */
export async function trimReservoirs(client: PoolClient, buckets: readonly Bucket[], size: number): Promise<void> {
  await client.query(
    `delete from calibration_cases gone using unnest($1::text[], $2::text[], $3::int[]) as b(system, decision_type, day)
     cross join lateral (select c.system, c.decision_id from calibration_cases c where c.system = b.system and c.decision_type = b.decision_type and c.day = b.day
       order by draw, decision_id offset $4) beyond
     where gone.system = beyond.system and gone.decision_id = beyond.decision_id`, [...bucketValues(buckets), size]);
}

/** Takes out the days that are too long before the latest one of the same system and type. */
export async function dropOldDays(client: PoolClient, buckets: readonly Bucket[], days: number): Promise<void> {
  await client.query(
    `delete from calibration_cases c using (
       select system, decision_type, max(day) as latest from calibration_cases
       where (system, decision_type) in (select * from unnest($1::text[], $2::text[])) group by system, decision_type) newest
     where c.system = newest.system and c.decision_type = newest.decision_type and c.day <= newest.latest - $3`,
    [...bucketValues(buckets).slice(0, 2), days]);
}

/** Keeps outcomes, the later report of a decision, and of all the last `max` that came. */
export async function insertOutcomes(client: PoolClient, rows: readonly OutcomeRow[], max: number): Promise<void> {
  await client.query(
    `insert into calibration_outcomes as o (system, decision_id, outcome, outcome_rank) select w.* from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w(system, decision_id, outcome, outcome_rank) where ${notErased}
     on conflict (system, decision_id) do update set outcome = excluded.outcome, outcome_rank = excluded.outcome_rank where o.outcome_rank < excluded.outcome_rank`,
    (['system', 'decisionId', 'outcome', 'rank'] as const).map((name) => arrayParameter('text', rows.map((row) => row[name]))));
  await client.query('delete from calibration_outcomes where arrival <= (select max(arrival) from calibration_outcomes) - $1', [max]);
}

/** Tells cases what is known of them. */
export async function matchOutcomes(client: PoolClient, keys: ReadonlyArray<{ system: string; decisionId: string }>): Promise<void> {
  await client.query(
    `update calibration_cases c set outcome = o.outcome, outcome_rank = o.outcome_rank
     from unnest($1::text[], $2::text[]) as k(system, decision_id) join calibration_outcomes o using (system, decision_id)
     where c.system = k.system and c.decision_id = k.decision_id and (c.outcome_rank is null or c.outcome_rank < o.outcome_rank)`,
    [arrayParameter('text', keys.map(({ system }) => system)), arrayParameter('text', keys.map(({ decisionId }) => decisionId))]);
}

/** The cases whose outcome is known and that can be used still; their content stays where it is. */
export async function readPool(client: PoolClient, system: string, decisionType: string): Promise<PoolRow[]> {
  const { rows } = await client.query<PoolRow>(
    `select system, decision_id as "decisionId", decision_type as "decisionType", draw, key_version as "keyVersion", policy_version as "policyVersion", accepted_at as "acceptedAt",
       route, tier, output_label as "outputLabel", subject_kind as "subjectKind", subject_id as "subjectId", outcome, uses
     from calibration_cases where system = $1 and decision_type = $2 and outcome is not null and sealed_accepted is not null`, [system, decisionType]);
  return rows;
}

export async function readSealed(client: PoolClient, { system, decisionId }: Pick<CaseRow, 'system' | 'decisionId'>): Promise<Buffer | null> {
  const { rows } = await client.query<{ sealed: Buffer | null }>('select sealed_accepted as sealed from calibration_cases where system = $1 and decision_id = $2', [system, decisionId]);
  return rows[0]?.sealed ?? null;
}

/** Takes out a case whose subject was erased: its key is gone, so it cannot come back either. */
export async function dropCase(client: PoolClient, { system, decisionId }: Pick<CaseRow, 'system' | 'decisionId'>): Promise<void> {
  await client.query('delete from calibration_cases where system = $1 and decision_id = $2', [system, decisionId]);
}

/** Counts a use; the content goes with the last one. */
export async function countUse(client: PoolClient, { system, decisionId }: Pick<CaseRow, 'system' | 'decisionId'>, usesMax: number): Promise<void> {
  await client.query(
    `update calibration_cases set uses = uses + 1, sealed_accepted = case when uses + 1 >= $3 then null else sealed_accepted end where system = $1 and decision_id = $2`, [system, decisionId, usesMax]);
}

/** Answers false where it was planned before. */
export async function insertPlan(client: PoolClient, eventId: string, now: number): Promise<boolean> {
  return ((await client.query('insert into calibration_plans (event_id, planned_at) values ($1, $2) on conflict do nothing', [eventId, now])).rowCount ?? 0) > 0;
}

export async function dropPlansBefore(client: PoolClient, instant: number): Promise<void> {
  await client.query('delete from calibration_plans where planned_at < $1', [instant]);
}

export async function readBalance(client: PoolClient, system: string, decisionType: string): Promise<{ right: number; wrong: number }> {
  const { rows } = await client.query<{ right: number; wrong: number }>('select right_planned as "right", wrong_planned as wrong from calibration_balance where system = $1 and decision_type = $2', [system, decisionType]);
  return rows[0] ?? { right: 0, wrong: 0 };
}

export async function addToBalance(client: PoolClient, system: string, decisionType: string, aiRight: boolean): Promise<void> {
  await client.query(
    `insert into calibration_balance as b (system, decision_type, right_planned, wrong_planned) values ($1, $2, $3::bigint, 1 - $3::bigint)
     on conflict (system, decision_type) do update set right_planned = b.right_planned + excluded.right_planned, wrong_planned = b.wrong_planned + excluded.wrong_planned`, [system, decisionType, aiRight ? 1 : 0]);
}

/** Takes erased decisions out of the pool, for good. */
export async function eraseDecisions(client: PoolClient, keys: ReadonlyArray<{ system: string; decisionId: string }>): Promise<void> {
  const places = [arrayParameter('text', keys.map(({ system }) => system)), arrayParameter('text', keys.map(({ decisionId }) => decisionId))];
  await client.query('insert into erased_decisions select distinct * from unnest($1::text[], $2::text[]) on conflict do nothing', places);
  for (const table of ['calibration_cases', 'calibration_outcomes']) {
    await client.query(`delete from ${table} t using unnest($1::text[], $2::text[]) as w(system, decision_id) where t.system = w.system and t.decision_id = w.decision_id`, places);
  }
}
