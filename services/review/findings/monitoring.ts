/**
 * Spot checks and re-reviews: judged hidden, never a verdict. A contradiction goes to a second hidden judge; only a supervisor
 * sees what comes of it.
 */

import { randomUUID } from 'node:crypto';
import type { Case, MonitoredLane, SealedCase } from '../cases/case.ts';
import { openMonitored } from '../cases/case.ts';
import { placeSecond, placeSelections } from '../cases/placing.ts';
import type { Placed } from '../cases/placing.ts';
import * as cases from '../cases/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { findingOpened } from '../events.ts';
import type { FinalJudgement } from '../judgements/settlement.ts';
import { settleMonitored } from '../judgements/settlement.ts';
import { haveSameAnswers } from '../presentation/form.ts';
import { openTasks } from '../tasks/opening.ts';
import { insertTimers } from '../timers/store.ts';
import type { NewTimer } from '../timers/store.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import type { Measure } from './standing.ts';
import { insertFinding } from './store.ts';

/** Opens what sampling selected of some decisions and what can be opened now: a re-review waits until the original finished. */
export async function openWaitingSelections(review: Policies, work: Work, items: readonly Case[], now: number): Promise<void> {
  const finished = items.filter(({ finishedAt }) => finishedAt !== null);
  if (finished.length === 0) return;
  const waiting = await cases.waitingSelections(work.sql, finished);
  const due = waiting.flatMap((selection) => {
    const item = finished.find(({ system, decisionId }) => system === selection.system && decisionId === selection.decisionId);
    return item === undefined ? [] : [{ item, selection }];
  });
  if (due.length === 0) return;
  await openSelections(review, work, await placeSelections(work.sql, due), 1, now);
  await cases.markSelectionsOpened(work.sql, waiting);
}

type Policies = Pick<ReviewContext, 'slaOf' | 'questionOf'>;

async function openSelections(review: Policies, work: Work, due: readonly Placed[], seat: 1 | 2, now: number): Promise<void> {
  const openings = [];
  for (const { item, selection } of due) openings.push({ item, opening: openMonitored(item, selection, seat, await versionToAsk(review, work, item, selection.queue), now) });
  const opened = await openTasks(work, openings);
  const timers = opened.flatMap(({ system, decisionId, taskId, dueAt, askedPolicyVersion }): NewTimer[] => {
    const of = due.find(({ item }) => item.system === system && item.decisionId === decisionId);
    const warnAt = of === undefined ? null : warningOf(review, { ...of.item, policyVersion: askedPolicyVersion ?? of.item.policyVersion }, dueAt, of.selection.dueAfterUs);
    return [...(warnAt === null || warnAt <= now ? [] : [{ kind: 'warn' as const, system, decisionId, taskId, dueAt: warnAt }]), { kind: 'expire', system, decisionId, taskId, dueAt }];
  });
  await insertTimers(work.sql, timers);
}

/**
 * The policy by whose question a case is asked again: that of the ordinary work that it comes among, since days after a change nothing else asks in
 * the old words; but its own where the answers were others then, and the verdict is one of those.
 */
async function versionToAsk(review: Policies, { sql }: Work, item: Case, queue: string): Promise<string> {
  const latest = item.known ? await cases.latestPolicyIn(sql, queue) : null;
  if (latest === null || latest.acceptedAt <= item.acceptedAt || latest.policyVersion === item.policyVersion) return item.policyVersion;
  return haveSameAnswers(review.questionOf(item), review.questionOf({ ...item, policyVersion: latest.policyVersion })) ? latest.policyVersion : item.policyVersion;
}

/** Ordinary work is warned of: what never is would be known by that. */
function warningOf(review: Policies, item: Case, dueAt: number, dueAfterUs: number): number | null {
  const sla = review.slaOf(item);
  return sla === null ? null : Math.round(dueAt - (1 - sla.warnAt) * dueAfterUs);
}

/** Draws the consequences of the final judgements of a monitored lane. */
export async function settleMonitoredLane(
  review: ReviewContext,
  work: Work,
  item: SealedCase,
  lane: MonitoredLane,
  judgements: readonly FinalJudgement[],
  { standing, aiLabel, reversibleUntil }: Measure,
  now: number,
): Promise<void> {
  const settlement = settleMonitored(standing, aiLabel, judgements);
  switch (settlement.next) {
    case 'wait':
    case 'consistent':
    case 'unconfirmed':
      return;
    case 'second-judge': {
      const selection = await cases.readSelection(work.sql, item, lane);
      if (selection !== null) await openSelections(review, work, [{ item, selection: await placeSecond(work.sql, { item, selection }) }], 2, now);
      return;
    }
    case 'confirmed': {
      const taskIds = (await tasksOfDecision(work.sql, item)).filter((task) => task.lane === lane).map((task) => task.taskId);
      const finding = { findingId: randomUUID(), system: item.system, decisionId: item.decisionId, lane, taskIds, openedAt: now, windowEndsAt: reversibleUntil };
      if (await insertFinding(work.sql, finding)) work.emit(findingOpened(item, finding));
      return;
    }
    default:
      return settlement satisfies never;
  }
}
