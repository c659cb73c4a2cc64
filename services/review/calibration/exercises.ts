/**
 * Exercises: past decisions with a known outcome, judged again like a spot check. Nothing follows from a judgement but a score, for
 * supervisors: no verdict, no finding, no second judge.
 */

import type { Case, SealedCase } from '../cases/case.ts';
import type { ReviewContext, Work } from '../context.ts';
import { unlessErased } from '../opening.ts';
import { calibrationScored, judgementFinalised, taskClosed } from '../events.ts';
import { unpackContent } from '../judgements/content.ts';
import type { Judgement } from '../judgements/store.ts';
import { openTasks } from '../tasks/opening.ts';
import type { Task } from '../tasks/store.ts';
import { insertTimers } from '../timers/store.ts';
import type { Exercise } from './store.ts';
import * as store from './store.ts';

/** Opens the exercises on some decisions, once these are past. Call with the decisions locked. */
export async function openWaitingExercises(work: Work, items: readonly Case[], now: number): Promise<void> {
  const past = items.filter(({ finishedAt }) => finishedAt !== null);
  if (past.length === 0) return;
  for (const exercise of await store.waitingExercises(work.sql, past)) {
    const item = past.find(({ system, decisionId }) => system === exercise.system && decisionId === exercise.decisionId);
    if (item !== undefined) await place(work, item, exercise, now);
  }
}

/** A task that nobody could ever take would only wait to be late: then there is none. */
async function place(work: Work, item: Case, exercise: Exercise, now: number): Promise<void> {
  if (!(await store.somebodyNew(work.sql, exercise))) return await store.setExercise(work.sql, exercise.exerciseId, 'unplaced');
  const { queue, seniority, dueAfterUs, warnAfterUs, askedPolicyVersion } = exercise;
  const seat = await store.nextSeat(work.sql, item);
  const opening = { lane: 'calibration' as const, seat, kind: 'calibration' as const, queue, seniority, form: 'hidden' as const, severityRank: item.severityRank, openedAt: now, dueAt: now + dueAfterUs, askedPolicyVersion };
  for (const { taskId, system, decisionId, dueAt } of await openTasks(work, [{ item, opening }])) {
    await store.setExercise(work.sql, exercise.exerciseId, 'open', taskId);
    const warnings = warnAfterUs === null || warnAfterUs >= dueAfterUs ? [] : [{ kind: 'warn' as const, system, decisionId, taskId, dueAt: now + warnAfterUs }];
    await insertTimers(work.sql, [...warnings, { kind: 'expire', system, decisionId, taskId, dueAt }]);
  }
}

/** An exercise that nobody did counts as missing, and another, which waits for its hour, takes its place; a replacement has none. */
export async function replaceExercise(work: Work, taskId: string, now: number): Promise<void> {
  const missed = await store.readExerciseOf(work.sql, taskId);
  if (missed === null) return;
  await store.setExercise(work.sql, missed.exerciseId, 'expired');
  if (missed.replaces !== null) return;
  await store.insertExercises(work.sql, [{ ...missed, exerciseId: `${missed.exerciseId}/2`, replaces: missed.exerciseId, plannedAt: now }]);
}

/** Ends a judged exercise. The task is closed; the answer is held against what is known, unless the subject was erased. */
export async function scoreExercise(review: ReviewContext, work: Work, item: SealedCase, task: Task, judgement: Judgement, now: number): Promise<void> {
  work.emit(judgementFinalised(item, task, judgement, { contradicts: null, firstOverride: null }, now));
  const exercise = await store.readExerciseOf(work.sql, task.taskId);
  const bytes = await unlessErased(review.contents.open(item, judgement.sealedContent));
  if (exercise !== null && bytes !== null) {
    const right = unpackContent(bytes).answer === exercise.truth;
    work.emit(calibrationScored(item, task, judgement, { exerciseId: exercise.exerciseId, right, aiRight: exercise.aiRight }, now));
    await store.setExercise(work.sql, exercise.exerciseId, 'scored');
  }
  work.emit(taskClosed(item, task, 'judged', 'It was judged.', now, judgement.submittedAt));
}
