/** What review does with planned exercises; they may come before the decisions they are about, and more than once. */

import type { CalibrationPlanned } from '@countersign/contracts';
import * as cases from '../cases/store.ts';
import type { NewCase } from '../cases/store.ts';
import type { ReviewContext, Work } from '../context.ts';
import type { Keyed } from '../handlers.ts';
import { caseOfSelected, distinct, isKeyed, keyText } from '../handlers.ts';
import { sealForEach } from '../sealing.ts';
import { readNow } from '../timers/store.ts';
import { openWatchedLater } from '../cases/watched.ts';
import { insertExercises } from './store.ts';

/** Remembers what sampling planned, and opens it where the decision is past. An exercise about somebody who was erased is none. */
export async function handlePlanned(review: ReviewContext, work: Work, events: readonly CalibrationPlanned[]): Promise<void> {
  const planned = distinct(events.filter((event): event is Keyed<CalibrationPlanned> => isKeyed(event)), ({ eventId }) => eventId);
  if (planned.length === 0) return;
  const now = await readNow(work.sql);
  const firsts = distinct(planned, keyText);
  const sealedEach = await sealForEach(review.contents, firsts.map((event) => ({ owner: event, plains: [event.accepted] })));
  const sealed = firsts.flatMap((event, index): NewCase[] => {
    const [sealedAccepted] = sealedEach[index] ?? [];
    return sealedAccepted === undefined ? [] : [{ ...caseOfSelected(review, { ...event, dueAt: null, windowEndsAt: null }, now), routed: false, proposedAt: null, sealedLabel: null, sealedAccepted }];
  });
  const kept = new Set(sealed.map(keyText));
  await cases.insertSelectedCases(work.sql, sealed);
  const fresh = await insertExercises(work.sql, planned.filter((event) => kept.has(keyText(event))).map((event) => ({
    exerciseId: event.eventId, system: event.system, decisionId: event.decisionId, queue: event.queue, seniority: event.seniority === 'senior' ? 'senior' : 'any',
    dueAfterUs: event.dueAfterMs * 1000, warnAfterUs: event.warnAfterMs === null ? null : event.warnAfterMs * 1000, askedPolicyVersion: event.askedPolicyVersion,
    truth: event.truth, aiRight: event.aiRight, plannedAt: now, replaces: null,
  })));
  if (fresh.length > 0) await openWatchedLater(review, work, await cases.lockCases(work.sql, distinct(fresh, keyText)), now);
}
