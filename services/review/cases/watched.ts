/** When re-reviews and exercises are opened: not as soon as they could be. */

import { randomInt } from 'node:crypto';
import { openWaitingExercises } from '../calibration/exercises.ts';
import { waitingExercises } from '../calibration/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import { openWaitingSelections } from '../findings/monitoring.ts';
import type { NewTimer, Timer } from '../timers/store.ts';
import { bringForward, insertTimers, lockAwaiting, readNow } from '../timers/store.ts';
import type { Case, DecisionKey } from './case.ts';
import { placeSelections } from './placing.ts';
import { arrivalsSince, dropUndecidedAgain, latestArrivals, lockCases, waitingSelections } from './store.ts';

/**
 * Opens what waits on finished decisions at an instant to come. A task that came the moment somebody finished another would be known by that; so would
 * one that comes at hours at which nothing else does, or by itself where others come together. So each takes the hour of an ordinary one of its
 * queue, chosen at random among those of the last day, a day later, and about that hour follows the ordinary work that comes. Call with the decisions locked.
 */
export async function openWatchedLater(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  const finished = items.filter(({ finishedAt }) => finishedAt !== null);
  if (finished.length === 0) return;
  await dropUndecidedAgain(work.sql, finished);
  const spreadUs = review.settings.watchedDelayMaxMs * 1000;
  if (spreadUs === 0) return await openWatched(review, work, finished, now);
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

/**
 * Opens what was selected or planned a moment ago, of those decisions that are past. The clock is read once they are locked: whoever held one may have finished it
 * meanwhile, and nothing is opened before the end it waited for.
 */
export async function openWatchedOfPast(review: ReviewContext, work: Work, keys: readonly DecisionKey[]): Promise<void> {
  const items = await lockCases(work.sql, keys);
  await openWatchedLater(review, work, items, await readNow(work.sql));
}

const dayUs = 24 * 3_600_000_000;
/** Where nothing ordinary comes for so long the hour is a quiet one: at night, at weekends. What came then would be known for what it is. */
const quietUs = dayUs / 12;
/** A queue to which hardly anything comes must not keep watched work for ever. */
const patienceUs = 8 * dayUs;

/**
 * Its hour has come: from now it awaits ordinary work of its type, and opens when that came. Where none comes it tries again a day after its hour.
 * Call with the decision locked.
 */
export async function openWatchedAtItsHour(review: ReviewContext, work: Work, item: Case, timer: Timer, now: number): Promise<void> {
  const selections = (await waitingSelections(work.sql, [item])).map(({ selectedAt }) => selectedAt);
  const exercises = (await waitingExercises(work.sql, [item])).map(({ plannedAt }) => plannedAt);
  const since = Math.max(...selections, ...exercises, item.finishedAt ?? 0);
  if (selections.length + exercises.length === 0) return;
  const isLate = now - since > patienceUs;
  if (timer.awaits === '' || isLate) return await openWatched(review, work, [item], now);
  const next = timer.awaits === null ? { awaits: item.decisionType, dueAt: timer.dueAt + quietUs } : { awaits: null, dueAt: timer.dueAt - quietUs + dayUs };
  await insertTimers(work.sql, [{ ...timer, ...next }]);
}

/**
 * Ordinary work of some types came: what awaits it follows. As closely as one ordinary task lately came upon another: in the same instant where they
 * come in batches, and somewhere between two of them where each comes by itself.
 */
export async function followArrivals(work: Work, decisionTypes: readonly string[], now: number): Promise<void> {
  const awaiting = await lockAwaiting(work.sql, decisionTypes, now);
  if (awaiting.length === 0) return;
  const arrivals = await latestArrivals(work.sql, now - dayUs);
  await bringForward(work.sql, awaiting.map(({ timerId }) => ({ timerId, dueAt: now + Math.min(oneDistance(arrivals), quietUs) })));
}

/** How far one of them, the latest of which is first, is from the nearest other. */
function oneDistance(arrivals: readonly number[]): number {
  if (arrivals.length < 2) return 0;
  const at = randomInt(arrivals.length);
  const own = arrivals[at] ?? 0;
  return Math.min(...[arrivals[at - 1], arrivals[at + 1]].flatMap((other) => (other === undefined ? [] : [Math.abs(own - other)])));
}

/** Opens what waits on decisions that are finished. Call with the decisions locked. */
export async function openWatched(review: ReviewContext, work: Work, items: readonly Case[], now: number): Promise<void> {
  await openWaitingSelections(review, work, items, now);
  await openWaitingExercises(work, items, now);
}
