/** SQL of the supervisors' screens. No lane, kind or form: those who work may look over a shoulder. */

import type { DecisionKey } from '../cases/case.ts';
import { worksQueue } from '../reservations/store.ts';
import type { Sql } from '../sql.ts';
import { mayWork } from '../tasks/store.ts';
import type { Claimant } from '../tasks/store.ts';

export type DueBucket = { queue: string; dueMinute: number; waiting: number };

/** What is not judged yet, by queue and by the minute it is due in. */
export async function dueBuckets(sql: Sql): Promise<DueBucket[]> {
  return await sql.rows(
    `select queue, due_at / 60000000 as "dueMinute", count(*)::int as waiting from tasks where state in ('open', 'claimed')
     group by queue, due_at / 60000000`,
  );
}

/** What was judged in each queue since an instant, and not taken back. */
export async function judgedSince(sql: Sql, since: number): Promise<Array<{ queue: string; judged: number }>> {
  return await sql.rows(
    `select t.queue, count(*)::int as judged from judgements j join tasks t on t.task_id = j.task_id
     where j.submitted_at > $1 and j.state <> 'withdrawn' group by t.queue`,
    [since],
  );
}

export type Qualified = { queue: string; people: number; available: number };

/** How many people work each of some queues; seniors only, where the queue is theirs. */
export async function qualifiedPeople(sql: Sql, queues: readonly string[]): Promise<Qualified[]> {
  return await sql.rows(
    `select w.queue, count(p.person_id)::int as people, (count(p.person_id) filter (where p.available))::int as available
     from unnest($1::text[]) as w(queue) left join people p on p.active and p.roles && '{reviewer,senior}'
       and ('senior' = any(p.roles) or not (w.queue = 'unclassified' or w.queue like '%/senior'))
       and (('senior' = any(p.roles) and w.queue = 'unclassified')
         or exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', w.queue, split_part(w.queue, '/', 1))))
     group by w.queue`,
    [queues],
  );
}

/** True where a person holds, or may still work, something of a decision that is not closed. */
export async function openWorkFor(sql: Sql, { personId, senior }: Claimant, { system, decisionId }: DecisionKey): Promise<boolean> {
  const row = await sql.row<{ open: boolean }>(
    `select exists (select 1 from tasks t where t.system = $3 and t.decision_id = $4 and t.state <> 'closed' and (t.claimant = $1 or (${mayWork}))) as open`,
    [personId, senior, system, decisionId],
  );
  return row?.open ?? false;
}

/** Whoever looked has a part in the decision from now on, and may work none of its tasks, whatever queue they are moved to. */
export async function noteLook(sql: Sql, personId: string, { system, decisionId }: DecisionKey): Promise<void> {
  await sql.run(
    `insert into participations (system, decision_id, person_id, task_id, seen)
     select system, decision_id, $1, null, true from cases where system = $2 and decision_id = $3
     on conflict (system, decision_id, person_id) do update set task_id = null, seen = true`,
    [personId, system, decisionId],
  );
}

export type ListedTask = {
  taskId: string;
  decisionType: string;
  queue: string;
  severity: string;
  state: 'open' | 'claimed' | 'judged';
  openedAt: number;
  dueAt: number;
  claimant: string | null;
  claimantName: string | null;
  claimExpiresAt: number | null;
  heldUntil: number | null;
  reservedFor: string | null;
  reservedForName: string | null;
};

export type TaskFilter = { queue: string | null; state: string | null; after: { openedAt: number; taskId: string } | null };

/** Parameters: queue, state, place (two), limit, now. A page of tasks that are not closed, oldest first. */
export const listedTasksStatement = `
  select t.task_id as "taskId", c.decision_type as "decisionType", t.queue, c.severity, t.state, t.opened_at as "openedAt", t.due_at as "dueAt",
    t.claimant, p.name as "claimantName", case when t.state = 'claimed' then t.claim_expires_at end as "claimExpiresAt",
    case when t.held_until > $6 then t.held_until end as "heldUntil",
    r.person_id as "reservedFor", r.name as "reservedForName"
  from tasks t join cases c on c.system = t.system and c.decision_id = t.decision_id left join people p on p.person_id = t.claimant
    left join people r on r.person_id = t.reserved_for and t.state = 'open' and t.reserved_until > $6
  where t.state <> 'closed' and ($1::text is null or t.queue = $1) and ($2::text is null or t.state = $2)
    and ($3::bigint is null or (t.opened_at, t.task_id) > ($3, $4::uuid))
  order by t.opened_at, t.task_id limit $5`;

export async function listTasks(sql: Sql, { queue, state, after }: TaskFilter, limit: number, now: number): Promise<ListedTask[]> {
  return await sql.rows(listedTasksStatement, [queue, state, after?.openedAt ?? null, after?.taskId ?? null, limit, now]);
}

export type PersonAtWork = { personId: string; name: string; available: boolean; claims: number; lastSeenAt: number };

const peopleMax = 1000;

/** Those who review, or who work one queue, with how much each holds. By the queue alone, as whoever may be given a task of it. */
export async function peopleAtWork(sql: Sql, queue: string | null = null): Promise<PersonAtWork[]> {
  return await sql.rows(
    `select p.person_id as "personId", p.name, p.available, p.last_seen_at as "lastSeenAt",
       (select count(*) from tasks t where t.claimant = p.person_id and t.state = 'claimed')::int as claims
     from people p where p.active and p.roles && '{reviewer,senior}' and ($1::text is null or ${worksQueue}) order by p.name, p.person_id limit ${peopleMax}`,
    [queue, null],
  );
}
