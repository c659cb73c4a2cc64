import type { Pool } from 'pg';
import { strandedIn, unresolvedAgeUs } from './schedule-store.ts';

/** Open work now; ages in seconds, 0 where there is none. `stranded` is `null` where it is not known up to when everything is counted. */
export type OpenWork = {
  unresolved: number; oldestUnresolvedSeconds: number; stranded: number | null; verdictConflicts: number;
  queues: Array<{ queue: string; depth: number; overdue: number; oldestSeconds: number }>;
};

/** What Prometheus is told of open work, at `now` in microseconds, where everything is counted up to `readUntil`. */
export async function readOpenWork(pool: Pool, now: number, readUntil: number | null): Promise<OpenWork> {
  const [unresolved, stranded, conflicts, queues] = await Promise.all([
    pool.query<{ count: number; oldest: number | null }>('select count(*) as count, min(accepted_at) as oldest from decision_facts where resolved_at is null and accepted_at is not null'),
    readUntil === null ? null : pool.query<{ count: number }>(`select count(*) as count ${strandedIn}`, [readUntil - unresolvedAgeUs]),
    pool.query<{ count: number }>('select count(*) as count from verdict_conflicts'),
    pool.query<{ queue: string; depth: number; overdue: number; oldest: number | null }>(
      'select queue, count(*) as depth, count(*) filter (where due_at < $1) as overdue, min(opened_at) as oldest from task_facts where closed_at is null and queue is not null group by 1', [now]),
  ]);
  const age = (instant: number | null | undefined) => (instant === null || instant === undefined ? 0 : Math.max(0, (now - instant) / 1e6));
  return {
    unresolved: unresolved.rows[0]?.count ?? 0, oldestUnresolvedSeconds: age(unresolved.rows[0]?.oldest), stranded: stranded?.rows[0]?.count ?? null, verdictConflicts: conflicts.rows[0]?.count ?? 0,
    queues: queues.rows.map((row) => ({ queue: row.queue, depth: row.depth, overdue: row.overdue, oldestSeconds: age(row.oldest) })),
  };
}

export type RecentOversight = {
  tasks: Array<{ queue: string; closed: number; late: number }>;
  approvals: Array<{ decisionType: string; approvals: number; fast: number }>;
  spotChecks: Array<{ decisionType: string; due: number; judged: number; contradicted: number }>;
};

/** Review opens a watched task within eight days of its selection; what it did not open by then is missing. */
const openedWithinUs = 9 * 86_400_000_000;

/** What people did lately: tasks closed and judged since `tasksSince`; spot checks selected since `checksSince` that somebody should have judged by `now`; in microseconds. No names. */
export async function readRecentOversight(pool: Pool, { now, tasksSince, checksSince }: { now: number; tasksSince: number; checksSince: number }): Promise<RecentOversight> {
  const [tasks, approvals, spotChecks] = await Promise.all([
    pool.query<{ queue: string; closed: number; late: number }>(
      `select queue, count(*) as closed, count(*) filter (where not sla_met) as late from task_facts where closed_at >= $1 and queue is not null and sla_met is not null group by 1`, [tasksSince]),
    pool.query<{ decisionType: string; approvals: number; fast: number }>(
      `select decision_type as "decisionType", count(*) as approvals, count(*) filter (where fast) as fast from task_facts
       where judged_at >= $1 and decision_type is not null and (decision = 'approve' or (decision = 'answer' and not override)) group by 1`, [tasksSince]),
    pool.query<{ decisionType: string; due: number; judged: number; contradicted: number }>(
      `select s.decision_type as "decisionType", count(*) filter (where j.judged > 0 or j.due > 0 or (j.opened = 0 and s.selected_at < $2)) as due, count(*) filter (where j.judged > 0) as judged,
         count(*) filter (where j.contradictions > 0 and (j.judged < 2 or j.contradictions > 1)) as contradicted
       from selections s left join lateral (
         select count(*) as opened, count(*) filter (where t.judged_at is not null) as judged, count(*) filter (where t.closed_at is not null or t.due_at < $3) as due, count(*) filter (where t.contradicts) as contradictions
         from task_facts t where t.system = s.system and t.decision_id = s.decision_id and t.kind = s.kind
       ) j on true
       where s.kind = 'spot-check' and s.selected_at >= $1 group by 1`, [checksSince, now - openedWithinUs, now]),
  ]);
  return { tasks: tasks.rows, approvals: approvals.rows, spotChecks: spotChecks.rows };
}
