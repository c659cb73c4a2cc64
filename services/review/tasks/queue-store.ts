/**
 * SQL of what somebody may work next. The order is `pressing_at`, the same in every queue, and an index per queue holds it; so a claim looks at the
 * first task of each queue that the person may work, whatever waits behind it.
 */

import type { Sql } from '../sql.ts';
import { qualifies, taskColumns } from './store.ts';
import type { Claimant, Task } from './store.ts';

/**
 * Waits for whoever comes: the predicate of the index that is walked. What is put aside, or kept for one person, stays out of it until it is
 * woken; what is kept in name only is not kept from those who walk.
 */
const waits = `t.state = 'open' and t.held_until is null and (t.reserved_for is null or t.reserved_in_name)`;

/**
 * The queues with work that a person may do, with the seniority of that work. A person with one queue looks into no other; for `*` and whole
 * types the queues are found by jumping from each to the next in an index.
 */
const scopes = `
  recursive listed (queue) as (
    (select t.queue from tasks t where t.state <> 'closed'
       and exists (select 1 from qualifications q where q.person_id = $1 and strpos(q.queue, '/') = 0)
     order by t.queue limit 1)
    union all
    select (select t.queue from tasks t where t.state <> 'closed' and t.queue > l.queue order by t.queue limit 1)
    from listed l where l.queue is not null),
  scopes (queue, seniority) as (
    select own.queue, rank.seniority from (
      select l.queue from listed l where l.queue is not null
        and exists (select 1 from qualifications q where q.person_id = $1 and q.queue in ('*', split_part(l.queue, '/', 1)))
      union select q.queue from qualifications q where q.person_id = $1
      union select 'unclassified' where $2) own
    cross join (values ('any'), ('senior')) rank (seniority) where $2 or rank.seniority = 'any')`;

/** Not what the person just gave back. */
const isNew = `(t.released_by is distinct from $1 or t.released_until <= (extract(epoch from clock_timestamp()) * 1000000)::bigint)`;

const first = (place: string, condition: string) => `from tasks t where ${waits} and ${place} and ${condition} order by t.pressing_at, t.task_id limit 1`;
const lockedFirst = (place: string, condition: string) => `select one.* from (select t.* ${first(place, condition)} for no key update of t skip locked) one`;

const heads = (condition: string) => `heads (in_queue, for_whom, came_from, first_at) as (
    select s.queue, s.seniority, null::text, f.pressing_at
    from scopes s cross join lateral (select t.pressing_at ${first('t.queue = s.queue and t.seniority = s.seniority', condition)}) f
    union all
    select null, 'senior', own.queue, f.pressing_at
    from qualifications own cross join lateral (select t.pressing_at ${first('t.escalated_from = own.queue', condition)}) f
    where $2 and own.person_id = $1)`;

const nextTask = (condition: string) => `
  with ${scopes}, ${heads(condition)}
  select ${taskColumns} from (select * from heads order by first_at, for_whom = 'senior' desc) h
  cross join lateral (
    ${lockedFirst('t.queue = h.in_queue and t.seniority = h.for_whom', condition)}
    union all ${lockedFirst('t.escalated_from = h.came_from', condition)}) t
  limit 1`;

/**
 * Parameters: person, senior. The scopes in the order of their first tasks, and then the first task of the first of them that nobody is claiming at this
 * instant: one row is locked, so nobody finds nothing because another holds what they do not take. The join is lateral: it is carried out in the
 * order of its left side, and ends at the first row.
 */
export const nextTaskStatement = nextTask(`${qualifies} and ${isNew}`);

/** The same where nothing else is there: what the person gave back too. */
const lastTaskStatement = nextTask(qualifies);

/** Parameters: person, senior. */
const anyTaskStatement = `with ${scopes}, ${heads(qualifies)} select exists (select 1 from heads) as waits`;

/**
 * Locks the next task for a person, passing over those that somebody else is claiming at this instant. Of two equally pressing seats a
 * senior takes the senior's, and leaves the other to whoever comes. With `again` also what the person gave back a short while ago.
 */
export async function lockNextTask(sql: Sql, { personId, senior }: Claimant, { again = false }: { again?: boolean } = {}): Promise<Task | null> {
  return await sql.row(again ? lastTaskStatement : nextTaskStatement, [personId, senior]);
}

/** True where something waits for the person, whoever is claiming it at this instant. */
export async function somethingWaits(sql: Sql, { personId, senior }: Claimant): Promise<boolean> {
  return (await sql.row<{ waits: boolean }>(anyTaskStatement, [personId, senior]))?.waits ?? false;
}

/** The same for one task by id: `null` where it is not this person's to claim. */
export async function lockNamedTask(sql: Sql, { personId, senior }: Claimant, taskId: string): Promise<Task | null> {
  return await sql.row(`select ${taskColumns} from tasks t where t.task_id = $3 and ${qualifies} for no key update of t`, [personId, senior, taskId]);
}

const firstOf = (column: string, condition: string) => `
  select f.until from scopes s cross join lateral (
    select t.${column} as until from tasks t where ${condition} and t.queue = s.queue and t.seniority = s.seniority and ${qualifies}
    order by t.${column} limit 1) f`;

/** Parameters: person, senior, now. */
export const claimExpiryStatement = `
  with ${scopes}
  select min(until) as until from (
    ${firstOf('claim_expires_at', `t.state = 'claimed'`)}
    union all ${firstOf('held_until', `t.state = 'open' and t.held_until > $3`)}
    union all select f.until from qualifications own cross join lateral (
      select min(coalesce(t.claim_expires_at, t.held_until)) as until from tasks t
      where t.escalated_from = own.queue and t.state in ('open', 'claimed') and coalesce(t.claim_expires_at, t.held_until) is not null and ${qualifies}) f
    where $2 and own.person_id = $1) waiting`;

/** When the first claim on work this person could do runs out, or work that was put aside comes back; `null` where there is no such work. */
export async function nextClaimExpiry(sql: Sql, { personId, senior }: Claimant, now: number): Promise<number | null> {
  const row = await sql.row<{ until: number | null }>(claimExpiryStatement, [personId, senior, now]);
  return row?.until ?? null;
}

/** Bound of one look, so that it never holds many rows. */
const wokenMax = 500;

const wakes = (set: string, until: string) => `
  update tasks set ${set} where task_id = any (array(
    select t.task_id from tasks t where t.state = 'open' and t.${until} <= $1 order by t.${until} limit $2 for no key update skip locked))`;

/** Parameters: now, rows at the most. */
export const wakeStatements = [
  wakes('held_until = null', 'held_until'),
  wakes('reserved_for = null, reserved_until = null, reserved_against = null, reserved_in_name = false', 'reserved_until'),
] as const;

/** Puts back into their queues what was put aside, or kept for somebody, until now; answers how much. */
export async function wakeTasks(sql: Sql, now: number): Promise<number> {
  let woken = 0;
  for (const statement of wakeStatements) woken += await sql.run(statement, [now, wokenMax]);
  return woken;
}
