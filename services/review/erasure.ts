/** What becomes of decisions whose content was erased. */

import type { DecisionErased } from '@countersign/contracts';
import type { DecisionKey, SealedCase } from './cases/case.ts';
import { isAfterAction } from './cases/case.ts';
import { giveVerdict, lapseAfterAction } from './cases/conclusion.ts';
import { lockCase } from './cases/store.ts';
import type { ReviewContext, Work } from './context.ts';
import * as store from './erasure-store.ts';
import { taskClosed } from './events.ts';
import type { Task } from './tasks/store.ts';
import * as tasks from './tasks/store.ts';
import { dropTimersOfTask, readNow } from './timers/store.ts';

const closedBecause = 'Its content was erased.';
const rejectedBecause = 'The content of this decision was erased before it was decided, so nobody can approve it.';

/** Ends what is open of erased decisions, and takes their content out of every table. May be repeated. */
export async function handleErased(review: ReviewContext, work: Work, events: readonly DecisionErased[]): Promise<void> {
  const keys = keysOf(events);
  if (keys.length === 0) return;
  const now = await readNow(work.sql);
  await store.markErased(work.sql, keys, now);
  await store.holdBackOthers(work.sql);
  for (const key of keys) {
    const item = await lockCase(work.sql, key);
    if (item !== null) await endErased(review, work, item, now);
  }
  await store.scrub(work.sql, keys);
}

/** Ends decisions that were erased before they came here. */
export async function endErasedArrivals(review: ReviewContext, work: Work, keys: readonly DecisionKey[], now: number): Promise<void> {
  for (const key of keys) {
    const item = await lockCase(work.sql, key);
    if (item !== null) await endErased(review, work, item, now);
  }
  if (keys.length > 0) await store.scrub(work.sql, keys);
}

/**
 * Nobody can be shown the case any more. One that waits for people is rejected; one that was acted on already ends as if its window had. What was
 * decided before stands. A judgement that is pending becomes final in its time, and nothing follows from it.
 */
async function endErased(review: ReviewContext, work: Work, item: SealedCase & { routed: boolean }, now: number): Promise<void> {
  const open = (await tasks.lockTasksOfDecision(work.sql, item)).filter(({ state }) => state !== 'closed');
  await store.dropWaiting(work.sql, item);
  for (const task of open) await close(work, item, task, now);
  if (!item.routed || item.finishedAt !== null) return;
  if (item.verdictBy === 'review') {
    const taskIds = open.filter(({ lane }) => lane === 'primary').map(({ taskId }) => taskId);
    await giveVerdict(review, work, item, { verdict: 'rejected', basis: 'erasure', signers: [], taskIds, output: null, reason: rejectedBecause }, now);
  } else if (isAfterAction(item)) {
    await lapseAfterAction(review, work, item, now);
  }
}

async function close(work: Work, item: SealedCase, task: Task, now: number): Promise<void> {
  await tasks.closeTask(work.sql, task.taskId, 'erased', now);
  await dropTimersOfTask(work.sql, task.taskId);
  work.emit(taskClosed(item, task, 'erased', closedBecause, now));
}

/** Each once, in key order: two batches that meet lock rows in the same order. */
function keysOf(events: readonly DecisionErased[]): DecisionKey[] {
  const keys = new Map<string, DecisionKey>();
  for (const { system, decisionId } of events) if (system !== null && decisionId !== null) keys.set(`${system}\u0000${decisionId}`, { system, decisionId });
  return [...keys].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key);
}
