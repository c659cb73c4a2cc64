/** When re-reviews and exercises are opened: not as soon as they could be. */

import { randomInt } from 'node:crypto';
import { openWaitingExercises } from '../calibration/exercises.ts';
import { waitingExercises } from '../calibration/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { openWaitingSelections } from '../findings/monitoring.ts';
import type { NewTimer } from '../timers/store.ts';
import { insertTimers } from '../timers/store.ts';
import type { Case } from './case.ts';
import { waitingSelections } from './store.ts';

/**
 * Opens what waits on finished decisions at a random instant to come. A task that came the moment somebody finished another, or beside one that
 * just came in, would be known by that. Call with the decisions locked.
 */
export async function openWatchedLater(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  if (review.settings.watchedDelayMaxMs === 0) return await openWatched(review, work, items, now);
  const finished = items.filter(({ finishedAt }) => finishedAt !== null);
  if (finished.length === 0) return;
  const waiting = [...(await waitingSelections(work.sql, finished)), ...(await waitingExercises(work.sql, finished))];
  const timers = waiting.map(({ system, decisionId, dueAfterUs }): NewTimer => ({ kind: 'open-watched', system, decisionId, dueAt: now + delayUs(review, dueAfterUs) }));
  await insertTimers(work.sql, timers);
}

/** Opens what waits on decisions that are finished. Call with the decisions locked. */
export async function openWatched(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  await openWaitingSelections(review, work, items, now);
  await openWaitingExercises(work, items, now);
}

/** Uniform, and never more than a quarter of the time the task has. */
function delayUs({ settings }: ReviewContext, dueAfterUs: number): number {
  const mostUs = Math.min(settings.watchedDelayMaxMs * 1000, Math.floor(dueAfterUs / 4));
  return mostUs <= 0 ? 0 : randomInt(mostUs + 1);
}
