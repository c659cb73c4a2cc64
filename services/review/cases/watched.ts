/** When re-reviews and exercises are opened: not as soon as they could be. */

import { randomInt } from 'node:crypto';
import { openWaitingExercises } from '../calibration/exercises.ts';
import { waitingExercises } from '../calibration/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { openWaitingSelections } from '../findings/monitoring.ts';
import type { NewTimer, Timer } from '../timers/store.ts';
import { bringForward, insertTimers, lockAwaiting } from '../timers/store.ts';
import type { Case } from './case.ts';
import { placeSelections } from './placing.ts';
import { arrivalsSince, waitingSelections } from './store.ts';

/**
 * Opens what waits on finished decisions at an instant to come. A task that came the moment somebody finished another would be known by that; so would
 * one that comes at hours at which nothing else does, or by itself where others come together. So each takes the hour of an ordinary one of its
 * queue, chosen at random among those of the last day, a day later, and about that hour follows the ordinary work that comes. Call with the decisions locked.
 */
export async function openWatchedLater(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  const spreadUs = review.settings.watchedDelayMaxMs * 1000;
  if (spreadUs === 0) return await openWatched(review, work, items, now);
  const finished = items.filter(({ finishedAt }) => finishedAt !== null);
  if (finished.length === 0) return;
  const timers: NewTimer[] = [];
  const selected = (await waitingSelections(work.sql, finished)).flatMap((selection) => {
    const item = finished.find(({ system, decisionId }) => system === selection.system && decisionId === selection.decisionId);
    return item === undefined ? [] : [{ item, selection }];
  });
  const placed = (await placeSelections(work.sql, selected)).map(({ selection }) => selection);
  for (const { system, decisionId, queue } of [...placed, ...(await waitingExercises(work.sql, finished))]) {
    const arrivals = await arrivalsSince(work.sql, queue, now - spreadUs);
    const arrivedAt = arrivals.length === 0 ? now - randomInt(spreadUs) : (arrivals[randomInt(arrivals.length)] ?? now);
    timers.push({ kind: 'open-watched', system, decisionId, dueAt: arrivedAt + spreadUs });
  }
  await insertTimers(work.sql, timers);
}

const dayUs = 24 * 3_600_000_000;
/** Where nothing ordinary comes for so long the hour is a quiet one: at night, at weekends. What came then would be known for what it is. */
const quietUs = dayUs / 12;
/** A queue to which hardly anything comes must not keep watched work for ever. */
const patienceUs = 8 * dayUs;

/**
 * Its hour has come: from now it awaits ordinary work of its queue, and opens when that came. Where none comes it tries again a day after its hour.
 * Call with the decision locked.
 */
export async function openWatchedAtItsHour(review: ReviewContext, work: Work, item: Case, timer: Timer, now: number): Promise<void> {
  const selections = (await waitingSelections(work.sql, [item])).map(({ queue, selectedAt }) => ({ queue, since: selectedAt }));
  const exercises = (await waitingExercises(work.sql, [item])).map(({ queue, plannedAt }) => ({ queue, since: plannedAt }));
  const [waiting] = [...selections, ...exercises];
  if (waiting === undefined) return;
  const isLate = now - Math.max(waiting.since, item.finishedAt ?? 0) > patienceUs;
  if (timer.awaits === '' || isLate) return await openWatched(review, work, [item], now);
  const next = timer.awaits === null ? { awaits: waiting.queue, dueAt: timer.dueAt + quietUs } : { awaits: null, dueAt: timer.dueAt - quietUs + dayUs };
  await insertTimers(work.sql, [{ ...timer, ...next }]);
}

/** Ordinary work came to some queues: what awaits it follows, as long after it as one ordinary task lately came after another. */
export async function followArrivals(work: Work, queues: readonly string[], now: number): Promise<void> {
  const following: Array<{ timerId: string; dueAt: number }> = [];
  for (const [queue, timers] of Map.groupBy(await lockAwaiting(work.sql, queues, now), ({ awaits }) => awaits)) {
    const arrivals = await arrivalsSince(work.sql, queue, now - dayUs);
    for (const { timerId } of timers) following.push({ timerId, dueAt: now + Math.min(oneGap(arrivals), quietUs) });
  }
  if (following.length > 0) await bringForward(work.sql, following);
}

/** One of the times between arrivals, the latest of which is first. */
function oneGap(arrivals: readonly number[]): number {
  const at = randomInt(Math.max(1, arrivals.length - 1));
  const [later = 0, earlier = later] = arrivals.slice(at, at + 2);
  return Math.max(0, later - earlier);
}

/** Opens what waits on decisions that are finished. Call with the decisions locked. */
export async function openWatched(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  await openWaitingSelections(review, work, items, now);
  await openWaitingExercises(work, items, now);
}
