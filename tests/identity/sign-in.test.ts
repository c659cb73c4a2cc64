import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Browser, signIn } from '../harness/browser.ts';
import { TestStack, until } from '../harness/stack.ts';
import { placeOf, recorded, sessionIdOf, withToken } from './identity-stack.ts';

type Denial = { actor: string | null; permission: string; path: string; reason: string };

let stack: TestStack;
let origin: string;
beforeAll(async () => {
  stack = await TestStack.prepare();
  origin = (await stack.start(['review', 'audit', 'metrics'])).url;
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** On the page of people, where nobody was picked yet. */
async function atTheProvider(browser: Browser, to = '/') {
  return await browser.open(`/auth/sign-in?to=${encodeURIComponent(to)}`);
}

/** The address the provider sends the browser back to, not yet opened. */
async function callbackOf(browser: Browser, personId: string): Promise<URL> {
  const page = await atTheProvider(browser);
  const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  let answer = await browser.send('POST', action, { body: `person=${personId}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  for (;;) {
    const next = new URL(answer.headers.get('location') ?? '', answer.url);
    if (next.pathname === '/auth/callback') return next;
    answer = await browser.send('GET', next.href);
  }
}

describe('signing in', () => {
  test('leads through the provider to where one wanted to go, as the person the register knows', async () => {
    const browser = new Browser(origin);
    const end = await browser.pick(await atTheProvider(browser, '/work?queue=a%20b#now'), 'rita');
    expect(placeOf(end)).toBe('/work?queue=a%20b#now');
    const { person, ...session } = await browser.whoami();
    expect(person).toEqual({ personId: 'rita', name: 'Rita Moreno', roles: ['reviewer'], permissions: ['policies.read', 'reviews.work', 'reviews.follow', 'people.names'], queues: ['*'], available: true });
    expect(session).toMatchObject({ signedIn: true, noticeDue: true, notice: expect.stringContaining('Any review may be checked') });
    expect(Date.parse(String(session['expiresAt']))).toBeGreaterThan(Date.now());
  });

  test('asks the provider with PKCE, state and nonce, and not with the secret of the session', async () => {
    const sent = await new Browser(origin).send('GET', '/auth/sign-in');
    const asked = new URL(sent.headers.get('location') ?? '').searchParams;
    expect([sent.status, asked.get('code_challenge_method'), asked.get('response_type'), asked.get('redirect_uri')]).toEqual([302, 'S256', 'code', `${origin}/auth/callback`]);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)?.length).toBeGreaterThan(40);
  });

  test('gives a cookie that no script reads, no other site sends with a form, and no table holds', async () => {
    const browser = await signIn(origin, 'rita');
    const last = browser.setCookies.filter((set) => set.startsWith('countersign-session=')).at(-1) ?? '';
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(last).toContain(attribute);
    expect(last).not.toMatch(/Domain|Secure/);
    const rows = await stack.query('select * from review.sessions');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(browser.session?.value ?? 'no cookie');
    expect((await browser.send('GET', '/v1/session')).headers.get('cache-control')).toBe('no-store');
  });

  test('gives tokens that every service trusts, each for the roles of the person', async () => {
    const rita = await (await signIn(origin, 'rita')).token();
    expect((await withToken(origin, rita, 'GET', '/v1/reviews/claims')).status).toBe(200);
    expect(await withToken(origin, rita, 'GET', '/v1/audit/events')).toMatchObject({ status: 403 });
    const olga = await (await signIn(origin, 'olga')).token();
    expect((await withToken(origin, olga, 'GET', '/v1/audit/events')).status).toBe(200);
    expect((await withToken(origin, olga, 'GET', '/v1/metrics/oversight')).status).toBe(200);
  });

  test('is on the record, and so is the person who was entered by it', async () => {
    const browser = await signIn(origin, 'wanda', '/', { 'x-forwarded-for': '203.0.113.9' });
    const sessionId = await sessionIdOf(browser);
    expect(await recorded(stack, 'SignedIn', (event: { sessionId: string }) => event.sessionId === sessionId)).toMatchObject({ actor: 'wanda', issuer: `${origin}/dev-oidc`, address: '203.0.113.9', entered: true });
    const again = await sessionIdOf(await signIn(origin, 'wanda'));
    expect(await recorded(stack, 'SignedIn', (event: { sessionId: string }) => event.sessionId === again)).toMatchObject({ entered: false });
    const olga = await (await signIn(origin, 'olga')).token();
    const audited = await until('audit to keep it', async () => {
      const { json } = await withToken(origin, olga, 'GET', '/v1/audit/events?record=SignedIn');
      return (json['events'] as Array<{ event: { sessionId: string } }>).find(({ event }) => event.sessionId === sessionId);
    });
    expect(audited).toMatchObject({ event: { actor: 'wanda' } });
    expect((await withToken(origin, olga, 'GET', '/v1/audit/events?record=PersonChanged')).json['events']).toEqual(expect.arrayContaining([expect.objectContaining({ event: expect.objectContaining({ personId: 'wanda', queues: ['*'], roles: ['watcher'] }) })]));
  });

  test('by the other name of this machine comes back to the first, where the cookie belongs', async () => {
    const { port } = new URL(origin);
    const sent = await new Browser(`http://localhost:${port}`).send('GET', '/auth/sign-in?to=/work');
    expect([sent.status, sent.headers.get('location')]).toEqual([302, `${origin}/auth/sign-in?to=%2Fwork`]);
  });

  test('survives a restart of the service, provider and all', async () => {
    const browser = await signIn(origin, 'ravi');
    const sessionId = await sessionIdOf(browser);
    await stack.stop();
    origin = (await stack.start(['review', 'audit', 'metrics'])).url;
    const after = new Browser(origin);
    for (const [name, value] of browser.cookies) after.cookies.set(name, value);
    expect(await sessionIdOf(after)).toBe(sessionId);
    expect((await withToken(origin, await after.token(), 'GET', '/v1/reviews/claims')).status).toBe(200);
  }, 60_000);
});

describe('a session that somebody planted', () => {
  test('before the sign-in is worth nothing after it', async () => {
    const victim = new Browser(origin);
    const page = await atTheProvider(victim);
    const planted = victim.session;
    await victim.pick(page, 'rita');
    expect(victim.session?.value).not.toBe(planted?.value);
    const attacker = new Browser(origin);
    attacker.cookies.set(planted?.name ?? '', planted?.value ?? '');
    expect(await attacker.whoami()).toMatchObject({ signedIn: false });
    expect(await victim.whoami()).toMatchObject({ signedIn: true });
  });

  test('with a value of their own choosing is never taken up', async () => {
    const chosen = randomBytes(32).toString('base64url');
    const victim = new Browser(origin);
    victim.cookies.set('countersign-session', chosen);
    const page = await atTheProvider(victim);
    expect(victim.session?.value).not.toBe(chosen);
    await victim.pick(page, 'rita');
    const attacker = new Browser(origin);
    attacker.cookies.set('countersign-session', chosen);
    expect(await attacker.whoami()).toMatchObject({ signedIn: false });
  });

  test.each<[string, (value: string) => string]>([
    ['one letter changed', (value) => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`],
    ['cut short', (value) => value.slice(0, -1)],
    ['with something behind', (value) => `${value}.signature`],
    ['its own hash', () => Buffer.alloc(32).toString('base64url')],
    ['text for the database', () => "'%20or%201=1--"],
  ])('and a cookie that was tampered with is nobody: %s', async (_what, change) => {
    const browser = await signIn(origin, 'rita');
    const { name, value } = browser.session ?? { name: '', value: '' };
    browser.cookies.set(name, change(value));
    expect(await browser.whoami()).toMatchObject({ signedIn: false });
    expect((await browser.send('GET', '/v1/session/sessions')).status).toBe(401);
  });
});

describe('a sign-in that does not hold', () => {
  const problem = (code: string) => `/sign-in?problem=${code}`;

  test('because the person cancelled at the provider', async () => {
    const browser = new Browser(origin);
    expect(placeOf(await browser.pick(await atTheProvider(browser), null))).toBe(problem('provider-refused'));
    expect(await browser.whoami()).toMatchObject({ signedIn: false, providerName: 'the development sign-in' });
    expect(await recorded(stack, 'AccessDenied', ({ permission, reason }: Denial) => permission === 'sign-in' && reason === 'provider-refused')).toMatchObject({ actor: null, path: '/auth/callback' });
  });

  test('because it comes back with a state nobody sent', async () => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    back.searchParams.set('state', randomBytes(32).toString('base64url'));
    expect(placeOf(await browser.open(back.href))).toBe(problem('expired'));
    expect(await browser.whoami()).toMatchObject({ signedIn: false });
    await recorded(stack, 'AccessDenied', ({ reason }: Denial) => reason === 'expired');
  });

  test.each(['__proto__', 'constructor', '', 'toString'])('nor with the state %j', async (state) => {
    const browser = new Browser(origin);
    await atTheProvider(browser);
    expect(placeOf(await browser.open(`/auth/callback?code=x&state=${state}`))).toBe(problem('expired'));
  });

  test('because it comes back in another browser, to which somebody gave the address', async () => {
    const back = await callbackOf(new Browser(origin), 'rita');
    const victim = new Browser(origin);
    await atTheProvider(victim);
    expect(placeOf(await victim.open(back.href))).toBe(problem('expired'));
    expect(await victim.whoami()).toMatchObject({ signedIn: false });
  });

  test('because it came back before', async () => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    expect(placeOf(await browser.open(back.href))).toBe('/');
    const sessionId = await sessionIdOf(browser);
    expect(placeOf(await browser.open(back.href))).toBe(problem('expired'));
    expect(await sessionIdOf(browser)).toBe(sessionId);
  });

  test.each<[string, string]>([['another nonce', 'nonce'], ['another PKCE verifier', 'verifier']])('because the provider vouched for %s', async (_what, field) => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    const state = back.searchParams.get('state') ?? '';
    await stack.query(`update review.sessions set sign_ins = jsonb_set(sign_ins, array[$1, $2], to_jsonb($3::text)) where sign_ins ? $1`, [state, field, randomBytes(32).toString('base64url')]);
    expect(placeOf(await browser.open(back.href))).toBe(problem('provider-refused'));
    expect(await browser.whoami()).toMatchObject({ signedIn: false });
  });

  test('because it took too long', async () => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    await stack.query('update review.sessions set expires_at = 1 where sign_ins ? $1', [back.searchParams.get('state')]);
    expect(placeOf(await browser.open(back.href))).toBe(problem('expired'));
  });

  test('and not because another one was begun before it, and never finished', async () => {
    const browser = new Browser(origin);
    const first = await callbackOf(browser, 'rita');
    await stack.query('update review.sessions set expires_at = expires_at - 590000000 where sign_ins ? $1', [first.searchParams.get('state')]);
    const second = await callbackOf(browser, 'rita');
    await stack.query('update review.sessions set expires_at = expires_at - 300000000 where sign_ins ? $1', [second.searchParams.get('state')]);
    expect(placeOf(await browser.open(second.href))).toBe('/');
  });

  test('because the code was changed', async () => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    back.searchParams.set('code', randomBytes(32).toString('base64url'));
    expect(placeOf(await browser.open(back.href))).toBe(problem('provider-refused'));
  });

  test('because another provider says that it answers', async () => {
    const browser = new Browser(origin);
    const back = await callbackOf(browser, 'rita');
    back.searchParams.set('iss', 'https://evil.example');
    expect(placeOf(await browser.open(back.href))).toBe(problem('provider-refused'));
  });

  test('but several tabs of one browser may be signing in at once', async () => {
    const browser = new Browser(origin);
    const first = await callbackOf(browser, 'rita');
    await atTheProvider(browser);
    expect(placeOf(await browser.open(first.href))).toBe('/');
    expect(await browser.whoami()).toMatchObject({ signedIn: true });
  });
});

describe('nobody is led elsewhere', () => {
  test.each([
    '//evil.example', '/\\evil.example', '\\\\evil.example', 'https://evil.example', 'https:evil.example', 'javascript:alert(1)', '/%09/evil.example', '/\t/evil.example', '/\n/evil.example', '/\r\nlocation: https://evil.example',
    '/..//evil.example', '/.//evil.example', '/a/..//evil.example', '///evil.example', '/\u0000//evil.example', ' //evil.example', '/@evil.example/../..//evil.example', 'evil.example', '', '/auth/sign-in', '/auth/sign-out', '/ü',
  ])('to=%j', async (to) => {
    const browser = new Browser(origin);
    const end = await browser.pick(await atTheProvider(browser, to), 'rita');
    expect(end.url.origin).toBe(origin);
    // What stays is a path of ours, whatever its letters spell.
    expect([to, placeOf(end)]).toEqual([to, to === '/%09/evil.example' ? to : '/']);
  });
});
