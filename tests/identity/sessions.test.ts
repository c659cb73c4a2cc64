import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Browser, signIn } from '../harness/browser.ts';
import { TestStack, until } from '../harness/stack.ts';
import { allRecorded, recorded, sessionIdOf, withToken } from './identity-stack.ts';

type Denial = { actor: string | null; path: string; method: string; reason: string };
type Ending = { actor: string | null; sessionId: string; because: string; personId: string };
type Listed = { sessionId: string; current: boolean; userAgent: string; address: string };

let stack: TestStack;
let origin: string;
beforeAll(async () => {
  stack = await TestStack.prepare();
  origin = (await stack.start(['review', 'audit'])).url;
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

const claims = async (token: string) => (await withToken(origin, token, 'GET', '/v1/reviews/claims')).status;

describe('a call that the cookie opens', () => {
  test.each<[string, string, string]>([['POST', '/v1/session/token', 'tokens'], ['POST', '/v1/session/notice', 'the notice'], ['POST', '/auth/sign-out', 'signing out'], ['DELETE', '/v1/session/sessions/0b6f2f5e-7f0d-4a52-8f1e-3f1f0f8f5a11', 'ending sessions']])('%s %s needs the token of that session: %s', async (method, path) => {
    const browser = await signIn(origin, 'rita');
    const other = await signIn(origin, 'ravi');
    const { csrfToken: theirs } = await other.whoami();
    const { csrfToken: ours } = await browser.whoami();
    const forged = String(ours).replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    for (const headers of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'x' }, { 'x-csrf-token': String(theirs) }, { 'x-csrf-token': forged }, { 'csrf-token': String(ours) }] as Array<Record<string, string>>) {
      expect(await browser.send(method, path, { headers })).toMatchObject({ status: 403, json: { refusal: 'csrf-token', code: 'forbidden' } });
    }
    const inTheBody = await browser.send(method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ _csrf: ours }) });
    expect([403, 400]).toContain(inTheBody.status);
    expect(await browser.whoami()).toMatchObject({ signedIn: true, noticeDue: true });
    expect(await recorded(stack, 'AccessDenied', (denial: Denial) => denial.reason === 'csrf-token' && denial.method === method && denial.path === path)).toMatchObject({ actor: 'rita' });
  });

  test('needs the cookie, and a denial without one is recorded too', async () => {
    expect(await new Browser(origin).send('GET', '/v1/session/sessions')).toMatchObject({ status: 401, json: { refusal: 'not-signed-in' } });
    await recorded(stack, 'AccessDenied', (denial: Denial) => denial.reason === 'not-signed-in' && denial.path === '/v1/session/sessions');
    const { csrfToken } = await (await signIn(origin, 'rita')).whoami();
    expect((await new Browser(origin).send('POST', '/v1/session/token', { headers: { 'x-csrf-token': String(csrfToken) } })).status).toBe(401);
  });

  test('is one of a few: no other route is opened by it', async () => {
    const admin = await signIn(origin, 'alma');
    const { csrfToken } = await admin.whoami();
    for (const [method, path] of [['GET', '/v1/people'], ['PUT', '/v1/people/zoe'], ['DELETE', '/v1/people/rita/sessions'], ['POST', '/v1/reviews/claims'], ['GET', '/v1/audit/events']] as const) {
      expect([path, (await admin.send(method, path, { headers: { 'x-csrf-token': String(csrfToken) } })).status]).toEqual([path, 401]);
    }
  });

  test('says nothing to another origin', async () => {
    const { headers } = await (await signIn(origin, 'rita')).send('GET', '/v1/session', { headers: { origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a session that ended', () => {
  test('by its owner, from another one: its tokens are refused at once', async () => {
    const lost = await signIn(origin, 'sami', '/', { 'user-agent': 'a lost phone' });
    const token = await lost.token();
    expect(await claims(token)).toBe(200);
    const kept = await signIn(origin, 'sami', '/', { 'user-agent': 'a desk' });
    const listed = (await kept.send('GET', '/v1/session/sessions')).json['sessions'] as Listed[];
    expect(listed.map(({ userAgent, current }) => [userAgent, current])).toEqual([['a desk', true], ['a lost phone', false]]);
    const sessionId = listed[1]?.sessionId ?? '';
    expect((await kept.call('DELETE', `/v1/session/sessions/${sessionId}`)).status).toBe(204);
    expect(await withToken(origin, token, 'GET', '/v1/reviews/claims')).toMatchObject({ status: 401, json: { refusal: 'session-ended' } });
    expect(await lost.whoami()).toMatchObject({ signedIn: false });
    expect(await claims(await kept.token())).toBe(200);
    expect(await recorded(stack, 'SessionEnded', (event: Ending) => event.sessionId === sessionId)).toMatchObject({ actor: 'sami', personId: 'sami', because: 'revoked' });
    await recorded(stack, 'AccessDenied', (denial: Denial) => denial.reason === 'session-ended' && denial.actor === 'sami');
  });

  test('is one’s own: another person’s is refused, and one that never was is not found', async () => {
    const theirs = await signIn(origin, 'sue');
    const sessionId = await sessionIdOf(theirs);
    const mine = await signIn(origin, 'rita');
    expect(await mine.call('DELETE', `/v1/session/sessions/${sessionId}`)).toMatchObject({ status: 403, json: { refusal: 'session-not-yours' } });
    expect(await mine.call('DELETE', '/v1/session/sessions/0b6f2f5e-7f0d-4a52-8f1e-3f1f0f8f5a11')).toMatchObject({ status: 404 });
    expect(await mine.call('DELETE', '/v1/session/sessions/1')).toMatchObject({ status: 400 });
    expect(await theirs.whoami()).toMatchObject({ signedIn: true });
    await recorded(stack, 'AccessDenied', (denial: Denial) => denial.reason === 'session-not-yours' && denial.actor === 'rita');
  });

  test('by signing out', async () => {
    const browser = await signIn(origin, 'rosa');
    const [token, sessionId, cookies] = [await browser.token(), await sessionIdOf(browser), new Map(browser.cookies)];
    expect(await browser.call('POST', '/auth/sign-out')).toMatchObject({ status: 200, json: { to: '/sign-in' } });
    expect(browser.session).toBeUndefined();
    expect(await claims(token)).toBe(401);
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await browser.whoami()).toMatchObject({ signedIn: false });
    expect(await recorded(stack, 'SignedOut', (event: Ending) => event.sessionId === sessionId)).toMatchObject({ actor: 'rosa' });
  });

  test('because there were too many: the oldest gives way, and only that', async () => {
    const browsers: Browser[] = [];
    for (let count = 0; count < 4; count += 1) browsers.push(await signIn(origin, 'sofia'));
    expect(await Promise.all(browsers.map(async (browser) => (await browser.whoami())['signedIn']))).toEqual([false, true, true, true]);
    await recorded(stack, 'SessionEnded', (event: Ending) => event.personId === 'sofia' && event.because === 'too-many' && event.actor === null);
    // At once, they still are no more than that.
    await Promise.all(Array.from({ length: 6 }, () => signIn(origin, 'sofia').catch(() => undefined)));
    expect(await stack.query("select count(*)::int as count from review.sessions where person_id = 'sofia' and ended_at is null")).toEqual([{ count: 3 }]);
  });

  test('because its time was over: nobody waits for the sweep, which puts it on the record', async () => {
    const browser = await signIn(origin, 'otto');
    const sessionId = await sessionIdOf(browser);
    const token = await browser.token();
    await stack.query("update review.sessions set expires_at = (extract(epoch from clock_timestamp()) * 1000000)::bigint - 1 where session_id = $1", [sessionId]);
    expect(await browser.whoami()).toMatchObject({ signedIn: false });
    expect(await withToken(origin, token, 'GET', '/v1/people')).toMatchObject({ status: 403 });
    expect(await recorded(stack, 'SessionEnded', (event: Ending) => event.sessionId === sessionId)).toMatchObject({ because: 'expired', actor: null });
  });

  test('because an administrator said so', async () => {
    const [one, two] = [await signIn(origin, 'ravi'), await signIn(origin, 'ravi')];
    const token = await one.token();
    const admin = await (await signIn(origin, 'alma')).token();
    expect((await withToken(origin, token, 'DELETE', '/v1/people/alma/sessions')).status).toBe(403);
    const before = await stack.query("select 1 from review.sessions where person_id = 'ravi' and ended_at is null");
    expect(await withToken(origin, admin, 'DELETE', '/v1/people/ravi/sessions')).toMatchObject({ status: 200, json: { ended: before.length } });
    expect(await claims(token)).toBe(401);
    for (const browser of [one, two]) expect(await browser.whoami()).toMatchObject({ signedIn: false });
    await recorded(stack, 'SessionEnded', (event: Ending) => event.personId === 'ravi' && event.because === 'ended-by-admin' && event.actor === 'alma');
    expect((await withToken(origin, admin, 'DELETE', '/v1/people/nobody/sessions')).json).toEqual({ ended: 0 });
  });

  test('because the same browser signed in anew', async () => {
    const browser = await signIn(origin, 'ada');
    const sessionId = await sessionIdOf(browser);
    await browser.pick(await browser.open('/auth/sign-in'), 'ben');
    expect(await browser.whoami()).toMatchObject({ person: { personId: 'ben' } });
    await recorded(stack, 'SessionEnded', (event: Ending) => event.sessionId === sessionId && event.because === 'replaced');
  });

  test('is deleted once it is old, and so are browsers that never came back', async () => {
    await new Browser(origin).send('GET', '/auth/sign-in');
    await stack.query('update review.sessions set expires_at = 1 where person_id is null');
    await stack.query('update review.sessions set ended_at = 1 where ended_at is not null');
    await until('both to be gone', async () => ((await stack.query('select 1 from review.sessions where person_id is null or ended_at is not null')).length === 0 ? true : undefined));
  });
});

describe('a session that is used', () => {
  test('lives on, but never beyond its life, nor for a page at which nobody is', async () => {
    const browser = await signIn(origin, 'priya');
    const sessionId = await sessionIdOf(browser);
    const minutes = async () => (await stack.query<{ left: number }>("select round((expires_at - (extract(epoch from clock_timestamp()) * 1000000)::bigint) / 60e6)::int as left from review.sessions where session_id = $1", [sessionId]))[0]?.left;
    const age = async (hours: number) => await stack.query('update review.sessions set started_at = started_at - $2::bigint, last_seen_at = last_seen_at - 60000000, expires_at = expires_at - 600000000 where session_id = $1', [sessionId, hours * 3_600_000_000]);
    await age(1);
    expect(await minutes()).toBe(50);
    await browser.whoami();
    expect(await minutes()).toBe(60);
    await age(0);
    await browser.send('GET', '/v1/session', { headers: { 'x-unattended': 'true' } });
    expect(await minutes()).toBe(50);
    await age(10.75);
    await browser.whoami();
    expect(await minutes()).toBe(15);
  });

  test('says once that the notice was read', async () => {
    const browser = await signIn(origin, 'rosa');
    for (let count = 0; count < 2; count += 1) expect((await browser.call('POST', '/v1/session/notice')).status).toBe(204);
    expect(await browser.whoami()).toMatchObject({ noticeDue: false });
    const sessionId = await sessionIdOf(browser);
    expect(await recorded(stack, 'NoticeRead', (event: Ending) => event.sessionId === sessionId)).toMatchObject({ actor: 'rosa', notice: (await browser.whoami())['notice'] });
    expect((await allRecorded(stack, 'NoticeRead')).filter((event) => event['sessionId'] === sessionId)).toHaveLength(1);
    // The next session is told again.
    expect(await (await signIn(origin, 'rosa')).whoami()).toMatchObject({ noticeDue: true });
  });

  test('says nothing of reviews to whoever has none, and nothing is recorded of them', async () => {
    const told = await Promise.all(['rita', 'sami', 'sue', 'wanda', 'olga', 'ada', 'ben', 'pavel', 'otto', 'alma'].map(async (personId) => [personId, (await (await signIn(origin, personId)).whoami())['noticeDue']]));
    expect(told.filter(([, due]) => due === true).map(([personId]) => personId)).toEqual(['rita', 'sami']);
    const auditor = await signIn(origin, 'olga');
    expect(await auditor.whoami()).toMatchObject({ notice: null, noticeDue: false });
    const sessionId = await sessionIdOf(auditor);
    expect((await auditor.call('POST', '/v1/session/notice')).status).toBe(204);
    await auditor.call('POST', '/auth/sign-out');
    await recorded(stack, 'SignedOut', (event: Ending) => event.sessionId === sessionId);
    expect((await allRecorded(stack, 'NoticeRead')).filter((event) => event['sessionId'] === sessionId)).toEqual([]);
  });
});
