/** Sessions of browsers: a cookie of random bytes, its hash in Postgres, a token against forged requests bound to it. */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import cookies from '@fastify/cookie';
import csrfProtection from '@fastify/csrf-protection';
import session from '@fastify/session';
import type { FastifyInstance, FastifyRequest, Session } from 'fastify';
import { ReviewRefusal } from '../refusals.ts';
import type { IdentityContext } from './context.ts';
import type { SignIns, Standing } from './session-store.ts';
import { forgetBrowserSession, keepBrowserSession, readBrowserSession, touchSession } from './session-store.ts';
import { endSessions } from './sessions.ts';

declare module 'fastify' {
  interface Session {
    csrfSecret?: string;
    signIns?: SignIns;
    /** Who is signed in, as it was when the request came. */
    standing?: Standing;
  }
}

/** A browser has so long to come back from the provider. */
export const signInMs = 10 * 60_000;

const secretBytes = 32;
const secretPattern = /^[\w-]{43}$/;

export function secretHashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Set by a page at which nobody did anything since its last call. */
export const unattendedHeader = 'x-unattended';

export type CookieShape = { name: string; options: { path: '/'; httpOnly: true; sameSite: 'lax'; secure: boolean } };

/** `__Host-` has browsers refuse the cookie from any other host, without Secure, or for part of the paths (RFC 6265bis, 4.1.3.2). */
export function sessionCookie(publicOrigin: string | null): CookieShape {
  const secure = publicOrigin?.startsWith('https:') ?? false;
  return { name: `${secure ? '__Host-' : ''}countersign-session`, options: { path: '/', httpOnly: true, sameSite: 'lax', secure } };
}

/**
 * Gives the routes of this scope, and no others, a session. A route whose permission is `session` refuses whoever is not signed
 * in, and unsafe methods without the token of that very session.
 */
export async function registerBrowserSessions(app: FastifyInstance, identity: IdentityContext): Promise<void> {
  const { name, options } = sessionCookie(identity.config.publicOrigin);
  await app.register(cookies);
  await app.register(session, {
    cookieName: name, cookie: options, saveUninitialized: false, rolling: false, store: storeOf(identity),
    idGenerator: () => randomBytes(secretBytes).toString('base64url'),
    // 256 random bits need no signature: a guess is as hopeless as a forged one, and there is no secret to share and rotate.
    secret: { sign: (secret) => secret, unsign: (cookie) => ({ valid: secretPattern.test(cookie), renew: false, value: cookie }) },
  });
  await app.register(csrfProtection, { sessionPlugin: '@fastify/session', sessionKey: 'csrfSecret', getToken: tokenHeader });
  app.setErrorHandler((error) => {
    throw isCsrfError(error) ? new ReviewRefusal('csrf-token', 'The request does not carry the token of this session.') : error;
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    await recogniseBrowser(identity, request);
    if (request.routeOptions.config.permission === 'session' && request.session.standing === undefined) throw new ReviewRefusal('not-signed-in', 'Nobody is signed in here, or the session has ended.');
  });
  app.addHook('onRequest', (request, reply, done) => {
    const safe = request.method === 'GET' || request.method === 'HEAD';
    if (safe || request.routeOptions.config.permission !== 'session') done();
    else app.csrfProtection(request, reply, done);
  });
}

/** The person of the cookie is who asks; somebody who is not active any more is signed out. */
async function recogniseBrowser(identity: IdentityContext, request: FastifyRequest): Promise<void> {
  const { standing } = request.session;
  if (standing === undefined) return;
  if (!standing.active) {
    await endSessions(identity, [standing.sessionId], 'inactive', null);
    delete request.session.standing;
    return;
  }
  request.identity = { subject: standing.personId, name: standing.name, roles: standing.roles, systems: [], sessionId: standing.sessionId };
  // A page that nobody uses renews its token all the same, and says so: that is no use of the session.
  if (request.headers[unattendedHeader] === undefined) await touchSession(identity.review.sql, standing.sessionId, identity.config.sessionIdleMs * 1000, identity.config.sessionLifeMs * 1000);
}

function tokenHeader({ headers }: FastifyRequest): string {
  const token = headers['x-csrf-token'];
  return typeof token === 'string' ? token : '';
}

function isCsrfError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^FST_CSRF_/.test(String(error.code));
}

type Answer<T> = (error: unknown, result?: T) => void;

/** The store that `@fastify/session` asks. Who is signed in is read with the rest, and never written from here. */
function storeOf({ review: { sql } }: IdentityContext) {
  return {
    get: (secret: string, answer: Answer<Session | null>) => {
      readBrowserSession(sql, secretHashOf(secret)).then((kept) => answer(null, kept === null ? null : sessionOf(kept)), answer);
    },
    set: (secret: string, { csrfSecret, signIns }: Session, answer: Answer<never>) => {
      keepBrowserSession(sql, randomUUID(), secretHashOf(secret), { csrfSecret: csrfSecret ?? null, signIns: signIns ?? {} }, signInMs * 1000).then(() => answer(null), answer);
    },
    destroy: (secret: string, answer: Answer<never>) => {
      forgetBrowserSession(sql, secretHashOf(secret)).then(() => answer(null), answer);
    },
  };
}

function sessionOf({ csrfSecret, signIns, standing }: NonNullable<Awaited<ReturnType<typeof readBrowserSession>>>): Session {
  return { cookie: { originalMaxAge: null }, signIns, ...(csrfSecret === null ? {} : { csrfSecret }), ...(standing === null ? {} : { standing }) };
}
