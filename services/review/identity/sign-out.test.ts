import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import Provider from 'oidc-provider';
import pg from 'pg';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';
import { openIdToken, sealIdToken } from './id-token.ts';

const desk = 'http://127.0.0.1:9';
const server = createServer();
let issuer: string;
let running: Running;
let db: pg.Client;

/** A provider with a page of signing out, where nobody but Ines signs in, and nobody is asked for a password. */
function createProvider(): Provider {
  return new Provider(issuer, {
    clients: [{ client_id: 'desk', token_endpoint_auth_method: 'none', redirect_uris: [`${desk}/auth/callback`], post_logout_redirect_uris: [`${desk}/sign-in`] }],
    claims: { profile: ['name', 'roles'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['for one test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource: (context, form) => void (context.body = `<p>${context.oidc.entities.IdTokenHint === undefined ? 'asks' : 'does not ask'}</p>${form}`) } },
    interactions: { url: (_context, { uid }) => `/pick/${uid}` },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: 'desk', accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Ines Prado', roles: ['reviewer'] }) }),
  });
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = createProvider();
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/pick/') === true) void provider.interactionFinished(request, response, { login: { accountId: 'ines' } });
    else void answer(request, response);
  });
  running = await runReview({ COUNTERSIGN_PUBLIC_URL: desk, COUNTERSIGN_OIDC_ISSUER: issuer, COUNTERSIGN_OIDC_CLIENT_ID: 'desk', COUNTERSIGN_OIDC_ENTER_UNKNOWN: 'true' });
  db = new pg.Client({ connectionString: running.databaseUrl });
  await db.connect();
}, 60_000);
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await db.end();
  await running.close();
}, 30_000);

/** Both servers as one browser sees them: cookies go back to whoever set them. */
class Jar {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** A form is posted, anything else is got. */
  async open(address: string, form?: Readonly<Record<string, string>>): Promise<{ location: string | null; status: number; text: string }> {
    const url = new URL(address);
    const own = this.#cookies.get(url.origin) ?? new Map<string, string>();
    this.#cookies.set(url.origin, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const keep = (set: string) => own.set(set.slice(0, set.indexOf('=')), set.slice(set.indexOf('=') + 1).split(';')[0] ?? '');
    if (url.origin === desk) {
      const answer = await running.http.inject({ url: `${url.pathname}${url.search}`, headers: { cookie, host: url.host } });
      [answer.headers['set-cookie'] ?? []].flat().forEach(keep);
      return { location: answer.headers.location?.toString() ?? null, status: answer.statusCode, text: answer.body };
    }
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie }, ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }) });
    answer.headers.getSetCookie().forEach(keep);
    return { location: answer.headers.get('location'), status: answer.status, text: await answer.text() };
  }

  get session(): string {
    return this.#cookies.get(desk)?.get('countersign-session') ?? '';
  }
}

async function signIn(): Promise<Jar> {
  const jar = new Jar();
  let at = `${desk}/auth/sign-in`;
  for (;;) {
    const { location } = await jar.open(at);
    if (location === null) throw new Error(`${at} leads nowhere`);
    at = new URL(location, at).href;
    if (at === `${desk}/`) return jar;
  }
}

async function signOut(jar: Jar): Promise<string> {
  const headers = { cookie: `countersign-session=${jar.session}`, host: new URL(desk).host };
  const { csrfToken } = (await running.http.inject({ url: '/v1/session', headers })).json<{ csrfToken: string }>();
  const answer = await running.http.inject({ method: 'POST', url: '/auth/sign-out', headers: { ...headers, 'x-csrf-token': csrfToken } });
  return answer.json<{ to: string }>().to;
}

test('shows the provider the ID token it gave, so that it need not ask, and leads back', async () => {
  const jar = await signIn();
  const to = await signOut(jar);
  const asked = new URL(to).searchParams;
  expect(asked.get('post_logout_redirect_uri')).toBe(`${desk}/sign-in`);
  expect(decodeJwt(asked.get('id_token_hint') ?? '')).toMatchObject({ sub: 'ines', iss: issuer, aud: 'desk' });
  const page = await jar.open(to);
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('does not ask') });
  const [, action = '', xsrf = ''] = /action="([^"]+)".*name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
  expect(await jar.open(action, { xsrf, logout: 'yes' })).toMatchObject({ status: 303, location: `${desk}/sign-in` });
});

test('the table holds no token that its reader could use, and none once the session has ended', async () => {
  const jar = await signIn();
  const kept = async () => (await db.query<{ sealed: string | null; ended: boolean }>('select sealed_id_token as sealed, ended_at is not null as ended from review.sessions where person_id is not null')).rows;
  const standing = (await kept()).filter(({ ended }) => !ended);
  expect(standing).toEqual([{ ended: false, sealed: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/) }]);
  await signOut(jar);
  expect((await kept()).filter(({ sealed }) => sealed !== null)).toEqual([]);
});

test('a token that the cookie does not open is left out: signing out goes on, and the provider asks', async () => {
  const jar = await signIn();
  await db.query("update review.sessions set sealed_id_token = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA' where ended_at is null");
  const to = await signOut(jar);
  expect(new URL(to).searchParams.has('id_token_hint')).toBe(false);
  expect(await jar.open(to)).toMatchObject({ text: expect.stringContaining('>asks<') });
});

test('is opened by the secret it was sealed with alone, and one too long for an address is not kept', async () => {
  const sealed = await sealIdToken('a.b.c', 'one secret');
  expect([await openIdToken(sealed, 'one secret'), await openIdToken(sealed, 'another'), await openIdToken(null, 'one secret')]).toEqual(['a.b.c', null, null]);
  expect([await sealIdToken('x'.repeat(6000), 's'), await sealIdToken('x'.repeat(6001), 's')]).toEqual([expect.any(String), null]);
});
