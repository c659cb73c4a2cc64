/** SQL of what people see of the desk as a whole: what waits, and what they did lately. */

import type { Sql } from '../sql.ts';
import type { OpenTask } from './waiting.ts';

/** Of each queue so many are looked at, due first: beyond that a number tells a reader nothing. */
export const countedPerQueueMax = 200;
/** Queues that hold work at once. */
const queuesMax = 1000;

/** Parameters: tasks a queue, queues. One step down an index for each queue, not a walk over all that waits. */
export const openTasksStatement = `
  with recursive queues(queue, place) as (
    (select queue, 1 from tasks where state = 'open' order by queue limit 1)
    union all
    select (select t.queue from tasks t where t.state = 'open' and t.queue > q.queue order by t.queue limit 1), q.place + 1
    from queues q where q.queue is not null and q.place < $2)
  select w.* from queues q cross join lateral (
    select t.queue, t.escalated_from as "escalatedFrom", t.seniority, t.due_at as "dueAt", t.held_until as "heldUntil", t.reserved_for as "reservedFor",
      t.reserved_until as "reservedUntil", t.reserved_in_name as "reservedInName", t.reserved_against as "reservedAgainst",
      coalesce((select array_agg(p.person_id) from participations p
        where p.system = t.system and p.decision_id = t.decision_id and p.task_id is distinct from t.task_id), '{}') as partakers
    from tasks t where t.state = 'open' and t.queue = q.queue order by t.due_at limit $1) w
  where q.queue is not null`;

export async function readOpenTasks(sql: Sql): Promise<OpenTask[]> {
  return await sql.rows(openTasksStatement, [countedPerQueueMax, queuesMax]);
}

/** Instants in microseconds. */
export type KeptTask = { taskId: string; decisionType: string; dueAt: number; until: number; how: 'held' | 'reserved' };

/** What a person put aside, and what was handed to them, until then. */
export async function readKeptTasks(sql: Sql, personId: string, now: number): Promise<KeptTask[]> {
  return await sql.rows(
    `select t.task_id as "taskId", c.decision_type as "decisionType", t.due_at as "dueAt", kept.until, kept.how
     from (
       select task_id, reserved_until as until, 'reserved' as how from tasks where reserved_for = $1 and not reserved_in_name and reserved_until > $2 and state = 'open'
       union all
       select h.task_id, h.held_until, 'held' from tasks h
       where h.held_until > $2 and h.state = 'open' and h.held_by = $1 and h.reserved_for is distinct from $1) kept
     join tasks t on t.task_id = kept.task_id join cases c on c.system = t.system and c.decision_id = t.decision_id
     order by kept.until, t.task_id limit 100`,
    [personId, now],
  );
}

/** Times in microseconds. `activeMs` is what counted as focused between painting and judging. */
export type SpellRow = { fromAt: number; toAt: number; activeMs: number };

/** Nobody works so much without a pause that what was before matters. */
const spellsMax = 2000;

/** What a person judged since an instant, and what they have open now. A withdrawn judgement is counted by the one that followed. */
export async function readSpells(sql: Sql, personId: string, since: number): Promise<SpellRow[]> {
  return await sql.rows(
    `(select submitted_at - wall_ms * 1000 as "fromAt", submitted_at as "toAt", active_ms as "activeMs" from judgements
      where person_id = $1 and submitted_at > $2 and state <> 'withdrawn' order by submitted_at desc limit ${spellsMax})
     union all
     (select painted_at, last_beat_at, active_ms from tasks where claimant = $1 and state = 'claimed' and painted_at is not null)`,
    [personId, since],
  );
}

export type LoadRow = { queue: string; decisionType: string; judged: number };

/** What a person judged since an instant, by queue and decision type. */
export async function readLoads(sql: Sql, personId: string, since: number): Promise<LoadRow[]> {
  return await sql.rows(
    `select t.queue, c.decision_type as "decisionType", count(*)::int as judged
     from judgements j join tasks t on t.task_id = j.task_id join cases c on c.system = j.system and c.decision_id = j.decision_id
     where j.person_id = $1 and j.submitted_at > $2 and j.state <> 'withdrawn'
     group by t.queue, c.decision_type order by max(j.submitted_at)`,
    [personId, since],
  );
}
