/** SQL of tasks kept for a named person, and of who such a person can be. */

import type { Sql } from '../sql.ts';
import type { Claimant, Task } from '../tasks/store.ts';
import { mayWork, qualifies, taskColumns, unreserved } from '../tasks/store.ts';

/** What a person is given first: somebody asked for them. */
export async function lockReservedTask(sql: Sql, claimant: Claimant, now: number): Promise<Task | null> {
  return await sql.row(
    `select ${taskColumns} from tasks t
     where t.reserved_for = $1 and not t.reserved_in_name and t.reserved_until > $3 and t.state = 'open' and ${qualifies}
     order by t.due_at, t.task_id limit 1 for no key update of t skip locked`,
    [claimant.personId, claimant.senior, now],
  );
}

/** When the first task that is kept for somebody else, and that this person could work, is free for all; `null` where there is none. */
export async function nextReservationEnd(sql: Sql, claimant: Claimant, now: number): Promise<number | null> {
  const row = await sql.row<{ until: number | null }>(
    `select min(t.reserved_until) as until from tasks t
     where t.reserved_for is not null and t.reserved_until > $3 and t.state = 'open' and ${mayWork} and not ${unreserved}`,
    [claimant.personId, claimant.senior, now],
  );
  return row?.until ?? null;
}

export type Reservation = {
  personId: string;
  until: number;
  /** The person may not work it: nobody is told, and it waits for everybody but `against`. */
  inName: boolean;
  /** Who let go of it. */
  against: string | null;
};

export async function setReservation(sql: Sql, taskId: string, { personId, until, inName, against }: Reservation): Promise<void> {
  await sql.run('update tasks set reserved_for = $2, reserved_until = $3, reserved_in_name = $4, reserved_against = $5 where task_id = $1', [
    taskId,
    personId,
    until,
    inName,
    against,
  ]);
}

/** Leaves the task to everybody. */
export async function endReservation(sql: Sql, taskId: string): Promise<void> {
  await sql.run(
    `update tasks set reserved_for = null, reserved_until = null, reserved_against = null, reserved_in_name = false
     where task_id = $1 and reserved_for is not null`,
    [taskId],
  );
}

/**
 * People `p` who work the queue `$1`, or `$2` that it was escalated from. By the queue alone, never by the task: that a task of an ordinary queue
 * needs a senior, or that somebody had a part in its decision already, is what tells monitored work from ordinary.
 */
export const worksQueue = `p.active and p.roles && '{reviewer,senior}'
  and ('senior' = any(p.roles) or not ($1 = 'unclassified' or $1 like '%/senior'))
  and (('senior' = any(p.roles) and $1 = 'unclassified')
    or exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', $1, split_part($1, '/', 1), $2::text)))`;

export type Colleague = { personId: string; name: string; available: boolean };

const colleagueColumns = `p.person_id as "personId", p.name, p.available`;

/** Parameters of a page would let nobody choose by name: one bounded list. */
const colleaguesMax = 500;

export async function readColleagues(sql: Sql, task: Pick<Task, 'queue' | 'escalatedFrom'>, personId: string): Promise<Colleague[]> {
  return await sql.rows(
    `select ${colleagueColumns} from people p where p.person_id <> $3 and ${worksQueue} order by p.name, p.person_id limit ${colleaguesMax}`,
    [task.queue, task.escalatedFrom, personId],
  );
}

export async function readColleague(sql: Sql, task: Pick<Task, 'queue' | 'escalatedFrom'>, personId: string): Promise<Colleague | null> {
  return await sql.row(`select ${colleagueColumns} from people p where p.person_id = $3 and ${worksQueue}`, [task.queue, task.escalatedFrom, personId]);
}

/** True where the person may work this very task: old enough in the job, and no part in another task of its decision. */
export async function isFreeFor(sql: Sql, taskId: string, personId: string): Promise<boolean> {
  const row = await sql.row<{ free: boolean }>(
    `select (t.seniority = 'any' or exists (select 1 from people p where p.person_id = $2 and 'senior' = any(p.roles)))
       and not exists (select 1 from participations p where p.system = t.system and p.decision_id = t.decision_id and p.person_id = $2 and p.task_id is distinct from t.task_id)
       as free from tasks t where t.task_id = $1`,
    [taskId, personId],
  );
  return row?.free ?? false;
}

/** Locks what a person holds and has not judged, in the order of ids. */
export async function lockClaimsOf(sql: Sql, personId: string): Promise<Task[]> {
  return await sql.rows(`select ${taskColumns} from tasks where claimant = $1 and state = 'claimed' order by task_id for no key update`, [personId]);
}
