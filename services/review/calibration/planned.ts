/** What review does with planned exercises; they may come before the decisions they are about, and more than once. */

import type { CalibrationPlanned } from '@countersign/contracts';
import type { ReviewContext, Work } from '../context.ts';
import type { Keyed } from '../handlers.ts';
import { distinct, isKeyed, keepCases, keyText } from '../handlers.ts';
import { readNow } from '../timers/store.ts';
import { openWatchedOfPast } from '../cases/watched.ts';
import { insertExercises } from './store.ts';

/** Remembers what sampling planned, and opens it where the decision is past. An exercise about somebody who was erased is none. */
export async function handlePlanned(review: ReviewContext, work: Work, events: readonly CalibrationPlanned[]): Promise<void> {
  const planned = distinct(events.filter((event): event is Keyed<CalibrationPlanned> => isKeyed(event)), ({ eventId }) => eventId);
  if (planned.length === 0) return;
  const now = await readNow(work.sql);
  const kept = await keepCases(review, work, planned.map((event) => ({ ...event, dueAt: null, windowEndsAt: null })), now);
  const fresh = await insertExercises(work.sql, kept.map((event) => ({
    exerciseId: event.eventId, system: event.system, decisionId: event.decisionId, queue: event.queue, seniority: event.seniority === 'senior' ? 'senior' : 'any',
    dueAfterUs: event.dueAfterMs * 1000, warnAfterUs: event.warnAfterMs === null ? null : event.warnAfterMs * 1000, askedPolicyVersion: event.askedPolicyVersion,
    truth: event.truth, aiRight: event.aiRight, plannedAt: now, replaces: null,
  })));
  if (fresh.length > 0) await openWatchedOfPast(review, work, distinct(fresh, keyText));
}
