/** What each kind of deadline does when it has passed. Called in the transaction that took the timer. */

import { escalatedQueue, isDual } from '../cases/case.ts';
import { closeOpenTasks, giveVerdict, lapseAfterAction } from '../cases/conclusion.ts';
import { openWatchedAtItsHour, openWatchedLater } from '../cases/watched.ts';
import { replaceExercise } from '../calibration/exercises.ts';
import type { SealedCase } from '../cases/case.ts';
import { endHold, extendDue, lockCase } from '../cases/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { taskClosed, taskEscalated, taskReleased, taskWarned } from '../events.ts';
import { finaliseJudgement } from '../judgements/finalising.ts';
import { somebodyCouldSee } from '../people/store.ts';
import { endReservation } from '../reservations/store.ts';
import { claimEnd, putBack } from '../tasks/claims.ts';
import type { Task } from '../tasks/store.ts';
import * as tasks from '../tasks/store.ts';
import type { Timer, TimerKind } from './store.ts';
import { dropTimersOfTask, insertTimers } from './store.ts';

/** A deadline that meets a pending judgement looks again this long after the judgement became final. */
const afterFinalUs = 1_000_000;

/** Does what a passed deadline asks for. Whatever is over already is left alone. */
export async function fireTimer(review: ReviewContext, work: Work, timer: Timer, now: number): Promise<void> {
  if (timer.kind === 'finalise') {
    if (timer.judgementId !== null) await finaliseJudgement(review, work, timer.judgementId, now);
    return;
  }
  const item = await lockCase(work.sql, timer);
  if (item === null) return;
  if (timer.kind === 'open-watched') return await openWatchedAtItsHour(review, work, item, timer, now);
  const lane = timer.taskId === null ? await tasks.lockTasksOfDecision(work.sql, item) : [await tasks.lockTask(work.sql, timer.taskId)];
  const open = lane.filter((task): task is Task => task !== null && task.state !== 'closed' && (timer.taskId !== null || task.lane === 'primary'));
  if (open.length === 0) return;
  await fire(review, work, { ...timer, kind: timer.kind }, item, open, now);
}

type Deadline = Timer & { kind: Exclude<TimerKind, 'finalise' | 'open-watched'> };

async function fire(review: ReviewContext, work: Work, timer: Deadline, item: SealedCase, open: readonly Task[], now: number): Promise<void> {
  const [task] = open;
  if (task === undefined) return;
  switch (timer.kind) {
    case 'warn':
      work.emit(taskWarned(item, task, now));
      return;
    case 'claim-expiry':
      return await expireClaim(work, timer, item, task, now);
    case 'expire':
      if (await isSuspended(work, timer, open, now)) return;
      return timer.taskId === null ? await expireCase(review, work, item, open, now) : await expireMonitored(review, work, item, task, now);
    case 'window-end':
      if (await isSuspended(work, timer, open, now)) return;
      return await lapseAfterAction(review, work, item, now);
    case 'hold-end':
      if (await isSuspended(work, timer, open, now)) return;
      return await endVeto(review, work, item, open, now);
    default:
      return timer.kind satisfies never;
  }
}

/** A pending judgement suspends expiry, and a task with a later deadline postpones it. */
async function isSuspended(work: Work, timer: Deadline, open: readonly Task[], now: number): Promise<boolean> {
  const judged = open.some((task) => task.state === 'judged');
  // A window ends when it ends: nothing reversed after it would still be reversible.
  const latestDue = timer.kind === 'window-end' ? 0 : Math.max(...open.map((task) => task.dueAt));
  if (!judged && latestDue <= now) return false;
  await insertTimers(work.sql, [{ ...timer, dueAt: judged ? now + afterFinalUs : latestDue }]);
  return true;
}

/** Somebody objected, and whoever is to settle it has not. */
function isUnsettled(open: readonly Task[]): boolean {
  return open.some((task) => task.kind === 'adjudication');
}

async function expireClaim(work: Work, timer: Deadline, item: SealedCase, task: Task, now: number): Promise<void> {
  const endsAt = claimEnd(task);
  if (task.state !== 'claimed' || endsAt === null) return;
  if (endsAt > now) {
    await insertTimers(work.sql, [{ ...timer, dueAt: endsAt }]);
    return;
  }
  await putBack(work, task, null);
  work.emit(taskReleased(item, task, null, 'The claim ran out.', now));
}

/** Nobody judged in time: a senior gets as long again where the policy says so, and otherwise the answer is no. */
async function expireCase(review: ReviewContext, work: Work, item: SealedCase, open: readonly Task[], now: number): Promise<void> {
  const [task] = open;
  if (task !== undefined && escalates(item.onExpiry, isDual(item), task)) {
    const dueAt = await escalate(work, item, task, now);
    await extendDue(work.sql, item, dueAt);
    return await insertTimers(work.sql, [{ kind: 'expire', system: item.system, decisionId: item.decisionId, dueAt }]);
  }
  await closeOpenTasks(work, item, 'expired', 'Nobody judged it in time.', now);
  const taskIds = open.map(({ taskId }) => taskId);
  const reason = isDual(item) ? 'Two signatures were needed and did not come in time.' : isUnsettled(open) ? 'A reviewer answered otherwise, and nobody settled it in time.' : 'Nobody judged it in time.';
  await giveVerdict(review, work, item, { verdict: 'rejected', basis: 'expiry', signers: [], taskIds, output: null, reason }, now);
}

function escalates(onExpiry: 'escalate' | 'reject', isAmongDual: boolean, task: Task): boolean {
  return onExpiry === 'escalate' && !isAmongDual && task.seniority === 'any' && task.escalatedAt === null;
}

/** A senior has as long again. Answers when it is due now. */
async function escalate(work: Work, item: SealedCase, task: Task, now: number): Promise<number> {
  const dueAt = now + Math.max(task.dueAt - task.openedAt, 0);
  if (task.claimant !== null) {
    await putBack(work, task, null);
    work.emit(taskReleased(item, task, null, 'The deadline passed; a senior takes over.', now));
  }
  await endReservation(work.sql, task.taskId);
  const to = { queue: escalatedQueue(task.queue), dueAt };
  await tasks.escalateTask(work.sql, task.taskId, now, { ...to, sealedNote: null });
  work.emit(taskEscalated(item, { ...task, claimant: null }, to, null, 'Nobody judged it in time.', now));
  return dueAt;
}

/** Goes to a senior where ordinary work would: whoever held it must not see another end than that of ordinary work. */
async function expireMonitored(review: ReviewContext, work: Work, item: SealedCase, task: Task, now: number): Promise<void> {
  const policy = { ...item, policyVersion: task.askedPolicyVersion ?? item.policyVersion };
  if (escalates(review.slaOf(policy)?.onExpiry ?? 'reject', !task.queue.endsWith('/standard'), task)) {
    const dueAt = await escalate(work, item, task, now);
    return await insertTimers(work.sql, [{ kind: 'expire', system: item.system, decisionId: item.decisionId, taskId: task.taskId, dueAt }]);
  }
  await tasks.closeTask(work.sql, task.taskId, 'expired', now);
  await dropTimersOfTask(work.sql, task.taskId);
  work.emit(taskClosed(item, task, 'expired', 'Nobody judged it in time.', now));
  if (task.lane !== 'calibration') return;
  await replaceExercise(work, task.taskId, now);
  await openWatchedLater(review, work, [item], now);
}

/**
 * The end of a hold approves what nobody vetoed, but only if somebody could have: otherwise silence means nothing, and the
 * decision waits for approval like any other. A dual hold that lacks a signature is rejected, and so is one that somebody objected to.
 */
async function endVeto(review: ReviewContext, work: Work, item: SealedCase, open: readonly Task[], now: number): Promise<void> {
  if (isDual(item) || isUnsettled(open)) return await expireCase(review, work, item, open, now);
  const [task] = open;
  if (task === undefined) return;
  const seen = await somebodyCouldSee(work.sql, { ...task, since: task.escalatedAt ?? task.openedAt });
  if (seen) {
    await closeOpenTasks(work, item, 'superseded', 'The veto window ended.', now);
    const reason = 'Nobody vetoed it before the hold ended.';
    await giveVerdict(review, work, item, { verdict: 'approved', basis: 'veto-window', signers: [], taskIds: [task.taskId], output: null, reason }, now);
    return;
  }
  const dueAt = now + Math.max(task.dueAt - task.openedAt, review.settings.holdExtensionMs * 1000);
  const reason = 'Nobody qualified could have seen it during the hold, so it needs approval.';
  await endHold(work.sql, item, dueAt, reason);
  await tasks.setTaskDue(work.sql, task.taskId, dueAt);
  await insertTimers(work.sql, [{ kind: 'expire', system: item.system, decisionId: item.decisionId, dueAt }]);
  work.emit(taskWarned(item, { ...task, dueAt }, now));
}
