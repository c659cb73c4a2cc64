/** `/auth`: to the identity provider, back from it, and out. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CountersignError } from '@countersign/kit';
import { ReviewRefusal } from '../refusals.ts';
import { secretHashOf, sessionCookie, signInMs } from './browser-sessions.ts';
import type { IdentityContext } from './context.ts';
import { enterSignedIn } from './entering.ts';
import { openIdToken, sealIdToken } from './id-token.ts';
import { localPath } from './local-path.ts';
import type { IdentityProvider, Vouched } from './provider.ts';
import { readSealedIdToken } from './session-store.ts';
import type { PendingSignIn, SignIns } from './session-store.ts';
import { beginSession, endSessions } from './sessions.ts';

const tags = ['identity'];
/** A few tabs of one browser may be signing in at once. */
const pendingMax = 4;
const userAgentCharsMax = 300;
/** By address: a whole office may sign in at nine, behind one. */
const rateLimit = { max: 600, timeWindow: '1 minute', keyGenerator: ({ ip }: FastifyRequest) => `sign-in ${ip}` };

type Problem = 'not-registered' | 'inactive' | 'provider-refused' | 'expired';
const away = { 302: { description: 'Onward, in `location`', type: 'null' } } as const;

/** The routes of signing in. They stand in the scope that has browser sessions. */
export function addSignInRoutes(app: FastifyInstance, identity: IdentityContext): void {
  app.get<{ Querystring: { to?: string } }>(
    '/auth/sign-in',
    {
      config: { permission: 'public', rateLimit },
      schema: {
        tags, summary: 'Sign in', description: 'For a browser: sends it to the identity provider, and from there to `to`.',
        querystring: { type: 'object', properties: { to: { type: 'string', description: 'A path of the console to come back to; anything else is `/`', examples: ['/work'] } } },
        response: away,
      },
    },
    async (request, reply) => await sendToProvider(identity, request, reply, localPath(request.query.to)),
  );

  app.get<{ Querystring: { state?: string } }>(
    '/auth/callback',
    {
      config: { permission: 'public', rateLimit },
      schema: {
        tags, summary: 'Come back from the identity provider', description: 'Where it fails, the browser lands on `/sign-in?problem=`: not-registered (with the id of who came behind a `#`), inactive, provider-refused or expired.',
        querystring: { type: 'object', properties: { state: { type: 'string', description: 'Names the sign-in that was begun' }, code: { type: 'string', description: 'What the provider gave' }, error: { type: 'string', description: 'Why the provider gave nothing' } } },
        response: away,
      },
    },
    async (request, reply) => {
      const pending = takePending(request, request.query.state);
      const found = pending === null ? 'expired' : await vouch(identity, request, pending);
      if (typeof found === 'string') return sendAway(app, request, reply, found);
      const entering = await enterSignedIn(identity, found);
      if (entering.outcome !== 'let-in') {
        request.identity = { subject: found.subject, name: found.name, roles: [], systems: [], sessionId: null };
        return sendAway(app, request, reply, entering.outcome, entering.outcome === 'not-registered' ? found.subject : null);
      }
      await signIn(identity, request, reply, { ...entering, idToken: found.idToken });
      return await reply.redirect(pending?.to ?? '/', 302);
    },
  );

  app.post(
    '/auth/sign-out',
    {
      config: { permission: 'session' },
      schema: { tags, summary: 'Sign out', response: { 200: { description: 'Signed out', type: 'object', required: ['to'], properties: { to: { type: 'string', description: 'Where to send the browser: the page that ends the session at the provider too, or the sign-in page' } }, examples: [{ to: '/sign-in' }] } } },
    },
    async (request, reply) => {
      const { standing } = request.session;
      // Read first: what ends forgets it.
      const idToken = standing === undefined ? null : await openIdToken(await readSealedIdToken(identity.review.sql, standing.sessionId), request.session.sessionId);
      if (standing !== undefined) await endSessions(identity, [standing.sessionId], 'signed-out', standing.personId);
      await request.session.destroy();
      const { name, options } = sessionCookie(identity.config.publicOrigin);
      void reply.clearCookie(name, options);
      return { to: (await identity.provider?.endSessionUrl(idToken)) ?? '/sign-in' };
    },
  );
}

async function sendToProvider(identity: IdentityContext, request: FastifyRequest, reply: FastifyReply, to: string): Promise<FastifyReply> {
  const provider = requireProvider(identity);
  const elsewhere = otherAddress(identity, request);
  if (elsewhere !== null) return await reply.redirect(`${elsewhere}/auth/sign-in?to=${encodeURIComponent(to)}`, 302);
  try {
    const { url, state, pending } = await provider.begin(to);
    request.session.signIns = { ...recent(request.session.signIns ?? {}), [state]: { ...pending, begunAt: Date.now() } };
    return await reply.redirect(url, 302);
  } catch (error) {
    identity.log.warn({ err: error, issuer: provider.issuer }, 'the identity provider cannot be reached');
    return await reply.redirect('/sign-in?problem=provider-refused', 302);
  }
}

function requireProvider({ provider }: IdentityContext): IdentityProvider {
  if (provider === null) throw new ReviewRefusal('sign-in-not-configured', 'No identity provider is configured here.');
  return provider;
}

/**
 * The cookie belongs to the host that the provider sends people back to. `localhost` and `127.0.0.1` are one machine and two
 * hosts: whoever comes by the other name is sent to the first, in development only, where no proxy rewrites names.
 */
function otherAddress({ config }: IdentityContext, request: FastifyRequest): string | null {
  const origin = config.publicOrigin ?? '';
  if (origin.startsWith('https:') && request.protocol !== 'https') {
    throw new CountersignError('invalid-request', 'The public address is https, and this request came by http: its cookie would be lost.', { remedy: 'Open the public address; if you did, have the proxy send X-Forwarded-Proto.' });
  }
  return config.development && /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(request.host) && URL.canParse(origin) && new URL(origin).host !== request.host ? origin : null;
}

/** The newest sign-ins that have not expired, one place kept free. */
function recent(signIns: SignIns): SignIns {
  const young = Object.entries(signIns).filter(([, { begunAt }]) => begunAt > Date.now() - signInMs);
  return Object.fromEntries(young.sort(([, a], [, b]) => b.begunAt - a.begunAt).slice(0, pendingMax - 1));
}

/** The sign-in that this browser began; each comes back once. */
function takePending(request: FastifyRequest, state: unknown): (PendingSignIn & { state: string }) | null {
  const signIns = recentAll(request.session.signIns ?? {});
  if (typeof state !== 'string' || !Object.hasOwn(signIns, state)) return null;
  const { [state]: pending, ...others } = signIns;
  request.session.signIns = others;
  return pending === undefined ? null : { ...pending, state };
}

function recentAll(signIns: SignIns): SignIns {
  return Object.fromEntries(Object.entries(signIns).filter(([, { begunAt }]) => begunAt > Date.now() - signInMs));
}

async function vouch(identity: IdentityContext, request: FastifyRequest, pending: PendingSignIn & { state: string }): Promise<Vouched | Problem> {
  const provider = requireProvider(identity);
  try {
    const { url } = request;
    return await provider.complete(url.slice(url.indexOf('?')), pending.state, pending);
  } catch (error) {
    identity.log.warn({ err: error, issuer: provider.issuer }, 'the identity provider signed nobody in');
    return 'provider-refused';
  }
}

/** The browser gets another secret: one that somebody planted before is worth nothing afterwards. */
async function signIn(identity: IdentityContext, request: FastifyRequest, reply: FastifyReply, { personId, entered, idToken }: { personId: string; entered: boolean; idToken: string }): Promise<void> {
  const former = request.session.standing;
  if (former !== undefined) await endSessions(identity, [former.sessionId], 'replaced', personId);
  // Its row is there from here on; that it changes once more has the answer carry its cookie.
  await request.session.regenerate();
  reply.generateCsrf();
  const secret = request.session.sessionId;
  await beginSession(identity, {
    secretHash: secretHashOf(secret), sealedIdToken: await sealIdToken(idToken, secret), personId, entered, issuer: identity.config.provider?.issuer.href ?? '',
    userAgent: request.headers['user-agent']?.slice(0, userAgentCharsMax) ?? null, address: request.ip,
  });
}

/** `personId`: what an administrator enters them by. Behind the `#` it is in no log of a proxy. */
async function sendAway(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, problem: Problem, personId: string | null = null): Promise<FastifyReply> {
  app.recordDenial(request, 'sign-in', problem);
  return await reply.redirect(`/sign-in?problem=${problem}${personId === null ? '' : `#${encodeURIComponent(personId)}`}`, 302);
}
