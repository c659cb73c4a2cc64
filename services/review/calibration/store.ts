/** SQL of exercises. */

import type { DecisionKey, Seniority } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type ExerciseState = 'waiting' | 'open' | 'unplaced' | 'expired' | 'scored';

/** Instants and spans in microseconds. */
export type Exercise = DecisionKey & {
  exerciseId: string; queue: string; seniority: Seniority; dueAfterUs: number; warnAfterUs: number | null; askedPolicyVersion: string;
  truth: string; aiRight: boolean; plannedAt: number; replaces: string | null;
};

const exerciseColumns = `exercise_id as "exerciseId", system, decision_id as "decisionId", queue, seniority, due_after_us as "dueAfterUs", warn_after_us as "warnAfterUs",
  asked_policy_version as "askedPolicyVersion", truth, ai_right as "aiRight", planned_at as "plannedAt", replaces`;

/** Answers the decisions of those that are new. */
export async function insertExercises(sql: Sql, exercises: readonly Exercise[]): Promise<DecisionKey[]> {
  return await sql.rows(
    `insert into exercises (exercise_id, system, decision_id, queue, seniority, due_after_us, warn_after_us, asked_policy_version, truth, ai_right, planned_at, replaces, state)
     select "exerciseId", system, "decisionId", queue, seniority, "dueAfterUs", "warnAfterUs", "askedPolicyVersion", truth, "aiRight", "plannedAt", replaces, 'waiting'
     from json_to_recordset($1::json) as incoming ("exerciseId" text, system text, "decisionId" text, queue text, seniority text, "dueAfterUs" bigint, "warnAfterUs" bigint,
       "askedPolicyVersion" text, truth text, "aiRight" boolean, "plannedAt" bigint, replaces text)
     on conflict do nothing returning system, decision_id as "decisionId"`,
    [JSON.stringify(exercises)],
  );
}

/** The exercises of some decisions that wait for their task. */
export async function waitingExercises(sql: Sql, keys: readonly DecisionKey[]): Promise<Exercise[]> {
  return await sql.rows(
    `select ${exerciseColumns} from exercises join unnest($1::text[], $2::text[]) as wanted(system, decision_id) using (system, decision_id)
     where state = 'waiting' order by system, decision_id, exercise_id`,
    [keys.map(({ system }) => system), keys.map(({ decisionId }) => decisionId)],
  );
}

export async function readExerciseOf(sql: Sql, taskId: string): Promise<Exercise | null> {
  return await sql.row(`select ${exerciseColumns} from exercises where task_id = $1`, [taskId]);
}

export async function setExercise(sql: Sql, exerciseId: string, state: ExerciseState, taskId: string | null = null): Promise<void> {
  await sql.run('update exercises set state = $2, task_id = coalesce($3, task_id) where exercise_id = $1', [exerciseId, state, taskId]);
}

/** The seat after the last one of the lane. Call with the decision locked. */
export async function nextSeat(sql: Sql, key: DecisionKey): Promise<number> {
  const row = await sql.row<{ seat: number }>(
    `select coalesce(max(seat), 0)::int + 1 as seat from tasks where system = $1 and decision_id = $2 and lane = 'calibration'`, [key.system, key.decisionId]);
  return row?.seat ?? 1;
}

/** True where somebody qualified neither judged nor saw the case, and does not wait to do so in an exercise that is open already. */
export async function somebodyNew(sql: Sql, { system, decisionId, queue, seniority }: Pick<Exercise, 'system' | 'decisionId' | 'queue' | 'seniority'>): Promise<boolean> {
  const row = await sql.row<{ some: boolean }>(
    `select (select count(*) from people p where p.active and (not $4 or 'senior' = any(p.roles))
         and exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', $3, split_part($3, '/', 1)))
         and not exists (select 1 from participations d where d.system = $1 and d.decision_id = $2 and d.person_id = p.person_id))
       > (select count(*) from tasks where system = $1 and decision_id = $2 and lane = 'calibration' and state = 'open') as some`,
    [system, decisionId, queue, seniority === 'senior'],
  );
  return row?.some ?? false;
}
