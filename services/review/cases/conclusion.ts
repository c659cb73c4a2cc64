/** How a decision ends: the verdict, or the end of an after-action review. Always called with the decision locked. */

import { verdictEventId } from '@countersign/contracts';
import type { Accepted, ReviewContext, Work } from '../context.ts';
import { unlessErased } from '../opening.ts';
import type { CloseOutcome } from '../events.ts';
import { decisionResolved, decisionReversed, taskClosed } from '../events.ts';
import type { FinalJudgement } from '../judgements/settlement.ts';
import { somebodyObjected } from '../judgements/store.ts';
import * as tasks from '../tasks/store.ts';
import { dropTimersOfTask } from '../timers/store.ts';
import type { Case, HumanVerdict, SealedCase } from './case.ts';
import * as store from './store.ts';
import { openWatchedLater } from './watched.ts';

/** Gives the one verdict. The table refuses a second one, and any on a decision whose verdict is routing's. */
export async function giveVerdict(review: ReviewContext, work: Work, item: SealedCase, verdict: HumanVerdict, now: number): Promise<void> {
  if (item.verdictBy !== 'review') throw new Error(`the verdict of ${item.system}/${item.decisionId} is routing's to give`);
  const accepted = await readAccepted(review, item);
  // A changed output that was erased meanwhile is not kept; that it was changed is.
  const [sealedOutput] = verdict.output === null ? [] : await review.contents.seal([{ owner: item, plain: Buffer.from(JSON.stringify(verdict.output)) }]);
  await store.insertVerdict(work.sql, {
    system: item.system,
    decisionId: item.decisionId,
    verdict: verdict.verdict,
    basis: verdict.basis,
    eventId: verdictEventId(item.system, item.decisionId),
    resolvedAt: now,
    sealedOutput: sealedOutput ?? null,
  });
  work.emit(decisionResolved(item, verdict, accepted, now));
  await finish(review, work, item, now);
}

/** `null` where the person it is about was erased meanwhile: the verdict stands without its label and its digest. */
async function readAccepted(review: ReviewContext, item: SealedCase): Promise<Accepted | null> {
  const bytes = await unlessErased(review.contents.open(item, item.sealedAccepted));
  return bytes === null ? null : await review.decodeAccepted(bytes);
}

/** Upholds or reverses what was approved before anybody looked. */
export async function endAfterAction(
  review: ReviewContext,
  work: Work,
  item: SealedCase,
  deciding: { final: FinalJudgement; submittedAt: number },
  taskIds: readonly string[],
  now: number,
): Promise<void> {
  const reversed = deciding.final.decision !== 'approve';
  const first = await store.insertAfterAction(work.sql, item, reversed ? 'reversed' : 'upheld', now);
  if (reversed && first) {
    const withinWindow = item.windowEndsAt === null || deciding.submittedAt <= item.windowEndsAt;
    const reason = 'A reviewer judged it wrong after the action.';
    work.emit(decisionReversed(item, { reason, actor: deciding.final.personId, taskId: taskIds[0] ?? null, withinWindow }, now));
  }
  await finish(review, work, item, now);
}

/**
 * Nobody upheld it inside the window: an alarm, and a reversal where the policy wants one, or where somebody objected: whoever was to settle
 * that, or to sign beside them, did not.
 */
export async function lapseAfterAction(review: ReviewContext, work: Work, item: SealedCase, now: number): Promise<void> {
  const objected = await somebodyObjected(work.sql, item);
  const reverse = objected || item.lapse === 'reverse';
  const first = await store.insertAfterAction(work.sql, item, reverse ? 'reversed' : 'lapsed', now);
  await closeOpenTasks(work, item, 'lapsed', 'Nobody reviewed it inside its window.', now);
  if (reverse && first) {
    const reason = objected ? 'A reviewer objected, and nobody settled it inside the window.' : 'Nobody reviewed it inside its window, and the policy reverses what nobody reviewed.';
    work.emit(decisionReversed(item, { reason, actor: null, taskId: null, withinWindow: true }, now));
  }
  await finish(review, work, item, now);
}

/** Closes what is left of the ordinary work on a decision; whoever holds some of it has lost it. */
export async function closeOpenTasks(work: Work, item: Case, outcome: CloseOutcome, reason: string, now: number): Promise<void> {
  for (const task of await tasks.lockTasksOfDecision(work.sql, item)) {
    if (task.lane !== 'primary' || task.state === 'closed') continue;
    await tasks.closeTask(work.sql, task.taskId, outcome, now);
    await dropTimersOfTask(work.sql, task.taskId);
    work.emit(taskClosed(item, task, outcome, reason, now));
  }
}

async function finish(review: ReviewContext, work: Work, item: SealedCase, now: number): Promise<void> {
  await store.finishCase(work.sql, item, now);
  const finished = [{ ...item, finishedAt: now }];
  await openWatchedLater(review, work, finished, now);
}
