import { beforeEach, describe, expect, test } from '@jest/globals';
import { SessionEndedError, UnreachableError } from '../api/problem.ts';
import { localPath, renewBeforeMs, Session } from './session.ts';

type Served = { status: number; body?: unknown };

const rita = { personId: 'rita', name: 'Rita', roles: ['reviewer'], permissions: ['reviews.work'], queues: ['*'], available: true };
const lifeMs = 300_000;

let nowMs: number;
let calls: string[];
let unattended: boolean[];
let server: { person: typeof rita | null; csrf: string; away: boolean; hold?: Promise<void> };
let session: Session;

/** What the session routes answer, from the state of `server`. */
function serve(path: string, headers: Headers): Served {
  const { person, csrf } = server;
  if (path === '/v1/session') return { status: 200, body: person === null ? { signedIn: false, providerName: 'House' } : { signedIn: true, csrfToken: csrf, sessionId: 's', expiresAt: '', person, notice: 'n', noticeDue: true } };
  if (person === null) return { status: 401 };
  if (headers.get('x-csrf-token') !== csrf) return { status: 403 };
  if (path === '/auth/sign-out') return { status: 200, body: { to: '/signed-out' } };
  if (path === '/v1/session/token') return { status: 200, body: { token: `token-${calls.length}`, expiresAt: new Date(nowMs + lifeMs).toISOString() } };
  return { status: 204 };
}

beforeEach(() => {
  nowMs = Date.parse('2026-02-03T09:00:00Z');
  calls = [];
  unattended = [];
  server = { person: rita, csrf: 'one', away: false };
  session = new Session({
    nowMs: () => nowMs,
    announce: () => undefined,
    async fetch(path, init) {
      calls.push(path);
      unattended.push(new Headers(init?.headers).has('x-unattended'));
      await server.hold;
      if (server.away) throw new TypeError('fetch failed');
      const { status, body } = serve(path, new Headers(init?.headers));
      return new Response(body === undefined ? null : JSON.stringify(body), { status });
    },
  });
});

describe('a session', () => {
  test('is asked for once by many who need a token at once, and renewed before it ends', async () => {
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(calls).toEqual(['/v1/session', '/v1/session/token']);
    nowMs += lifeMs - renewBeforeMs - 1;
    expect(await session.token()).toBe(tokens[0]);
    nowMs += 1;
    expect(await session.token()).not.toBe(tokens[0]);
  });

  test('says with each call whether nobody was there since the last, of one that did not arrive with the next', async () => {
    await session.token();
    expect(unattended).toEqual([false, true]);
    const renew = async () => {
      session.refused(await session.token());
      await session.token();
    };
    await renew();
    session.use();
    await renew();
    await renew();
    session.use();
    server.away = true;
    await session.check();
    server.away = false;
    await renew();
    expect(unattended.slice(2)).toEqual([true, false, true, false, false]);
  });

  test('renews a token that was refused, and only that one', async () => {
    const first = await session.token();
    session.refused('another');
    expect(await session.token()).toBe(first);
    session.refused(first);
    expect(await session.token()).not.toBe(first);
  });

  test('goes on when the same person signed in anew in another tab', async () => {
    session.refused(await session.token());
    server.csrf = 'two';
    await expect(session.token()).resolves.toMatch(/^token-/);
    expect(session.view()).toMatchObject({ state: 'signed-in' });
  });

  test('that ended keeps who it was, and says so', async () => {
    session.refused(await session.token());
    server.person = null;
    await expect(session.token()).rejects.toThrow(SessionEndedError);
    expect(session.view()).toEqual({ state: 'ended', person: rita });
    server.person = rita;
    await session.check();
    expect(session.view()).toMatchObject({ state: 'signed-in' });
  });

  test('that is there again answers whoever asks for a token while it is being looked at', async () => {
    session.refused(await session.token());
    server.person = null;
    await expect(session.token()).rejects.toThrow(SessionEndedError);
    server.person = rita;
    calls = [];
    const [token] = await Promise.all([session.token(), session.check()]);
    expect([token, calls]).toEqual([expect.stringMatching(/^token-/), ['/v1/session', '/v1/session/token']]);
  });

  test('never sends in the name of somebody else who signed in meanwhile', async () => {
    await session.token();
    server.person = { ...rita, personId: 'sam', name: 'Sam' };
    await session.check();
    expect(session.view()).toEqual({ state: 'replaced', person: rita, by: 'Sam' });
    await expect(session.token()).rejects.toThrow(SessionEndedError);
  });

  test('is not over because the network is away', async () => {
    session.refused(await session.token());
    server.away = true;
    await expect(session.token()).rejects.toThrow(UnreachableError);
    await session.check();
    expect(session.view()).toMatchObject({ state: 'signed-in' });
    server.away = false;
    await expect(session.token()).resolves.toMatch(/^token-/);
  });

  test('that cannot be asked for at the start is unreachable, and comes when it can', async () => {
    server.away = true;
    await session.check();
    expect(session.view()).toEqual({ state: 'unreachable' });
    server.away = false;
    await expect(session.token()).resolves.toMatch(/^token-/);
  });

  test('that could not be ended is not said to have ended', async () => {
    const held = await session.token();
    server.csrf = 'another';
    await expect(session.signOut()).rejects.toThrow('The answer was 403.');
    server.away = true;
    await expect(session.signOut()).rejects.toThrow(UnreachableError);
    expect(await session.token()).toBe(held);
    server = { person: rita, csrf: 'one', away: false };
    expect(await session.signOut()).toBe('/signed-out');
    server.person = null;
    expect(await session.signOut()).toBe('/sign-in');
  });

  test('of nobody is signed out, with the name of the provider', async () => {
    server.person = null;
    await session.check();
    expect(session.view()).toEqual({ state: 'signed-out', providerName: 'House' });
    await expect(session.token()).rejects.toThrow(SessionEndedError);
  });

  test('tells its listeners that the notice was read', async () => {
    await session.check();
    const seen: string[] = [];
    session.subscribe(() => seen.push(session.view().state));
    await session.readNotice();
    expect(session.view()).toMatchObject({ noticeDue: false });
    expect(seen).toEqual(['signed-in']);
  });
});

test('only a path of this origin is gone back to', () => {
  for (const path of ['/work', '/review/1?x=1#y', '/']) expect(localPath(path)).toBe(path);
  for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/a\nb', '', 'work', '/auth/sign-out']) expect(localPath(path)).toBe('/');
});
