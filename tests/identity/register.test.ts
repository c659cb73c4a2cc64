import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Browser, signIn } from '../harness/browser.ts';
import { TestStack } from '../harness/stack.ts';
import { placeOf, recorded, sessionIdOf, withToken } from './identity-stack.ts';

type Denial = { actor: string | null; path: string; reason: string };

let stack: TestStack;
let origin: string;
beforeAll(async () => {
  stack = await TestStack.prepare();
  const closed = { COUNTERSIGN_OIDC_ENTER_UNKNOWN: 'false', COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'false', COUNTERSIGN_FIRST_ADMINS: 'alma' };
  origin = (await stack.start(['review'], closed)).url;
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function admin(method: string, path: string, body?: object) {
  return await withToken(origin, await (await signIn(origin, 'alma')).token(), method, path, body);
}
const rita = (change: object = {}) => ({ name: 'Rita of the register', roles: ['reviewer'], queues: ['digits.routing'], active: true, ...change });

async function attempt(personId: string): Promise<string> {
  const browser = new Browser(origin);
  const end = placeOf(await browser.pick(await browser.open('/auth/sign-in'), personId));
  expect(await browser.whoami()).toMatchObject({ signedIn: end === '/' });
  return end;
}

test('the first admin is entered by signing in, with no other right', async () => {
  const alma = await signIn(origin, 'alma');
  expect(await alma.whoami()).toMatchObject({ person: { personId: 'alma', roles: ['admin'], queues: [] } });
});

test('whoever is not in the register is not let in, whatever roles the provider claims, and that is recorded', async () => {
  expect(await attempt('sue')).toBe('/sign-in?problem=not-registered#sue');
  expect(await recorded(stack, 'AccessDenied', ({ reason }: Denial) => reason === 'not-registered')).toMatchObject({ actor: 'sue', path: '/auth/callback' });
  expect(await stack.query("select 1 from review.people where person_id = 'sue'")).toEqual([]);
});

test('whoever an administrator entered is, with the roles and the name of the register', async () => {
  expect((await admin('PUT', '/v1/people/rita', rita())).status).toBe(200);
  const browser = await signIn(origin, 'rita');
  expect(await browser.whoami()).toMatchObject({ person: { name: 'Rita of the register', roles: ['reviewer'], queues: ['digits.routing'] } });
});

test('an id as long as one may be is entered and read, in letters of any alphabet', async () => {
  for (const personId of ['p'.repeat(200), '\u{1f600}'.repeat(200)]) {
    expect((await admin('PUT', `/v1/people/${encodeURIComponent(personId)}`, rita({ name: 'Long' }))).status).toBe(200);
    expect((await admin('GET', `/v1/people/${encodeURIComponent(personId)}`)).json).toMatchObject({ personId });
  }
});

test('a NUL in a name, a queue or an id is the caller’s to leave out', async () => {
  for (const [id, change] of [['nul', { name: 'Ri\u0000ta' }], ['nul', { queues: ['digits\u0000'] }], ['nul%00', {}]] as const) {
    expect(await admin('PUT', `/v1/people/${id}`, rita(change))).toMatchObject({ status: 400, json: { code: 'invalid-request', detail: expect.stringContaining('NUL') } });
  }
});

test('a role that is taken away is gone at once, from tokens too', async () => {
  await admin('PUT', '/v1/people/rita', rita({ roles: ['reviewer', 'supervisor'] }));
  const browser = await signIn(origin, 'rita');
  const token = await browser.token();
  expect((await withToken(origin, token, 'GET', '/v1/reviews/queues')).status).toBe(200);
  await admin('PUT', '/v1/people/rita', rita());
  expect(await withToken(origin, token, 'GET', '/v1/reviews/queues')).toMatchObject({ status: 403, json: { permission: 'reviews.supervise' } });
  expect((await withToken(origin, token, 'GET', '/v1/reviews/claims')).status).toBe(200);
  expect(await browser.whoami()).toMatchObject({ person: { roles: ['reviewer'] } });
});

test('a role that is given works with the next token, and a pipeline is no person', async () => {
  const browser = await signIn(origin, 'rita');
  await admin('PUT', '/v1/people/rita', rita({ roles: ['reviewer', 'pipeline'] }));
  const [, claims = ''] = (await browser.token()).split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'rita', roles: ['reviewer'], aud: 'countersign' });
  await admin('PUT', '/v1/people/rita', rita());
});

test('whether they take new work is what the register says, at once, and no matter of signing in', async () => {
  const browser = await signIn(origin, 'rita');
  for (const available of [false, true]) {
    expect((await admin('PUT', '/v1/people/rita/availability', { available, reason: 'On leave.' })).status).toBe(200);
    expect(await browser.whoami()).toMatchObject({ signedIn: true, person: { available } });
    expect((await withToken(origin, await browser.token(), 'GET', '/v1/reviews/me')).json).toMatchObject({ available });
  }
});

test('whoever is not active is refused, and a session of theirs ends', async () => {
  const browser = await signIn(origin, 'rita');
  const [token, sessionId] = [await browser.token(), await sessionIdOf(browser)];
  await admin('PUT', '/v1/people/rita', rita({ active: false }));
  expect((await withToken(origin, token, 'GET', '/v1/reviews/claims')).status).toBe(401);
  expect(await browser.whoami()).toMatchObject({ signedIn: false });
  expect(await attempt('rita')).toBe('/sign-in?problem=inactive');
  await recorded(stack, 'AccessDenied', ({ reason, actor }: Denial) => reason === 'inactive' && actor === 'rita');
  expect(await recorded(stack, 'SessionEnded', (event: { sessionId: string }) => event.sessionId === sessionId)).toMatchObject({ because: 'inactive', personId: 'rita' });
});
