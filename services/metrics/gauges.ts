import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { proportionInterval } from '@countersign/core';
import { readOpenWork, readRecentOversight } from './gauges-store.ts';

const unresolved = new Gauge({ name: 'countersign_decisions_unresolved', help: 'Decisions accepted and without a verdict' });
const unresolvedAge = new Gauge({ name: 'countersign_decisions_unresolved_oldest_seconds', help: 'Age of the oldest decision without a verdict' });
const stranded = new Gauge({ name: 'countersign_decisions_stranded', help: 'Decisions accepted more than 60 s ago with neither verdict nor open task' });
const verdictConflicts = new Gauge({ name: 'countersign_verdict_conflicts', help: 'Second verdicts with other bytes, ever; the first stands' });
const queueDepth = new Gauge({ name: 'countersign_queue_depth', help: 'Open tasks', labelNames: ['queue'] as const });
const queueOverdue = new Gauge({ name: 'countersign_queue_overdue', help: 'Open tasks past their due time', labelNames: ['queue'] as const });
const queueAge = new Gauge({ name: 'countersign_queue_oldest_seconds', help: 'Age of the oldest open task', labelNames: ['queue'] as const });
const closed = new Gauge({ name: 'countersign_recent_tasks_closed', help: 'Tasks closed in the last 7 days', labelNames: ['queue'] as const });
const late = new Gauge({ name: 'countersign_recent_tasks_late', help: 'Of these, the ones closed after their due time', labelNames: ['queue'] as const });
const approvals = new Gauge({ name: 'countersign_recent_approvals', help: 'Approvals by people in the last 7 days', labelNames: ['decision_type'] as const });
const fastApprovals = new Gauge({ name: 'countersign_recent_fast_approvals', help: 'Of these, the ones that took less than 5 s', labelNames: ['decision_type'] as const });
const checksDue = new Gauge({ name: 'countersign_recent_spot_checks_due', help: 'Spot checks selected in the last 30 days that are closed or past their due time', labelNames: ['decision_type'] as const });
const checksJudged = new Gauge({ name: 'countersign_recent_spot_checks_judged', help: 'Of these, the ones judged', labelNames: ['decision_type'] as const });
const checksContradicted = new Gauge({ name: 'countersign_recent_spot_checks_contradicted', help: 'Of these, the ones that contradict the verdict and are not refuted by a second judge', labelNames: ['decision_type'] as const });
const checksErrorLower = new Gauge({ name: 'countersign_recent_spot_checks_error_lower', help: 'Lower bound of the error rate that these show, Clopper-Pearson, 95 %', labelNames: ['decision_type'] as const });
const totals = [unresolved, unresolvedAge, stranded, verdictConflicts];
const perQueue = [queueDepth, queueOverdue, queueAge];
const recentWork = [closed, late, approvals, fastApprovals, checksDue, checksJudged, checksContradicted, checksErrorLower];
// Until it is counted a figure is absent: 0 would be an answer, and a fall to 0 at each start.
clear();

const dayUs = 86_400_000_000;
const tasksUs = 7 * dayUs;
const checksUs = 30 * dayUs;
/** The recent figures read many rows and change slowly. */
const recentEveryUs = 30_000_000;

/** Keeps the gauges of one database current; call `update` as often as the open work should be looked at. What cannot be counted is absent, and alerted by that. */
export function createGauges(pool: Pool): { update(now: number, readUntil: number | null): Promise<void> } {
  let recentAt = -Infinity;
  return {
    async update(now, readUntil) {
      try {
        await updateOpenWork(pool, now, readUntil);
        if (now - recentAt < recentEveryUs) return;
        await updateRecent(pool, now);
        recentAt = now;
      } catch (error) {
        recentAt = -Infinity;
        clear();
        throw error;
      }
    },
  };
}

function clear(): void {
  for (const gauge of totals) gauge.remove();
  for (const gauge of [...perQueue, ...recentWork]) gauge.reset();
}

async function updateOpenWork(pool: Pool, now: number, readUntil: number | null): Promise<void> {
  const open = await readOpenWork(pool, now, readUntil);
  unresolved.set(open.unresolved);
  unresolvedAge.set(open.oldestUnresolvedSeconds);
  if (open.stranded === null) stranded.remove();
  else stranded.set(open.stranded);
  verdictConflicts.set(open.verdictConflicts);
  for (const gauge of perQueue) gauge.reset();
  for (const { queue, depth, overdue, oldestSeconds } of open.queues) {
    queueDepth.set({ queue }, depth);
    queueOverdue.set({ queue }, overdue);
    queueAge.set({ queue }, oldestSeconds);
  }
}

async function updateRecent(pool: Pool, now: number): Promise<void> {
  const recent = await readRecentOversight(pool, { now, tasksSince: now - tasksUs, checksSince: now - checksUs });
  for (const gauge of recentWork) gauge.reset();
  for (const row of recent.tasks) {
    closed.set({ queue: row.queue }, row.closed);
    late.set({ queue: row.queue }, row.late);
  }
  for (const row of recent.approvals) {
    approvals.set({ decision_type: row.decisionType }, row.approvals);
    fastApprovals.set({ decision_type: row.decisionType }, row.fast);
  }
  for (const row of recent.spotChecks) {
    checksDue.set({ decision_type: row.decisionType }, row.due);
    checksJudged.set({ decision_type: row.decisionType }, row.judged);
    checksContradicted.set({ decision_type: row.decisionType }, row.contradicted);
    checksErrorLower.set({ decision_type: row.decisionType }, proportionInterval(row.contradicted, row.judged).lower);
  }
}
