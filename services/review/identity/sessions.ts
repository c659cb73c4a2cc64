/** What begins, ends and keeps sessions; each with its event, in one transaction. */

import { lockPerson } from '../people/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import type { IdentityContext } from './context.ts';
import { noticeRead, sessionEnded, signedIn, signedOut } from './events.ts';
import type { EndReason } from './events.ts';
import { noticeFor } from './notice.ts';
import type { Standing } from './session-store.ts';
import * as store from './session-store.ts';

export type Begin = { secretHash: Buffer; personId: string; entered: boolean; issuer: string; userAgent: string | null; address: string | null; sealedIdToken: string | null };

/** Makes a browser's fresh session somebody's. Of more than the setting allows, the oldest end. */
export async function beginSession({ review, config }: IdentityContext, begin: Begin): Promise<void> {
  await review.transact(async (work) => {
    // One sign-in of a person at a time, so that the count holds.
    await lockPerson(work.sql, begin.personId);
    const now = await readNow(work.sql);
    const sessionId = await store.startSession(work.sql, { ...begin, now, expiresAt: now + Math.min(config.sessionIdleMs, config.sessionLifeMs) * 1000 });
    if (sessionId === null) throw new ReviewRefusal('session-ended', 'The browser was forgotten while it signed in.');
    const others = (await store.readSessionsOf(work.sql, begin.personId)).filter((session) => session.sessionId !== sessionId);
    const surplus = others.slice(config.sessionsMax - 1).map((session) => session.sessionId);
    for (const ended of await store.endSessions(work.sql, surplus, 'too-many', now)) work.emit(sessionEnded(ended.personId, ended.sessionId, 'too-many', null, now));
    work.emit(signedIn(begin.personId, { sessionId, issuer: begin.issuer, address: begin.address, entered: begin.entered }, now));
  });
}

/** Ends sessions and says so; answers how many had not ended yet. */
export async function endSessions({ review }: IdentityContext, sessionIds: readonly string[], because: EndReason | 'signed-out', actor: string | null): Promise<number> {
  return await review.transact(async (work) => {
    const now = await readNow(work.sql);
    const ended = await store.endSessions(work.sql, sessionIds, because, now);
    for (const { sessionId, personId } of ended) work.emit(because === 'signed-out' ? signedOut(personId, sessionId, now) : sessionEnded(personId, sessionId, because, actor, now));
    return ended.length;
  });
}

/** Ends one's own session; refuses another person's. */
export async function revokeOwn(identity: IdentityContext, { personId }: Standing, sessionId: string): Promise<void> {
  const owner = await store.readOwner(identity.review.sql, sessionId);
  if (owner === null) throw new ReviewRefusal('session-not-found', 'There is no such session.');
  if (owner !== personId) throw new ReviewRefusal('session-not-yours', 'That session is not yours.');
  await endSessions(identity, [sessionId], 'revoked', personId);
}

/** Ends every session of a person. */
export async function endSessionsOf(identity: IdentityContext, personId: string, admin: string): Promise<number> {
  const standing = await store.readSessionsOf(identity.review.sql, personId);
  return await endSessions(identity, standing.map(({ sessionId }) => sessionId), 'ended-by-admin', admin);
}

/** Records once a session that the notice was read; nothing of whoever is told none. */
export async function readNotice({ review }: IdentityContext, { personId, sessionId, roles }: Standing): Promise<void> {
  const notice = noticeFor(roles);
  if (notice === null) return;
  await review.transact(async (work) => {
    const now = await readNow(work.sql);
    if (await store.markNoticeRead(work.sql, sessionId, now)) work.emit(noticeRead(personId, sessionId, notice, now));
  });
}
