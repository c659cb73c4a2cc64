/** The events of sessions. Keyed by person, so that what happens to one keeps its order. */

import { randomUUID } from 'node:crypto';
import type { EventTypes, RecordsOf } from '@countersign/contracts';
import type { ReviewEvent } from '../events.ts';

/** Why a session ended otherwise than by signing out. */
export type EndReason = 'revoked' | 'ended-by-admin' | 'too-many' | 'replaced' | 'expired' | 'inactive';

function governance<R extends RecordsOf<'governance.recorded'>>(personId: string, record: R, value: EventTypes[R]): ReviewEvent {
  // The record and its value agree by the signature; a union of pairs cannot be built generically.
  return { topic: 'governance.recorded', record, key: personId, value } as ReviewEvent;
}

function envelope(actor: string | null, now: number) {
  return { eventId: randomUUID(), occurredAt: now, system: null, decisionId: null, actor, policyVersion: null };
}

export function signedIn(personId: string, facts: { sessionId: string; issuer: string; address: string | null; entered: boolean }, now: number): ReviewEvent {
  return governance(personId, 'SignedIn', { ...envelope(personId, now), ...facts });
}

export function signedOut(personId: string, sessionId: string, now: number): ReviewEvent {
  return governance(personId, 'SignedOut', { ...envelope(personId, now), sessionId });
}

/** `actor` is null where a rule ended it. */
export function sessionEnded(personId: string, sessionId: string, because: EndReason, actor: string | null, now: number): ReviewEvent {
  return governance(personId, 'SessionEnded', { ...envelope(actor, now), sessionId, personId, because });
}

export function noticeRead(personId: string, sessionId: string, notice: string, now: number): ReviewEvent {
  return governance(personId, 'NoticeRead', { ...envelope(personId, now), sessionId, notice });
}
