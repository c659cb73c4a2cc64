import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { openIssuer } from '../identity/issuer.ts';
import { sqlOf } from '../sql.ts';
import { followEvents } from '../testing/event-stream.ts';
import type { Following } from '../testing/event-stream.ts';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';
import { proposal, routedEvent, selectedEvent } from '../testing/scenario.ts';

let running: Running;
let other: Awaited<ReturnType<Running['another']>>;
let here = '';
let there = '';
const drainMs = 20_000;

beforeAll(async () => {
  // That a stream is refused while its connection is made again is an error in the log, and expected here.
  running = await runReview({ COUNTERSIGN_LOG_LEVEL: 'silent' });
  other = await running.another();
  here = await running.http.listen({ host: '127.0.0.1', port: 0 });
  there = await other.http.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);

afterAll(async () => {
  await other.close();
  await running.close();
}, 60_000);

/** As soon as the instance hears what the others say: before that it refuses. */
async function follow(origin: string, token: string): Promise<Following> {
  for (;;) {
    try {
      return await followEvents(origin, token);
    } catch (error) {
      if (!String(error).includes('503')) throw error;
    }
  }
}

async function send(url: string, who: string, body: object, etag?: string) {
  const answer = await fetch(`${here}${url}`, { method: 'POST', headers: { authorization: who, 'content-type': 'application/json', ...(etag === undefined ? {} : { 'if-match': etag }) }, body: JSON.stringify(body) });
  return { status: answer.status, json: answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>) };
}

/** The token of a session that a browser might have: what signing in does has tests of its own. */
async function signedIn(personId: string): Promise<string> {
  await fetch(`${here}/v1/reviews/me`, { headers: { authorization: running.token(personId, 'reviewer') } });
  const sessionId = randomUUID();
  const now = Date.now() * 1000;
  await asService(async (sql) => await sql.run('insert into sessions (session_id, secret_hash, person_id, started_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)', [sessionId, randomBytes(32), personId, now, now + 3_600_000_000]));
  const { token } = await (await openIssuer(running.env.COUNTERSIGN_ISSUER_KEY_FILE)).issue({ personId, name: personId, roles: ['reviewer'], sessionId }, Date.now());
  return `Bearer ${token}`;
}

async function open(...ids: string[]): Promise<void> {
  const now = Date.now() * 1000;
  await running.sendRouted(...ids.map((id) => routedEvent(running.accepted(proposal(id), now), id, now, { policyVersion: running.policyVersion })));
  // Both instances read the topic: either may have taken it.
  await running.service.drain(drainMs);
  await other.service.drain(drainMs);
}

async function claim(who: string): Promise<{ taskId: string; etag: string }> {
  const { json } = await send('/v1/reviews/claims', who, {});
  expect(json['outcome']).toBe('claimed');
  return json['claim'] as { taskId: string; etag: string };
}

const openCount = (count: number) => ({ event, data }: { event: string; data: Record<string, unknown> }) => event === 'work' && (data['waiting'] as { open: number }).open === count;
const ofTask = (taskId: string, change: string) => ({ event, data }: { event: string; data: Record<string, unknown> }) => event === 'task' && data['taskId'] === taskId && data['change'] === change;

describe('over two instances', () => {
  test('what happens at one is heard at the other: work, own tasks, queues', async () => {
    const ann = running.token('ann', 'reviewer');
    const bob = running.token('bob', 'reviewer');
    const streams = { ann: await follow(there, ann), bob: await follow(there, bob), sue: await follow(there, running.token('sue', 'supervisor')) };
    await Promise.all([streams.ann.until(openCount(0)), streams.bob.until(openCount(0)), streams.sue.until(({ event }) => event === 'queues')]);
    streams.sue.forget();
    await open('one', 'two');
    await Promise.all([streams.ann.until(openCount(2)), streams.bob.until(openCount(2)), streams.sue.until(({ event }) => event === 'queues')]);
    const held = await claim(ann);
    await streams.bob.until(openCount(1));
    expect(await send(`/v1/reviews/tasks/${held.taskId}/hand-over`, ann, { to: 'bob', reason: 'SECRET-WHY' }, held.etag)).toMatchObject({ status: 204 });
    await Promise.all([streams.ann.until(ofTask(held.taskId, 'released')), streams.bob.until(ofTask(held.taskId, 'assigned'))]);
    const taken = await claim(bob);
    expect(taken.taskId).toBe(held.taskId);
    expect(await send(`/v1/reviews/tasks/${held.taskId}/reassign`, running.token('sue', 'supervisor'), { to: null, reason: 'SECRET-WHY' })).toMatchObject({ status: 204 });
    await streams.bob.until(ofTask(held.taskId, 'released'));
    // Everybody is told of their own only, and supervisors of nobody's.
    expect(streams.sue.events.every(({ event, data }) => event === 'queues' && Object.keys(data).length === 0)).toBe(true);
    expect(streams.ann.events.filter(({ event }) => event === 'task')).toEqual([{ event: 'task', data: { taskId: held.taskId, change: 'released' } }]);
    for (const each of Object.values(streams)) each.stop();
  });

  test('a claim that runs out is told to its holder, wherever it is found', async () => {
    const ann = running.token('ann', 'reviewer');
    const stream = await follow(there, ann);
    const held = await claim(ann);
    await asService(async (sql) => {
      await sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [held.taskId]);
      await sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [held.taskId]);
    });
    await stream.until(ofTask(held.taskId, 'expired'));
    stream.stop();
  });

  test('no event says of what kind the work is', async () => {
    const ann = running.token('ann', 'reviewer');
    const stream = await follow(there, ann);
    await stream.until(openCount(2));
    const now = Date.now() * 1000;
    await running.sendSelected(selectedEvent(running.accepted(proposal('checked'), now), 'checked', now, { policyVersion: running.policyVersion }));
    await stream.until(openCount(3));
    for (const { event, data } of stream.events) {
      const keys = event === 'work' ? Object.keys(data['waiting'] as object) : Object.keys(data);
      expect(['open', 'overdue', 'nextDueAt', 'taskId', 'change']).toEqual(expect.arrayContaining(keys));
    }
    stream.stop();
  });
});

describe('a stream ends', () => {
  test('with its token', async () => {
    const stream = await follow(here, running.tokenOf('ann', { exp: Math.floor(Date.now() / 1000) + 2 }, 'reviewer'));
    await stream.until(({ event }) => event === 'work');
    await stream.ended;
  });

  test('with its session, on every instance, and no other', async () => {
    const ended = await follow(there, await signedIn('bea'));
    const going = await follow(there, await signedIn('ann'));
    const { status } = await fetch(`${here}/v1/people/bea/sessions`, { method: 'DELETE', headers: { authorization: running.token('root', 'admin') } });
    expect(status).toBe(200);
    await ended.ended;
    going.forget();
    const held = await claim(running.token('ann', 'reviewer'));
    await send(`/v1/reviews/tasks/${held.taskId}/release`, running.token('ann', 'reviewer'), { reason: 'x' }, held.etag);
    await going.until(ofTask(held.taskId, 'released'));
    going.stop();
  });

  test('when its reader is no longer entered as active', async () => {
    const zoe = running.token('zoe', 'reviewer');
    const stream = await follow(there, zoe);
    const admin = { authorization: running.token('root', 'admin'), 'content-type': 'application/json' };
    const put = async (change: object) => (await fetch(`${here}/v1/people/zoe`, { method: 'PUT', headers: admin, body: JSON.stringify({ name: 'Zoe', roles: ['reviewer'], queues: ['elsewhere'], active: true, ...change }) })).status;
    await stream.until(openCount(3));
    expect(await put({})).toBe(200);
    await stream.until(openCount(0));
    expect(await put({ active: false })).toBe(200);
    await stream.ended;
  });

  test('when what was told meanwhile may be lost, and can be had again at once', async () => {
    const stream = await follow(here, running.token('ann', 'reviewer'));
    await asService(async (sql) => await sql.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign-review-live' and datname = current_database()"));
    await stream.ended;
    const again = await follow(here, running.token('ann', 'reviewer'));
    await again.until(openCount(3));
    again.stop();
  });

  test('of the oldest, when one person opens too many', async () => {
    const first = await follow(here, running.token('many', 'reviewer'));
    const more = [];
    for (let index = 0; index < 6; index += 1) more.push(await follow(here, running.token('many', 'reviewer')));
    await first.ended;
    for (const each of more) {
      await each.until(({ event }) => event === 'work');
      each.stop();
    }
  });
});

test('who may not follow is refused', async () => {
  for (const [authorization, status] of [['', 401], [running.token('p', 'pipeline'), 403], [running.token('a', 'auditor'), 403]] as const) {
    expect((await fetch(`${here}/v1/reviews/events`, { headers: { authorization } })).status).toBe(status);
  }
  expect((await fetch(`${here}/v1/reviews/events`, { headers: { authorization: running.token('ann', 'reviewer'), accept: 'application/json' } })).status).toBe(406);
});

test('a server that closes ends its streams first', async () => {
  const third = await running.another();
  const origin = await third.http.listen({ host: '127.0.0.1', port: 0 });
  const stream = await follow(origin, running.token('ann', 'reviewer'));
  await stream.until(({ event }) => event === 'work');
  await third.close();
  await stream.ended;
});

/** As the service itself: these rows are its own. */
async function asService(act: (sql: ReturnType<typeof sqlOf>) => Promise<unknown>): Promise<void> {
  const pool = new pg.Pool({ connectionString: running.databaseUrl, max: 1, options: '-c search_path=review' });
  try {
    await act(sqlOf(pool));
  } finally {
    await pool.end();
  }
}
