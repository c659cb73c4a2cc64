/** SQL of tasks and the claims on them. */

import { randomUUID } from 'node:crypto';
import { pressingAt, severities } from '@countersign/core';
import type { DecisionKey, Form, Lane, Seniority, TaskKind, TaskOpening } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type TaskState = 'open' | 'claimed' | 'judged' | 'closed';

export type Task = DecisionKey & {
  taskId: string;
  lane: Lane;
  seat: number;
  kind: TaskKind;
  queue: string;
  seniority: Seniority;
  form: Form;
  severityRank: number;
  state: TaskState;
  openedAt: number;
  dueAt: number;
  heldUntil: number | null;
  escalatedAt: number | null;
  /** The queue it was escalated from. */
  escalatedFrom: string | null;
  fence: number;
  claimant: string | null;
  claimedAt: number | null;
  claimExpiresAt: number | null;
  lastBeatAt: number | null;
  paintedAt: number | null;
  paintedDigest: string | null;
  activeMs: number;
  /** Null: the one that the decision was accepted under. */
  askedPolicyVersion: string | null;
  /** When a pre-claim ends; `null` for an ordinary claim. */
  prefetchEndsAt: number | null;
  /** Whose it is alone until `reservedUntil`. */
  reservedFor: string | null;
  reservedUntil: number | null;
};

/** The columns of `Task`; all of `tasks`, so that other store files read the same rows. */
export const taskColumns = `
  task_id as "taskId", system, decision_id as "decisionId", lane, seat, kind, queue, seniority, form,
  severity_rank as "severityRank", state, opened_at as "openedAt", due_at as "dueAt", held_until as "heldUntil",
  escalated_at as "escalatedAt", escalated_from as "escalatedFrom", fence, claimant, claimed_at as "claimedAt", claim_expires_at as "claimExpiresAt",
  last_beat_at as "lastBeatAt", painted_at as "paintedAt", painted_digest as "paintedDigest", active_ms as "activeMs",
  asked_policy_version as "askedPolicyVersion",
  prefetch_ends_at as "prefetchEndsAt", reserved_for as "reservedFor", reserved_until as "reservedUntil"`;

export type OpenedTask = TaskOpening & DecisionKey & { taskId: string };

/** Gives each opening a random id: an id derived from the decision would let a reviewer recognise the kind of task. */
export function nameTask(key: DecisionKey, opening: TaskOpening): OpenedTask {
  return { ...opening, system: key.system, decisionId: key.decisionId, taskId: randomUUID() };
}

/** Answers the ids inserted; a seat that exists already is left as it is. */
export async function insertTasks(sql: Sql, tasks: readonly OpenedTask[]): Promise<Set<string>> {
  const rows = await sql.rows<{ taskId: string }>(
    `insert into tasks (task_id, system, decision_id, lane, seat, kind, queue, seniority, form, severity_rank, state, opened_at, due_at, pressing_at, asked_policy_version)
     select "taskId", "system", "decisionId", "lane", "seat", "kind", "queue", "seniority", "form", "severityRank", 'open', "openedAt", "dueAt", "pressingAt", "askedPolicyVersion"
     from json_to_recordset($1::json) as incoming ("taskId" uuid, "system" text, "decisionId" text, "lane" text, "seat" smallint,
       "kind" text, "queue" text, "seniority" text, "form" text, "severityRank" smallint, "openedAt" bigint, "dueAt" bigint, "pressingAt" bigint, "askedPolicyVersion" text)
     on conflict (system, decision_id, lane, seat) do nothing returning task_id as "taskId"`,
    [JSON.stringify(tasks.map((task) => ({ ...task, pressingAt: pressingAt(task.dueAt, severities[task.severityRank] ?? 'catastrophic') })))],
  );
  return new Set(rows.map((row) => row.taskId));
}

export async function readTask(sql: Sql, taskId: string): Promise<Task | null> {
  return await sql.row(`select ${taskColumns} from tasks where task_id = $1`, [taskId]);
}

export async function lockTask(sql: Sql, taskId: string): Promise<Task | null> {
  return await sql.row(`select ${taskColumns} from tasks where task_id = $1 for no key update`, [taskId]);
}

/**
 * Locks a task and tells the time, in one statement: the clock is read after the lock was waited for, since only what the first part answers
 * reaches the second. `now` is 0 where there is no task.
 */
export async function lockTaskAt(sql: Sql, taskId: string): Promise<{ task: Task | null; now: number }> {
  const row = await sql.row<Task & { now: number }>(
    `with locked as materialized (select ${taskColumns} from tasks where task_id = $1 for no key update)
     select locked.*, (extract(epoch from clock_timestamp()) * 1000000)::bigint as now from locked`,
    [taskId],
  );
  return { task: row, now: row?.now ?? 0 };
}

export async function tasksOfDecision(sql: Sql, key: DecisionKey): Promise<Task[]> {
  return await sql.rows(`select ${taskColumns} from tasks where system = $1 and decision_id = $2 order by lane, seat`, [
    key.system,
    key.decisionId,
  ]);
}

export async function lockTasksOfDecision(sql: Sql, key: DecisionKey): Promise<Task[]> {
  return await sql.rows(`select ${taskColumns} from tasks where system = $1 and decision_id = $2 order by lane, seat for no key update`, [
    key.system,
    key.decisionId,
  ]);
}

/**
 * Not kept for somebody else than `$1`. A reservation in name only keeps it from nobody but whoever let go of it: they must not see a
 * difference to one that holds.
 */
export const unreserved = `(t.reserved_for is null or t.reserved_for = $1
  or t.reserved_until <= (extract(epoch from statement_timestamp()) * 1000000)::bigint
  or (t.reserved_in_name and t.reserved_against is distinct from $1))`;

/**
 * What a person (`$1`, senior or not `$2`) may work, as a condition on `t`: qualified for the queue, experienced enough,
 * and no part in the decision but by this task. Every senior may work what no policy covers, and those of the queue that a task
 * was escalated from may work it still. Reservations apart.
 */
export const mayWork = `
  ($2 or t.seniority = 'any')
  and (($2 and t.queue = 'unclassified')
    or exists (select 1 from qualifications q where q.person_id = $1 and q.queue in ('*', t.queue, split_part(t.queue, '/', 1), t.escalated_from)))
  and not exists (select 1 from participations p where p.system = t.system and p.decision_id = t.decision_id
                  and p.person_id = $1 and p.task_id is distinct from t.task_id)`;

/** What that person may work now, as far as reservations go. */
export const qualifies = `${mayWork} and ${unreserved}`;

export type Claimant = { personId: string; senior: boolean };

/** Answers false where this person already works another task of the decision. */
export async function participate(sql: Sql, task: Task, personId: string): Promise<boolean> {
  const touched = await sql.run(
    `insert into participations (system, decision_id, person_id, task_id) values ($1, $2, $3, $4)
     on conflict (system, decision_id, person_id) do update set task_id = excluded.task_id where participations.task_id = excluded.task_id`,
    [task.system, task.decisionId, personId, task.taskId],
  );
  return touched > 0;
}

/** Somebody who was shown nothing may still work another seat. */
export async function withdrawParticipation(sql: Sql, taskId: string, personId: string): Promise<void> {
  await sql.run('delete from participations where task_id = $1 and person_id = $2 and not seen', [taskId, personId]);
}

export async function markSeen(sql: Sql, taskId: string, personId: string): Promise<void> {
  await sql.run('update participations set seen = true where task_id = $1 and person_id = $2', [taskId, personId]);
}

/** How many tasks a person holds without having judged them; a pre-claim is beside them. */
export async function countClaims(sql: Sql, personId: string): Promise<number> {
  const row = await sql.row<{ held: number }>("select count(*)::int as held from tasks where claimant = $1 and state = 'claimed' and prefetch_ends_at is null", [personId]);
  return row?.held ?? 0;
}

/** What a person holds, judged or not: whoever lost the answer to a claim finds its fence here. */
export async function claimsOf(sql: Sql, personId: string): Promise<Array<Task & { decisionType: string }>> {
  return await sql.rows(
    `select held.*, c.decision_type as "decisionType" from (select ${taskColumns} from tasks where claimant = $1) held
     join cases c on c.system = held.system and c.decision_id = held."decisionId" order by held."claimedAt"`,
    [personId],
  );
}

/** Raises the fence, so that whatever an earlier holder still sends is stale. */
export async function setClaim(sql: Sql, taskId: string, personId: string, now: number, expiresAt: number, prefetchEndsAt: number | null): Promise<number> {
  const row = await sql.row<{ fence: number }>(
    `update tasks set state = 'claimed', fence = fence + 1, claimant = $2, claimed_at = $3, claim_expires_at = $4, last_beat_at = $3,
       painted_at = null, painted_digest = null, active_ms = 0, held_until = null, prefetch_ends_at = $5, released_by = null, released_until = null where task_id = $1 returning fence`,
    [taskId, personId, now, expiresAt, prefetchEndsAt],
  );
  if (row === null) throw new Error(`task ${taskId} vanished while locked`);
  return row.fence;
}

export async function beatClaim(sql: Sql, taskId: string, now: number, expiresAt: number, prefetchEndsAt: number | null, addedActiveMs: number): Promise<void> {
  await sql.run('update tasks set last_beat_at = $2, claim_expires_at = $3, prefetch_ends_at = $4, active_ms = active_ms + $5 where task_id = $1', [
    taskId,
    now,
    expiresAt,
    prefetchEndsAt,
    addedActiveMs,
  ]);
}

/** Locks the pre-claim of a person, if they have one. */
export async function lockPrefetchedTask(sql: Sql, personId: string): Promise<Task | null> {
  return await sql.row(`select ${taskColumns} from tasks where claimant = $1 and prefetch_ends_at is not null for no key update`, [personId]);
}

/** Makes a pre-claim an ordinary claim, of the same fence. */
export async function endPrefetch(sql: Sql, taskId: string, expiresAt: number): Promise<void> {
  await sql.run('update tasks set prefetch_ends_at = null, claim_expires_at = $2 where task_id = $1', [taskId, expiresAt]);
}

export async function freeTask(sql: Sql, taskId: string, heldUntil: number | null): Promise<void> {
  await sql.run(
    `update tasks set state = 'open', claimant = null, claimed_at = null, claim_expires_at = null, last_beat_at = null,
       painted_at = null, painted_digest = null, active_ms = 0, held_until = $2, held_by = case when $2::bigint is not null then claimant end, prefetch_ends_at = null where task_id = $1`,
    [taskId, heldUntil],
  );
}

/** Who gave the task back, and until when it is theirs only where nothing else is there. */
export async function setReleased(sql: Sql, taskId: string, personId: string, until: number): Promise<void> {
  await sql.run('update tasks set released_by = $2, released_until = $3 where task_id = $1', [taskId, personId, until]);
}

export async function setPainted(sql: Sql, taskId: string, digest: string, now: number): Promise<void> {
  await sql.run('update tasks set painted_at = $3, painted_digest = $2, last_beat_at = $3, active_ms = 0 where task_id = $1', [taskId, digest, now]);
}

export async function setJudged(sql: Sql, taskId: string): Promise<void> {
  await sql.run("update tasks set state = 'judged' where task_id = $1", [taskId]);
}

/** Back from a withdrawn judgement to a running claim, under a new fence: a late repeat of the submit is stale. */
export async function setUnjudged(sql: Sql, taskId: string, now: number, expiresAt: number): Promise<number> {
  const row = await sql.row<{ fence: number }>(
    `update tasks set state = 'claimed', fence = fence + 1, last_beat_at = $2, claim_expires_at = $3 where task_id = $1 returning fence`,
    [taskId, now, expiresAt],
  );
  if (row === null) throw new Error(`task ${taskId} vanished while locked`);
  return row.fence;
}

export type Escalation = { queue: string; dueAt: number; sealedNote: Buffer | null };

/** What is due later is less pressing by as much. */
export async function escalateTask(sql: Sql, taskId: string, now: number, to: Escalation): Promise<void> {
  await sql.run(
    `update tasks set seniority = 'senior', escalated_at = $2, escalated_from = queue, queue = $3, due_at = $4,
       pressing_at = pressing_at + ($4 - due_at), sealed_note = $5 where task_id = $1`,
    [taskId, now, to.queue, to.dueAt, to.sealedNote],
  );
}

/** What the person who escalated a task wrote to the senior, as the vault sealed it. */
export async function readEscalationNote(sql: Sql, taskId: string): Promise<Buffer | null> {
  const row = await sql.row<{ sealedNote: Buffer | null }>('select sealed_note as "sealedNote" from tasks where task_id = $1', [taskId]);
  return row?.sealedNote ?? null;
}

export async function setTaskDue(sql: Sql, taskId: string, dueAt: number): Promise<void> {
  await sql.run('update tasks set due_at = $2, pressing_at = pressing_at + ($2 - due_at) where task_id = $1', [taskId, dueAt]);
}

/** With it go the drafts that anybody has of it: what was not sent by now never will be. */
export async function closeTask(sql: Sql, taskId: string, because: string, now: number): Promise<void> {
  await sql.run(
    `with dropped as (delete from drafts where task_id = $1)
     update tasks set state = 'closed', closed_because = $2, closed_at = $3, claimant = null, claim_expires_at = null, held_until = null,
       prefetch_ends_at = null, reserved_for = null, reserved_until = null, reserved_against = null, reserved_in_name = false
     where task_id = $1 and state <> 'closed'`,
    [taskId, because, now],
  );
}

export type QueueDepth = {
  queue: string;
  open: number;
  claimed: number;
  judged: number;
  oldestOpenedAt: number | null;
  nextDueAt: number | null;
  overdue: number;
};

/** Monitored work counts like any other: a supervisor's screen may be seen by reviewers. */
export async function queueDepths(sql: Sql, now: number): Promise<QueueDepth[]> {
  return await sql.rows(
    `select queue, count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'claimed')::int as claimed,
       count(*) filter (where state = 'judged')::int as judged, min(opened_at) as "oldestOpenedAt", min(due_at) as "nextDueAt",
       count(*) filter (where due_at < $1)::int as overdue
     from tasks where state <> 'closed' group by queue order by queue limit 1000`,
    [now],
  );
}
