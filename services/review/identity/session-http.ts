/** `/v1/session`: who is signed in, their short tokens, and their sessions. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { permissions } from '@countersign/kit';
import type { Permission } from '@countersign/kit';
import { isoOf } from '../http-shapes.ts';
import { ReviewRefusal } from '../refusals.ts';
import { unattendedHeader } from './browser-sessions.ts';
import type { IdentityContext } from './context.ts';
import { noticeFor } from './notice.ts';
import type { Standing } from './session-store.ts';
import { readSessionsOf } from './session-store.ts';
import { readNotice, revokeOwn } from './sessions.ts';
import { done, sessionAnswer, sessionParams, sessionsAnswer, tokenAnswer } from './session-shapes.ts';

const tags = ['identity'];

/** The routes of a session. They stand in the scope that has browser sessions. */
export function addSessionRoutes(app: FastifyInstance, identity: IdentityContext): void {
  app.get(
    '/v1/session',
    { config: { permission: 'public' }, schema: { tags, summary: 'Who is signed in', description: 'For a browser, by its cookie. `csrfToken` goes into the header x-csrf-token of every unsafe call that the cookie opens.', response: sessionAnswer } },
    (request, reply) => {
      const { standing } = request.session;
      if (standing === undefined) return { signedIn: false, providerName: identity.provider?.name ?? null };
      const notice = noticeFor(standing.roles);
      return { signedIn: true, csrfToken: reply.generateCsrf(), sessionId: standing.sessionId, expiresAt: isoOf(standing.expiresAt), person: personOf(standing), notice, noticeDue: notice !== null && standing.noticeReadAt === null };
    },
  );

  app.post(
    '/v1/session/notice',
    { config: { permission: 'session' }, schema: { tags, summary: 'Say that you read how reviews are checked', description: 'Once a session; on the record. Of somebody who is told nothing, nothing is recorded.', response: done } },
    async (request, reply) => {
      await readNotice(identity, standingOf(request));
      return await reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/session/token',
    { config: { permission: 'session' }, schema: { tags, summary: 'Get a token', description: `Five minutes, for the Authorization header of every other call. With your roles as the register has them now. A page at which nobody did anything since its last call sends \`${unattendedHeader}: true\`: it gets its token, and the session ends no later for it.`, response: tokenAnswer } },
    async (request) => {
      if (identity.issuer === null) throw new ReviewRefusal('sign-in-not-configured', 'No key is configured that could sign tokens.');
      const { token, expiresAtMs } = await identity.issuer.issue(standingOf(request), Date.now());
      return { token, expiresAt: isoOf(expiresAtMs * 1000) };
    },
  );

  app.get(
    '/v1/session/sessions',
    { config: { permission: 'session' }, schema: { tags, summary: 'Your sessions', response: sessionsAnswer } },
    async (request) => {
      const standing = standingOf(request);
      const sessions = await readSessionsOf(identity.review.sql, standing.personId);
      return { sessions: sessions.map(({ startedAt, lastSeenAt, ...session }) => ({ ...session, current: session.sessionId === standing.sessionId, startedAt: isoOf(startedAt), lastSeenAt: isoOf(lastSeenAt) })) };
    },
  );

  app.delete<{ Params: { sessionId: string } }>(
    '/v1/session/sessions/:sessionId',
    { config: { permission: 'session' }, schema: { tags, summary: 'End one of your sessions', description: 'Its tokens are refused at once by reviews, and within five minutes elsewhere.', params: sessionParams, response: done } },
    async (request, reply) => {
      await revokeOwn(identity, standingOf(request), request.params.sessionId);
      return await reply.code(204).send(null);
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      config: { permission: 'public' },
      schema: {
        tags, summary: 'The public keys of session tokens', description: 'A JWK set (RFC 7517), for whoever checks tokens that review issued.',
        response: { 200: { description: 'The keys', type: 'object', required: ['keys'], properties: { keys: { type: 'array', items: { type: 'object', additionalProperties: true } } }, examples: [{ keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', alg: 'EdDSA', use: 'sig' }] }] } },
      },
    },
    (_request, reply) => {
      void reply.header('cache-control', `public, max-age=${keysMaxAgeS}`);
      return identity.issuer?.jwks ?? { keys: [] };
    },
  );

}

const keysMaxAgeS = 300;

function standingOf({ session }: FastifyRequest): Standing {
  if (session.standing === undefined) throw new ReviewRefusal('not-signed-in', 'Nobody is signed in here, or the session has ended.');
  return session.standing;
}

function personOf({ personId, name, roles, queues, available }: Standing) {
  const allowed = (Object.keys(permissions) as Permission[]).filter((permission) => permissions[permission].some((role) => roles.includes(role)));
  return { personId, name, roles, permissions: allowed, queues, available };
}
