import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';
import { proposal, reasoningText, routedEvent } from '../testing/scenario.ts';

let running: Running;
let count = 0;
const drainMs = 20_000;
const unknown = '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11';

beforeAll(async () => {
  running = await runReview();
  const admin = running.token('root', 'admin');
  for (const [personId, queues] of [['ann', ['digits.routing']], ['bob', ['digits.routing']], ['far', ['elsewhere']]] as const) {
    expect(await call(admin, 'PUT', `/v1/people/${personId}`, { body: { name: personId, roles: ['reviewer'], queues } })).toMatchObject({ status: 200 });
  }
}, 60_000);

afterAll(async () => {
  await running.close();
}, 30_000);

beforeEach(async () => {
  count += 1;
  const now = Date.now() * 1000;
  const ids = [`desk-${count}-a`, `desk-${count}-b`];
  await running.sendRouted(...ids.map((id) => routedEvent(running.accepted(proposal(id), now), id, now, { policyVersion: running.policyVersion })));
  await running.service.drain(drainMs);
});

type Method = 'GET' | 'POST' | 'PUT';

async function call(who: string, method: Method, url: string, { body, etag }: { body?: object; etag?: string } = {}) {
  const request: InjectOptions = { method, url, headers: { authorization: who, ...(etag === undefined ? {} : { 'if-match': etag }) } };
  const answer = await running.http.inject(body === undefined ? request : { ...request, payload: body });
  return { status: answer.statusCode, json: answer.body === '' ? {} : answer.json<Record<string, unknown>>(), headers: answer.headers };
}

const ann = () => running.token('ann', 'reviewer');
const bob = () => running.token('bob', 'reviewer');
const far = () => running.token('far', 'reviewer');
const sue = () => running.token('sue', 'supervisor');

type Claimed = { taskId: string; etag: string; prefetched: boolean };

async function claim(who: string, body: object = {}): Promise<Claimed> {
  const { json } = await call(who, 'POST', '/v1/reviews/claims', { body });
  expect(json).toMatchObject({ outcome: 'claimed' });
  return json['claim'] as Claimed;
}

/** Leaves nobody with a claim. */
async function clear(): Promise<void> {
  for (const personId of ['ann', 'bob']) expect(await call(sue(), 'POST', `/v1/reviews/people/${personId}/release-claims`, { body: { reason: 'end of a test' } })).toMatchObject({ status: 200 });
}

describe('fetching ahead', () => {
  test('is a claim that says so, and an ordinary one once painted', async () => {
    const ahead = await claim(ann(), { prefetch: true });
    expect(ahead).toMatchObject({ prefetched: true });
    expect(await claim(ann(), { prefetch: true })).toEqual(ahead);
    const url = `/v1/reviews/tasks/${ahead.taskId}`;
    const shown = await call(ann(), 'GET', `${url}/presentation`, ahead);
    const presentationDigest = shown.headers['x-presentation-digest'];
    expect(await call(bob(), 'POST', `${url}/painted`, { ...ahead, body: { presentationDigest } })).toMatchObject({ status: 412 });
    expect(await call(ann(), 'POST', `${url}/painted`, { ...ahead, body: { presentationDigest } })).toMatchObject({ status: 204 });
    expect((await call(ann(), 'GET', '/v1/reviews/claims')).json['claims']).toMatchObject([{ taskId: ahead.taskId, etag: ahead.etag, prefetched: false }]);
    const body = { decision: 'approve', reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest };
    expect(await call(ann(), 'POST', `${url}/judgement`, { ...ahead, body })).toMatchObject({ status: 202 });
    await clear();
  });

  test('refuses another task, and a body that is none', async () => {
    await claim(ann(), { prefetch: true });
    expect(await call(ann(), 'POST', '/v1/reviews/claims', { body: { prefetch: true, taskId: unknown } })).toMatchObject({ status: 409, json: { refusal: 'already-prefetched' } });
    expect(await call(ann(), 'POST', '/v1/reviews/claims', { body: { prefetch: 'yes' } })).toMatchObject({ status: 400 });
    await clear();
  });
});

describe('drafts', () => {
  const draft = { decision: 'reject', reasonCodes: ['illegible'], reasoning: 'Half a sentence, and' };

  test('are kept, given back to their author alone, and listed when the claim is gone', async () => {
    const held = await claim(ann());
    const url = `/v1/reviews/tasks/${held.taskId}/draft`;
    expect(await call(ann(), 'GET', url)).toMatchObject({ status: 200, json: { draft: null, savedAt: null } });
    expect(await call(ann(), 'PUT', url, { ...held, body: { draft } })).toMatchObject({ status: 204 });
    expect(await call(ann(), 'GET', url)).toMatchObject({ status: 200, json: { draft, savedAt: expect.any(String) }, headers: { 'cache-control': 'no-store' } });
    expect((await call(ann(), 'GET', '/v1/reviews/drafts')).json).toEqual({ drafts: [] });
    expect(await call(ann(), 'POST', `/v1/reviews/tasks/${held.taskId}/release`, { ...held, body: { reason: 'later' } })).toMatchObject({ status: 204 });
    expect((await call(ann(), 'GET', '/v1/reviews/drafts')).json['drafts']).toMatchObject([{ taskId: held.taskId, decisionType: 'digits.routing', open: true }]);
    expect((await call(ann(), 'GET', url)).json['draft']).toEqual(draft);
  });

  test('of somebody else, of another queue, of no task: the same answer', async () => {
    const [mine] = (await call(ann(), 'GET', '/v1/reviews/drafts')).json['drafts'] as Array<{ taskId: string }>;
    const answers = [];
    for (const [who, taskId] of [[bob(), mine?.taskId], [far(), mine?.taskId], [bob(), unknown]] as const) {
      const { status, json } = await call(who, 'GET', `/v1/reviews/tasks/${taskId}/draft`);
      answers.push({ status, ...json, requestId: '' });
    }
    expect(answers[0]).toMatchObject({ status: 404, refusal: 'task-not-found' });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect((await call(bob(), 'GET', '/v1/reviews/drafts')).json).toEqual({ drafts: [] });
  });

  test('need the claim, and have a size', async () => {
    const held = await claim(bob());
    const url = `/v1/reviews/tasks/${held.taskId}/draft`;
    expect(await call(bob(), 'PUT', url, { body: { draft } })).toMatchObject({ status: 428 });
    expect(await call(bob(), 'PUT', url, { etag: '"99"', body: { draft } })).toMatchObject({ status: 412, json: { refusal: 'claim-lost' } });
    expect(await call(ann(), 'PUT', url, { ...held, body: { draft } })).toMatchObject({ status: 412 });
    expect(await call(bob(), 'PUT', url, { ...held, body: { draft: { ...draft, reasoning: 'x'.repeat(20_001) } } })).toMatchObject({ status: 400 });
    expect(await call(bob(), 'PUT', url, { ...held, body: { draft: { ...draft, verdict: 'x' } } })).toMatchObject({ status: 400 });
    const large = { output: { content: '語'.repeat(199_000) } };
    expect(await call(bob(), 'PUT', url, { ...held, body: { draft: large } })).toMatchObject({ status: 413, json: { refusal: 'draft-too-large' } });
    expect(await call(bob(), 'PUT', url, { ...held, body: { draft: null } })).toMatchObject({ status: 204 });
    await clear();
  });
});

describe('handing over', () => {
  test('names colleagues of the queue, and gives the task to one of them', async () => {
    const held = await claim(ann());
    const url = `/v1/reviews/tasks/${held.taskId}`;
    expect((await call(ann(), 'GET', `${url}/colleagues`)).json).toEqual({ colleagues: [{ personId: 'bob', name: 'bob', available: true }] });
    expect(await call(bob(), 'GET', `${url}/colleagues`)).toMatchObject({ status: 404 });
    const body = { to: 'bob', reason: 'He reads this hand.' };
    expect(await call(ann(), 'POST', `${url}/hand-over`, { body })).toMatchObject({ status: 428 });
    expect(await call(bob(), 'POST', `${url}/hand-over`, { ...held, body })).toMatchObject({ status: 412 });
    expect(await call(ann(), 'POST', `${url}/hand-over`, { ...held, body: { ...body, to: 'far' } })).toMatchObject({ status: 422, json: { refusal: 'not-eligible', field: 'to' } });
    expect(await call(ann(), 'POST', `${url}/hand-over`, { ...held, body: { to: 'bob' } })).toMatchObject({ status: 400 });
    expect(await call(ann(), 'POST', `${url}/hand-over`, { ...held, body })).toMatchObject({ status: 204 });
    // The answer was lost, and is asked for again: the claim is gone.
    expect(await call(ann(), 'POST', `${url}/hand-over`, { ...held, body })).toMatchObject({ status: 412 });
    expect(await call(ann(), 'POST', '/v1/reviews/claims', { body: { taskId: held.taskId } })).toMatchObject({ status: 404 });
    expect(await call(far(), 'POST', '/v1/reviews/claims', { body: { taskId: held.taskId } })).toMatchObject({ status: 404 });
    expect((await claim(bob())).taskId).toBe(held.taskId);
    await clear();
  });
});

test('how things stand is said to each of themselves', async () => {
  const held = await claim(ann());
  const { status, json } = await call(ann(), 'GET', '/v1/reviews/me');
  expect(status).toBe(200);
  expect(json).toMatchObject({ claims: 1, claimsMax: 3, available: true, softCapPerHour: 60, nudge: null });
  expect((json['waiting'] as { open: number }).open).toBeGreaterThan(0);
  expect((await call(far(), 'GET', '/v1/reviews/me')).json).toMatchObject({ claims: 0, judgedLastHour: 0, softCapPerHour: null, waiting: { open: 0, overdue: 0, nextDueAt: null } });
  expect(held.prefetched).toBe(false);
  await clear();
});

describe('supervisors', () => {
  test('see the queues with a forecast, who holds what, and who is at work', async () => {
    const held = await claim(ann());
    const queues = (await call(sue(), 'GET', '/v1/reviews/queues')).json['queues'] as Array<Record<string, unknown>>;
    expect(queues).toMatchObject([{ queue: 'digits.routing/standard', claimed: 1, forecast: { judgedLastHour: expect.any(Number) }, qualified: { people: 2, available: 2 } }]);
    const first = (await call(sue(), 'GET', '/v1/reviews/tasks?limit=2')).json as { tasks: object[]; next: string };
    expect(first.tasks).toHaveLength(2);
    const second = (await call(sue(), 'GET', `/v1/reviews/tasks?limit=2&after=${first.next}`)).json as { tasks: object[] };
    expect(second.tasks[0]).not.toEqual(first.tasks[0]);
    expect((await call(sue(), 'GET', '/v1/reviews/tasks?state=claimed&queue=digits.routing/standard')).json).toMatchObject({ tasks: [{ taskId: held.taskId, claimant: 'ann', claimantName: 'ann', reservedFor: null }], next: null });
    expect(await call(sue(), 'GET', '/v1/reviews/tasks?after=nonsense')).toMatchObject({ status: 400, json: { field: 'after' } });
    expect(await call(sue(), 'GET', '/v1/reviews/tasks?state=closed')).toMatchObject({ status: 400 });
    expect((await call(sue(), 'GET', '/v1/reviews/people')).json['people']).toContainEqual({ personId: 'ann', name: 'ann', available: true, claims: 1, lastSeenAt: expect.any(String) });
    await clear();
  });

  test('reassign with a reason, which ends the claim, and release all that somebody holds', async () => {
    const held = await claim(ann());
    const url = `/v1/reviews/tasks/${held.taskId}/reassign`;
    expect(await call(sue(), 'POST', url, { body: { to: 'bob' } })).toMatchObject({ status: 400 });
    expect(await call(sue(), 'POST', url, { body: { to: 'far', reason: 'x' } })).toMatchObject({ status: 422 });
    expect(await call(sue(), 'POST', `/v1/reviews/tasks/${unknown}/reassign`, { body: { to: null, reason: 'x' } })).toMatchObject({ status: 404 });
    expect(await call(sue(), 'POST', url, { body: { to: 'bob', reason: 'Ann is ill.' } })).toMatchObject({ status: 204 });
    expect(await call(ann(), 'POST', `/v1/reviews/tasks/${held.taskId}/heartbeat`, { ...held, body: { focused: true, activeMs: 1 } })).toMatchObject({ status: 412 });
    expect((await call(sue(), 'GET', '/v1/reviews/tasks?state=open')).json['tasks']).toContainEqual(expect.objectContaining({ taskId: held.taskId, reservedFor: 'bob' }));
    await claim(bob());
    expect((await call(sue(), 'POST', '/v1/reviews/people/bob/release-claims', { body: { reason: 'Bob is ill too.' } })).json).toEqual({ released: 1 });
    expect(await call(sue(), 'POST', '/v1/reviews/people/nobody/release-claims', { body: { reason: 'x' } })).toMatchObject({ status: 404, json: { refusal: 'person-not-found' } });
  });

  test('alone may do so; and are no reviewers', async () => {
    const held = await claim(ann());
    const supervising: Array<[Method, string, object?]> = [
      ['GET', '/v1/reviews/queues'], ['GET', '/v1/reviews/tasks'], ['GET', '/v1/reviews/people'],
      ['POST', `/v1/reviews/tasks/${held.taskId}/reassign`, { to: 'ann', reason: 'x' }], ['POST', '/v1/reviews/people/bob/release-claims', { reason: 'x' }],
    ];
    for (const [method, url, body] of supervising) {
      for (const who of [ann(), running.token('old', 'senior'), running.token('pipe', 'pipeline'), running.token('root', 'admin')]) {
        expect([url, (await call(who, method, url, body === undefined ? {} : { body })).status]).toEqual([url, 403]);
      }
      expect([url, (await call('', method, url, body === undefined ? {} : { body })).status]).toEqual([url, 401]);
    }
    const working: Array<[Method, string, object?]> = [
      ['GET', '/v1/reviews/me'], ['GET', '/v1/reviews/drafts'], ['GET', `/v1/reviews/tasks/${held.taskId}/draft`], ['GET', `/v1/reviews/tasks/${held.taskId}/colleagues`],
      ['PUT', `/v1/reviews/tasks/${held.taskId}/draft`, { draft: null }], ['POST', `/v1/reviews/tasks/${held.taskId}/hand-over`, { to: 'bob', reason: 'x' }],
    ];
    for (const [method, url, body] of working) {
      for (const who of [sue(), running.token('pipe', 'pipeline'), running.token('aud', 'auditor')]) {
        expect([url, (await call(who, method, url, { etag: held.etag, ...(body === undefined ? {} : { body }) })).status]).toEqual([url, 403]);
      }
    }
    await clear();
  });
});

test('what was given away is on the record, once, also after a restart', async () => {
  await running.restart();
  await running.service.drain(drainMs);
  const events = (await running.readAll('reviews.changed')).flatMap((event) => ('record' in event && event.record === 'TaskReassigned' ? [event.value] : []));
  expect(events.map(({ actor, reviewer, to, reserved, reason }) => ({ actor, reviewer, to, reserved, reason })).sort((one, two) => (one.actor ?? '').localeCompare(two.actor ?? ''))).toEqual([
    { actor: 'ann', reviewer: 'ann', to: 'bob', reserved: true, reason: 'He reads this hand.' },
    { actor: 'sue', reviewer: 'ann', to: 'bob', reserved: true, reason: 'Ann is ill.' },
  ]);
  const drafts = JSON.stringify((await running.readAll('reviews.changed')).map((event) => ('record' in event ? event.value : {})));
  expect(drafts).not.toContain('Half a sentence');
});

test('what somebody put aside, and what was handed to them, is theirs to see and nobody else\'s', async () => {
  const keptOf = async (who: string) => (await call(who, 'GET', '/v1/reviews/me')).json['kept'];
  const aside = await claim(ann());
  await call(ann(), 'GET', `/v1/reviews/tasks/${aside.taskId}/presentation`, aside);
  const { json } = await call(ann(), 'POST', `/v1/reviews/tasks/${aside.taskId}/hold`, { ...aside, body: { reason: 'Waiting for a call back.', forMs: 60_000 } });
  const given = await claim(ann());
  await call(ann(), 'POST', `/v1/reviews/tasks/${given.taskId}/hand-over`, { ...given, body: { to: 'bob', reason: 'He reads this hand.' } });
  expect(await keptOf(ann())).toMatchObject([{ taskId: aside.taskId, how: 'held', until: json['heldUntil'] }]);
  expect(await keptOf(bob())).toMatchObject([{ taskId: given.taskId, how: 'reserved' }]);
  expect(await keptOf(far())).toEqual([]);
  await clear();
});
