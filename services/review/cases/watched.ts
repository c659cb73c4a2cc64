/** When re-reviews and exercises are opened: not as soon as they could be. */

import { randomInt } from 'node:crypto';
import { openWaitingExercises } from '../calibration/exercises.ts';
import { waitingExercises } from '../calibration/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { openWaitingSelections } from '../findings/monitoring.ts';
import type { NewTimer } from '../timers/store.ts';
import { insertTimers } from '../timers/store.ts';
import type { Case } from './case.ts';
import { arrivalsSince, waitingSelections } from './store.ts';

/**
 * Opens what waits on finished decisions at an instant to come. A task that came the moment somebody finished another, or beside one that just came
 * in, would be known by that; so would one that comes at hours at which nothing else does. So each takes the hour of an ordinary one of its
 * queue, chosen at random among those of the last day, a day later. Call with the decisions locked.
 */
export async function openWatchedLater(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  const spreadUs = review.settings.watchedDelayMaxMs * 1000;
  if (spreadUs === 0) return await openWatched(review, work, items, now);
  const finished = items.filter(({ finishedAt }) => finishedAt !== null);
  if (finished.length === 0) return;
  const timers: NewTimer[] = [];
  for (const { system, decisionId, queue } of [...(await waitingSelections(work.sql, finished)), ...(await waitingExercises(work.sql, finished))]) {
    const arrivals = await arrivalsSince(work.sql, queue, now - spreadUs);
    const arrivedAt = arrivals.length === 0 ? now - randomInt(spreadUs) : (arrivals[randomInt(arrivals.length)] ?? now);
    timers.push({ kind: 'open-watched', system, decisionId, dueAt: arrivedAt + spreadUs });
  }
  await insertTimers(work.sql, timers);
}

/** Opens what waits on decisions that are finished. Call with the decisions locked. */
export async function openWatched(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  await openWaitingSelections(review, work, items, now);
  await openWaitingExercises(work, items, now);
}
