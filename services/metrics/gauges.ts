import type { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { readOpenWork, readRecentOversight } from './gauges-store.ts';

const unresolved = new Gauge({ name: 'countersign_decisions_unresolved', help: 'Decisions accepted and without a verdict' });
const unresolvedAge = new Gauge({ name: 'countersign_decisions_unresolved_oldest_seconds', help: 'Age of the oldest decision without a verdict' });
const stranded = new Gauge({ name: 'countersign_decisions_stranded', help: 'Decisions accepted more than 60 s ago with neither verdict nor open task' });
const verdictConflicts = new Gauge({ name: 'countersign_verdict_conflicts', help: 'Second verdicts with other bytes, ever; the first stands' });
const queueDepth = new Gauge({ name: 'countersign_queue_depth', help: 'Open tasks', labelNames: ['queue'] as const });
const queueOverdue = new Gauge({ name: 'countersign_queue_overdue', help: 'Open tasks past their due time', labelNames: ['queue'] as const });
const queueAge = new Gauge({ name: 'countersign_queue_oldest_seconds', help: 'Age of the oldest open task', labelNames: ['queue'] as const });
const closed = new Gauge({ name: 'countersign_recent_tasks_closed', help: 'Tasks of the last 7 days that are closed', labelNames: ['queue'] as const });
const late = new Gauge({ name: 'countersign_recent_tasks_late', help: 'Of these, the ones closed after their due time', labelNames: ['queue'] as const });
const approvals = new Gauge({ name: 'countersign_recent_approvals', help: 'Approvals by people on tasks of the last 7 days', labelNames: ['decision_type'] as const });
const fastApprovals = new Gauge({ name: 'countersign_recent_fast_approvals', help: 'Of these, the ones that took less than 5 s', labelNames: ['decision_type'] as const });
const checksSelected = new Gauge({ name: 'countersign_recent_spot_checks_selected', help: 'Spot checks selected in the last 30 days', labelNames: ['decision_type'] as const });
const checksJudged = new Gauge({ name: 'countersign_recent_spot_checks_judged', help: 'Of these, the ones judged', labelNames: ['decision_type'] as const });
const checksContradicted = new Gauge({ name: 'countersign_recent_spot_checks_contradicted', help: 'Of these, the ones that contradict the verdict and are not refuted by a second judge', labelNames: ['decision_type'] as const });
// Until it is counted a figure is absent: 0 would be an answer, and a fall to 0 at each start.
for (const gauge of [unresolved, unresolvedAge, stranded, verdictConflicts]) gauge.remove();
const perType = [approvals, fastApprovals, checksSelected, checksJudged, checksContradicted];

const dayUs = 86_400_000_000;
const tasksUs = 7 * dayUs;
const checksUs = 30 * dayUs;
/** The recent figures read many rows and change slowly. */
const recentEveryUs = 30_000_000;

/** Keeps the gauges of one database current; call `update` as often as the open work should be looked at. */
export function createGauges(pool: Pool): { update(now: number): Promise<void> } {
  let recentAt = -Infinity;
  return {
    async update(now) {
      await updateOpenWork(pool, now);
      if (now - recentAt < recentEveryUs) return;
      recentAt = now;
      await updateRecent(pool, now);
    },
  };
}

async function updateOpenWork(pool: Pool, now: number): Promise<void> {
  const open = await readOpenWork(pool, now);
  unresolved.set(open.unresolved);
  unresolvedAge.set(open.oldestUnresolvedSeconds);
  stranded.set(open.stranded);
  verdictConflicts.set(open.verdictConflicts);
  for (const gauge of [queueDepth, queueOverdue, queueAge]) gauge.reset();
  for (const { queue, depth, overdue, oldestSeconds } of open.queues) {
    queueDepth.set({ queue }, depth);
    queueOverdue.set({ queue }, overdue);
    queueAge.set({ queue }, oldestSeconds);
  }
}

async function updateRecent(pool: Pool, now: number): Promise<void> {
  const recent = await readRecentOversight(pool, now - tasksUs, now - checksUs);
  for (const gauge of [closed, late]) gauge.reset();
  for (const gauge of perType) gauge.reset();
  for (const row of recent.tasks) {
    closed.set({ queue: row.queue }, row.closed);
    late.set({ queue: row.queue }, row.late);
  }
  for (const row of recent.approvals) {
    approvals.set({ decision_type: row.decisionType }, row.approvals);
    fastApprovals.set({ decision_type: row.decisionType }, row.fast);
  }
  for (const row of recent.spotChecks) {
    checksSelected.set({ decision_type: row.decisionType }, row.selected);
    checksJudged.set({ decision_type: row.decisionType }, row.judged);
    checksContradicted.set({ decision_type: row.decisionType }, row.contradicted);
  }
}
