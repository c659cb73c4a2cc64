/** SQL of places: what is hidden where, and who could work there. */

import type { Sql } from '../sql.ts';
import type { DecisionKey, MonitoredLane, Seniority } from './case.ts';
import type { Place, PlaceLoad } from './places.ts';

/** Enough to know the shares by, and no more to read however long the desk has worked. */
const sampleMax = 500;

/**
 * Parameters: queues. The latest hidden work of them all, by place: what was escalated counts where it came from. What waits for its hour counts as
 * watched already. The time that work had is told of what still has it: not of what was escalated or settles a disagreement.
 */
export const placeLoadsStatement = `
  with latest as (
    select t.task_id, t.queue, t.seniority, t.escalated_from, t.lane, t.seat, t.due_at, t.system, t.decision_id, t.opened_at
    from unnest($1::text[]) own (queue) cross join lateral (
      select * from tasks t where t.form = 'hidden' and t.queue = own.queue order by t.opened_at desc limit ${sampleMax}) t
    order by t.opened_at desc limit ${sampleMax}),
  hidden as (
    select coalesce(l.escalated_from, l.queue) as queue, case when l.escalated_from is null then l.seniority else 'any' end as seniority, l.lane = 'primary' as ordinary,
      case when l.lane = 'primary' and l.escalated_from is null and l.seat < 3 then l.due_at - c.accepted_at end as span_us
    from latest l join cases c on c.system = l.system and c.decision_id = l.decision_id),
  waiting as (
    select queue, seniority, count(*)::int as watched from selections where not opened and seniority is not null and queue = any($1) group by queue, seniority)
  select h.queue, h.seniority, count(*) filter (where h.ordinary)::int as ordinary,
    count(*) filter (where not h.ordinary)::int + coalesce(min(w.watched), 0) as watched,
    coalesce(json_agg(h.span_us) filter (where h.span_us is not null), '[]') as "spansUs"
  from hidden h left join waiting w using (queue, seniority) group by h.queue, h.seniority order by h.queue, h.seniority`;

export async function readPlaceLoads(sql: Sql, queues: readonly string[]): Promise<PlaceLoad[]> {
  return await sql.rows(placeLoadsStatement, [queues]);
}

/** Of pairs of a decision and a place those where somebody could work it who has no part in the decision yet. */
export async function staffedPlaces(sql: Sql, pairs: ReadonlyArray<DecisionKey & Place>): Promise<Array<DecisionKey & Place>> {
  return await sql.rows(
    `select w.system, w."decisionId", w.queue, w.seniority
     from json_to_recordset($1::json) as w (system text, "decisionId" text, queue text, seniority text)
     where exists (select 1 from people p where p.active and (w.seniority = 'any' or 'senior' = any(p.roles))
       and exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', w.queue, split_part(w.queue, '/', 1)))
       and not exists (select 1 from participations d where d.system = w.system and d.decision_id = w."decisionId" and d.person_id = p.person_id))`,
    [JSON.stringify(pairs.map(({ system, decisionId, queue, seniority }) => ({ system, decisionId, queue, seniority })))],
  );
}

export type PlacedSelection = DecisionKey & { lane: MonitoredLane; queue: string; seniority: Seniority; dueAfterUs: number };

export async function setPlaces(sql: Sql, placed: readonly PlacedSelection[]): Promise<void> {
  await sql.run(
    `update selections s set queue = w.queue, seniority = w.seniority, due_after_us = w."dueAfterUs"
     from json_to_recordset($1::json) as w (system text, "decisionId" text, lane text, queue text, seniority text, "dueAfterUs" bigint)
     where s.system = w.system and s.decision_id = w."decisionId" and s.lane = w.lane`,
    [JSON.stringify(placed)],
  );
}
