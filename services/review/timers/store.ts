/** SQL of deadlines. */

import { randomUUID } from 'node:crypto';
import type { DecisionKey } from '../cases/case.ts';
import type { Sql } from '../sql.ts';

export type TimerKind = 'warn' | 'expire' | 'finalise' | 'window-end' | 'hold-end' | 'claim-expiry' | 'open-watched';

export type Timer = DecisionKey & { timerId: string; kind: TimerKind; taskId: string | null; judgementId: string | null; dueAt: number; traceparent: string | null; awaits: string | null };

/** `traceparent`: the recorded trace that what the deadline does belongs to, where there is one. `awaits`: ordinary work of that decision type brings it forward. */
export type NewTimer = DecisionKey & { kind: TimerKind; taskId?: string | null; judgementId?: string | null; dueAt: number; traceparent?: string | null; awaits?: string | null };

export async function insertTimers(sql: Sql, timers: readonly NewTimer[]): Promise<void> {
  if (timers.length === 0) return;
  const rows = timers.map((timer) => ({ timerId: randomUUID(), taskId: null, judgementId: null, traceparent: null, awaits: null, ...timer }));
  await sql.run(
    `insert into timers (timer_id, kind, system, decision_id, task_id, judgement_id, due_at, traceparent, awaits)
     select "timerId", kind, system, "decisionId", "taskId", "judgementId", "dueAt", traceparent, awaits
     from json_to_recordset($1::json) as incoming ("timerId" uuid, kind text, system text, "decisionId" text, "taskId" uuid,
       "judgementId" uuid, "dueAt" bigint, traceparent text, awaits text)`,
    [JSON.stringify(rows)],
  );
}

/** Takes one due timer out of the table; another instance takes another. The rollback of a failure puts it back. */
export async function takeDueTimer(sql: Sql, now: number, passOver: readonly string[]): Promise<Timer | null> {
  return await sql.row(
    `delete from timers where timer_id = (
       select timer_id from timers where due_at <= $1 and timer_id <> all($2::uuid[]) order by due_at limit 1 for update skip locked)
     returning timer_id as "timerId", kind, system, decision_id as "decisionId", task_id as "taskId", judgement_id as "judgementId", due_at as "dueAt", traceparent, awaits`,
    [now, passOver],
  );
}

/** Parameters: decision types, now. */
export const awaitingStatement = `select timer_id as "timerId", awaits from timers where awaits = any($1) and due_at > $2 order by timer_id for update skip locked`;

/** What awaits work of some decision types, and has not given up. */
export async function lockAwaiting(sql: Sql, decisionTypes: readonly string[], now: number): Promise<Array<{ timerId: string; awaits: string }>> {
  return await sql.rows(awaitingStatement, [decisionTypes, now]);
}

/** What came need not be waited for again. */
export async function bringForward(sql: Sql, timers: ReadonlyArray<Pick<Timer, 'timerId' | 'dueAt'>>): Promise<void> {
  await sql.run(`update timers t set due_at = w.due_at, awaits = '' from unnest($1::uuid[], $2::bigint[]) as w (timer_id, due_at) where t.timer_id = w.timer_id`, [
    timers.map(({ timerId }) => timerId),
    timers.map(({ dueAt }) => dueAt),
  ]);
}

/**
 * Clears what is left of a finished task, or one kind of it; a timer that is firing at this instant is left to find nothing to do.
 * A judgement's timer is never cleared: it is what ends the undo window.
 */
export async function dropTimersOfTask(sql: Sql, taskId: string, kind: 'claim-expiry' | null = null): Promise<void> {
  await sql.run(
    `delete from timers where timer_id in (
       select timer_id from timers where task_id = $1 and kind <> 'finalise' and ($2::text is null or kind = $2) for update skip locked)`,
    [taskId, kind],
  );
}

/** The one clock that judges deadlines. Microseconds. */
export async function readNow(sql: Sql): Promise<number> {
  const row = await sql.row<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now');
  if (row === null) throw new Error('the database did not tell the time');
  return row.now;
}
