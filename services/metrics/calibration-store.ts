import type { Pool } from 'pg';
import { monitored, type OversightFilter } from './oversight-store.ts';

/** Counts of one person and decision type; `live` is ordinary work in which they saw the output of the AI. */
export type PersonRow = {
  reviewer: string; decisionType: string; exercises: number; right: number; aiRightExercises: number; aiRightRight: number; aiWrongExercises: number; aiWrongRight: number;
  liveJudgements: number; liveAgreed: number;
};

const scoredIn = `from calibration_facts f where f.scored_at >= $1 and f.scored_at < $2 and ($3::text is null or f.system = $3) and ($4::text is null or f.decision_type = $4)`;
const openedIn = `from task_facts t where t.opened_at >= $1 and t.opened_at < $2 and ($3::text is null or t.system = $3) and ($4::text is null or t.decision_type = $4)`;

/** Those who did an exercise in the range, whatever else they did. */
export async function readPeople(pool: Pool, filter: OversightFilter): Promise<PersonRow[]> {
  return (await pool.query<PersonRow>(
    `select e.*, coalesce(l.judgements, 0)::bigint as "liveJudgements", coalesce(l.agreed, 0)::bigint as "liveAgreed" from (
       select reviewer, decision_type as "decisionType", count(*) as exercises, count(*) filter (where is_right) as "right",
         count(*) filter (where ai_right) as "aiRightExercises", count(*) filter (where ai_right and is_right) as "aiRightRight",
         count(*) filter (where not ai_right) as "aiWrongExercises", count(*) filter (where not ai_right and is_right) as "aiWrongRight" ${scoredIn} group by 1, 2) e
     left join (
       select t.reviewer, t.decision_type, count(*) as judgements, count(*) filter (where not t.override) as agreed ${openedIn}
         and t.judged_at is not null and t.form <> 'hidden' and t.kind not in ${monitored} group by 1, 2) l on l.reviewer = e.reviewer and l.decision_type = e."decisionType"
     order by e.reviewer, e."decisionType"`, values(filter))).rows;
}

export type TypeRow = { decisionType: string; opened: number; scored: number; missing: number };

export async function readTypes(pool: Pool, filter: OversightFilter): Promise<TypeRow[]> {
  return (await pool.query<TypeRow>(
    `select t.decision_type as "decisionType", count(*) as opened, count(f.task_id) as scored, count(*) filter (where t.outcome <> 'judged') as missing
     from task_facts t left join calibration_facts f using (task_id)
     where t.opened_at >= $1 and t.opened_at < $2 and ($3::text is null or t.system = $3) and ($4::text is null or t.decision_type = $4) and t.kind = 'calibration' and t.decision_type is not null
     group by 1 order by 1`, values(filter))).rows;
}

function values(filter: OversightFilter): unknown[] {
  return [filter.from, filter.to, filter.system, filter.decisionType];
}
