import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verdictEventId } from '@countersign/contracts';
import type { InjectOptions } from 'fastify';
import { runReview } from './testing/running-review.ts';
import type { Running } from './testing/running-review.ts';
import { proposal, reasoningText, routedEvent, selectedEvent } from './testing/scenario.ts';
import type { RoutedChange } from './testing/scenario.ts';

let running: Running;
const drainMs = 20_000;

beforeAll(async () => {
  running = await runReview();
}, 60_000);

afterAll(async () => {
  await running.close();
}, 30_000);

function routed(decisionId: string, change: RoutedChange = {}) {
  const now = Date.now() * 1000;
  return routedEvent(running.accepted(proposal(decisionId), now), decisionId, now, { policyVersion: running.policyVersion, ...change });
}

async function call(who: string, method: 'GET' | 'POST' | 'PUT', url: string, options: { body?: object; etag?: string; headers?: Record<string, string> } = {}) {
  const request: InjectOptions = { method, url, headers: { authorization: who, ...(options.etag === undefined ? {} : { 'if-match': options.etag }), ...options.headers } };
  const answer = await running.http.inject(options.body === undefined ? request : { ...request, payload: options.body });
  const json = answer.headers['content-type']?.toString().includes('json') === true ? answer.json<Record<string, unknown>>() : {};
  return { status: answer.statusCode, json, headers: answer.headers };
}

type Claimed = { taskId: string; etag: string };

async function claim(who: string): Promise<Claimed> {
  const { json } = await call(who, 'POST', '/v1/reviews/claims', { body: {} });
  expect(json['outcome']).toBe('claimed');
  return json['claim'] as Claimed;
}

async function judgeOver(who: string, opinion: object): Promise<Claimed> {
  const held = await claim(who);
  const url = `/v1/reviews/tasks/${held.taskId}`;
  const shown = await call(who, 'GET', `${url}/presentation`, held);
  const presentationDigest = shown.headers['x-presentation-digest'];
  expect(await call(who, 'POST', `${url}/painted`, { ...held, body: { presentationDigest } })).toMatchObject({ status: 204 });
  const body = { reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest, ...opinion };
  expect(await call(who, 'POST', `${url}/judgement`, { ...held, body })).toMatchObject({ status: 202 });
  return held;
}

/** Waits for a state with a deadline: deadlines are carried out by a schedule of their own. */
async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + drainMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function finished(decisionId: string) {
  const supervisor = running.token('sue', 'supervisor');
  const read = async () => (await call(supervisor, 'GET', `/v1/reviews/decisions/mailroom/${decisionId}`)).json;
  const state = await eventually(read, (json) => json['finishedAt'] !== null && json['finishedAt'] !== undefined);
  await running.service.drain(drainMs);
  return state;
}

test('is ready once it reads its partitions', async () => {
  const read = async () => await running.service.readiness();
  expect(await eventually(read, ({ ready }) => ready)).toEqual({ ready: true, reasons: [] });
});

describe('over Kafka and HTTP', () => {
  test('a routed decision becomes a task, a judgement, and one verdict on Kafka', async () => {
    await running.sendRouted(routed('one'), routed('one'));
    await running.service.drain(drainMs);
    const ann = running.token('ann', 'reviewer');
    await judgeOver(ann, { decision: 'modify', reasonCodes: ['misread'], output: { label: '3', content: '3', mediaType: 'text/plain' } });
    expect(await finished('one')).toMatchObject({ verdict: 'modified' });
    const verdicts = await running.readAll('decisions.resolved');
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).toMatchObject({ value: { eventId: verdictEventId('mailroom', 'one'), verdict: 'modified', outputLabel: '3', signers: ['ann'], resolvedBy: 'review' } });
    const records = (await running.readAll('reviews.changed')).map((event) => ('record' in event ? event.record : 'undecodable'));
    expect(records).toEqual(['TaskOpened', 'TaskClaimed', 'TaskPresented', 'JudgementSubmitted', 'JudgementFinalised', 'TaskClosed']);
    expect((await running.readAll('access.changed'))[0]).toMatchObject({ value: { personId: 'ann', queues: ['*'] } });
    expect(await running.readAll('contents.recorded')).toHaveLength(1);
  });

  test('delivery again, from the beginning and by a second instance, changes nothing', async () => {
    const before = await running.readAll('reviews.changed');
    await running.sendRouted(routed('one'));
    await running.restart();
    await running.service.drain(drainMs);
    expect(await running.readAll('reviews.changed')).toHaveLength(before.length);
    expect(await running.readAll('decisions.resolved')).toHaveLength(1);
  });

  test('an automatic decision leaves no task; its spot check does, and emits no verdict', async () => {
    const now = Date.now() * 1000;
    await running.sendRouted(routed('auto', { route: 'auto', verdictBy: 'routing', kind: 'auto-approved' }));
    await running.sendSelected(selectedEvent(running.accepted(proposal('auto'), now), 'auto', now, { policyVersion: running.policyVersion }));
    await running.service.drain(drainMs);
    await judgeOver(running.token('ann', 'reviewer'), { answer: '3' });
    const supervisor = running.token('sue', 'supervisor');
    const second = running.token('bob', 'senior');
    await eventually(async () => (await call(supervisor, 'GET', '/v1/reviews/queues')).json, (json) => JSON.stringify(json).includes('"open":1'));
    await judgeOver(second, { answer: '3' });
    const list = async () => (await call(supervisor, 'GET', '/v1/reviews/findings?state=open')).json['findings'] as Array<{ findingId: string }>;
    const [finding] = await eventually(list, (findings) => findings.length === 1);
    const url = `/v1/reviews/findings/${finding?.findingId ?? ''}/disposition`;
    expect(await call(supervisor, 'POST', url, { body: { action: 'incident', note: 'x' } })).toMatchObject({ status: 400 });
    expect(await call(supervisor, 'POST', url, { body: { action: 'reverse', note: 'Two judges read a 3.' } })).toMatchObject({ status: 200, json: { state: 'reversed' } });
    await running.service.drain(drainMs);
    expect(await running.readAll('decisions.reversed')).toHaveLength(1);
    expect(await running.readAll('decisions.resolved')).toHaveLength(1);
  });
});

describe('the API', () => {
  test('says what is wrong and what to do', async () => {
    const ann = running.token('ann', 'reviewer');
    await running.sendRouted(routed('wrong'));
    await running.service.drain(drainMs);
    expect(await call('', 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 401 });
    expect(await call(running.token('pipe', 'pipeline'), 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 403 });
    const held = await claim(ann);
    const url = `/v1/reviews/tasks/${held.taskId}`;
    expect((await call(ann, 'GET', '/v1/reviews/claims')).json['claims']).toEqual([{ ...held, judged: false }]);
    expect(await call(ann, 'POST', `${url}/release`, { body: { reason: 'x' } })).toMatchObject({ status: 428 });
    expect(await call(ann, 'POST', `${url}/release`, { etag: '"99"', body: { reason: 'x' } })).toMatchObject({ status: 412, json: { refusal: 'claim-lost', remedy: 'Claim the task again, if it is still open; what you sent was not recorded.' } });
    const early = { reasonCodes: ['clear'], reasoning: reasoningText(), decision: 'approve', presentationDigest: '0'.repeat(64) };
    expect(await call(ann, 'POST', `${url}/judgement`, { ...held, body: early })).toMatchObject({ status: 409, json: { refusal: 'not-painted' } });
    expect(await call(ann, 'POST', `${url}/heartbeat`, { ...held, body: { focused: true, activeMs: 10 } })).toMatchObject({ status: 200 });
    expect(await call(ann, 'POST', `${url}/escalate`, { ...held, body: { note: 'beyond me' } })).toMatchObject({ status: 204 });
    expect(await call(ann, 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 200, json: { outcome: 'empty' } });
    expect(await call(ann, 'GET', '/v1/reviews/queues')).toMatchObject({ status: 403 });
    expect((await call(ann, 'GET', '/v1/reviews/history')).json['judgements']).toHaveLength(2);
  });

  test('enters people, and refuses those who are not active or were changed meanwhile', async () => {
    const admin = running.token('root', 'admin');
    const person = { name: 'Zoe', roles: ['reviewer'], queues: ['digits.routing'], active: false };
    const put = await call(admin, 'PUT', '/v1/people/zoe', { body: person });
    expect(put).toMatchObject({ status: 200, json: { etag: '"1"' } });
    expect(await call(running.token('zoe', 'reviewer'), 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 403, json: { refusal: 'person-inactive' } });
    expect(await call(admin, 'PUT', '/v1/people/zoe', { etag: '"7"', body: person })).toMatchObject({ status: 412 });
    expect(await call(admin, 'PUT', '/v1/people/zoe', { etag: '"1"', body: { ...person, active: true } })).toMatchObject({ status: 200 });
    expect(await call(running.token('zoe', 'reviewer'), 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 200 });
    expect((await call(admin, 'GET', '/v1/people')).json['people']).toContainEqual({ personId: 'zoe', ...person, active: true, available: true, claimsMax: null, etag: '"2"' });
  });

  test('says what people are called to whoever has their ids, and to no machine', async () => {
    const admin = running.token('ada', 'admin');
    expect(await call(admin, 'PUT', '/v1/people/0f6c2f4e', { body: { name: 'Lena Ort', roles: ['reviewer'], queues: [] } })).toMatchObject({ status: 200 });
    const names = (who: string, query: string) => call(who, 'GET', `/v1/reviews/names${query}`);
    expect(await names(running.token('otto', 'auditor'), '?id=0f6c2f4e&id=routing&id=0f6c2f4e')).toMatchObject({ status: 200, json: { names: [{ personId: '0f6c2f4e', name: 'Lena Ort' }] } });
    expect((await names(admin, '?id=0f6c2f4e')).json).toEqual({ names: [{ personId: '0f6c2f4e', name: 'Lena Ort' }] });
    expect((await names(admin, '?id=constructor')).json).toEqual({ names: [] });
    expect(await names(running.token('pipe', 'pipeline'), '?id=0f6c2f4e')).toMatchObject({ status: 403 });
    for (const query of ['', '?id=', '?id=%00', `?${'id=a&'.repeat(101)}`]) expect(await names(admin, query)).toMatchObject({ status: 400 });
  });

  test('says whose id a name is to whoever searches the record, and to nobody else', async () => {
    const admin = running.token('ada', 'admin');
    for (let number = 0; number < 11; number += 1) expect(await call(admin, 'PUT', `/v1/people/7d1e-${number}`, { body: { name: `Éva Many ${number}`, roles: ['reviewer'], queues: [] } })).toMatchObject({ status: 200 });
    const find = (who: string, query: string) => call(who, 'GET', `/v1/reviews/names/search${query}`);
    const auditor = running.token('otto', 'auditor');
    expect(await find(auditor, '?q=eva%20MANY%207')).toMatchObject({ status: 200, json: { names: [{ personId: '7d1e-7', name: 'Éva Many 7' }] } });
    expect((await find(auditor, '?q=7d1e-3')).json).toEqual({ names: [{ personId: '7d1e-3', name: 'Éva Many 3' }] });
    expect((await find(auditor, '?q=many')).json['names']).toHaveLength(10);
    expect((await find(auditor, '?q=nobody')).json).toEqual({ names: [] });
    for (const query of ['', '?q=', '?q=%00']) expect(await find(auditor, query)).toMatchObject({ status: 400 });
    for (const role of ['reviewer', 'admin', 'supervisor', 'pipeline'] as const) expect(await find(running.token('other', role), '?q=eva')).toMatchObject({ status: 403 });
  });

  test('enters only somebody new where that is asked, and finds people by name, page by page', async () => {
    const admin = running.token('root', 'admin');
    const person = { name: 'Ínes Oduya', roles: ['reviewer'], queues: [] };
    const only = { 'if-none-match': '*' };
    expect(await call(admin, 'PUT', '/v1/people/ines', { headers: only, body: person })).toMatchObject({ status: 200, json: { etag: '"1"' } });
    expect(await call(admin, 'PUT', '/v1/people/ines', { headers: only, body: { ...person, name: 'Another' } })).toMatchObject({
      status: 412, json: { code: 'precondition-failed', refusal: 'person-known', field: 'personId', detail: 'Ínes Oduya is entered as ines already.', remedy: expect.stringContaining('Change their entry') },
    });
    expect((await call(admin, 'GET', '/v1/people/ines')).json).toMatchObject({ name: 'Ínes Oduya', etag: '"1"' });
    for (const headers of [{ 'if-none-match': '"1"' }, { ...only, 'if-match': '"1"' }]) expect(await call(admin, 'PUT', '/v1/people/ines', { headers, body: person })).toMatchObject({ status: 400 });
    expect((await call(admin, 'PUT', '/v1/people/ines-2', { headers: only, body: person })).status).toBe(200);
    const first = (await call(admin, 'GET', '/v1/people?q=INES&limit=1')).json as { people: Array<{ personId: string }>; next: string };
    const second = (await call(admin, 'GET', `/v1/people?q=INES&limit=1&after=${first.next}`)).json as typeof first;
    expect([first, second].map(({ people }) => people.map(({ personId }) => personId))).toEqual([['ines'], ['ines-2']]);
    expect(second.next).toBeNull();
    expect((await call(admin, 'GET', '/v1/people?q=nobody-of-that-name')).json).toEqual({ people: [], next: null });
    for (const query of ['q=%00', 'after=ines', `after=${Buffer.from('a\u0000b\u0000c').toString('base64url')}`]) expect(await call(admin, 'GET', `/v1/people?${query}`)).toMatchObject({ status: 400 });
    expect(await call(running.token('rita', 'reviewer'), 'GET', '/v1/people?q=a')).toMatchObject({ status: 403 });
  });

  test('says of whoever is away who said so; roles and queues are checked as they are entered', async () => {
    const [admin, supervisor, may] = [running.token('root', 'admin'), running.token('sue', 'supervisor'), running.token('may', 'reviewer')];
    const person = { name: 'May', roles: ['reviewer'], queues: ['digits.ruoting'], claimsMax: 2 };
    expect(await call(admin, 'PUT', '/v1/people/may', { body: { ...person, roles: ['reviwer'] } })).toMatchObject({ status: 400, json: { field: 'roles[0]', detail: expect.stringMatching(/^roles\[0\] must be one of: pipeline, reviewer, senior/) } });
    expect(await call(admin, 'PUT', '/v1/people/may', { body: person })).toMatchObject({ status: 200, json: { available: true, claimsMax: 2, warnings: ['No policy is in force for the decision type of digits.ruoting. Did you mean digits.routing?'] } });
    expect((await call(admin, 'PUT', '/v1/people/may', { body: { ...person, queues: ['digits.routing'] } })).json['warnings']).toEqual([]);
    expect(await call(may, 'PUT', '/v1/people/may/availability', { body: { available: false, reason: 'x' } })).toMatchObject({ status: 403 });
    expect(await call(may, 'PUT', '/v1/reviews/me/availability', { body: { available: false } })).toMatchObject({ status: 200, json: { available: false } });
    expect(await call(may, 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 409, json: { refusal: 'person-unavailable', remedy: expect.stringContaining('/v1/reviews/me/availability') } });
    expect(await call(supervisor, 'PUT', '/v1/people/may/availability', { body: { available: true } })).toMatchObject({ status: 400, json: { field: 'reason' } });
    expect(await call(supervisor, 'PUT', '/v1/people/may/availability', { body: { available: true, reason: 'Back early.' } })).toMatchObject({ status: 200, json: { personId: 'may', available: true, claimsMax: 2, etag: '"4"' } });
    expect(await call(may, 'POST', '/v1/reviews/claims', { body: {} })).toMatchObject({ status: 200 });
    expect(await call(admin, 'GET', '/v1/people/may')).toMatchObject({ status: 200, json: { ...person, queues: ['digits.routing'], etag: '"4"' }, headers: { etag: '"4"' } });
    expect(await call(admin, 'GET', '/v1/people/nobody')).toMatchObject({ status: 404, json: { refusal: 'person-not-found' } });
    expect(await call(admin, 'PUT', '/v1/people/api-key%2Fk3v8q1m0z7tp', { body: person })).toMatchObject({ status: 422, json: { refusal: 'person-id-reserved' } });
    await running.service.drain(drainMs);
    const told = (await running.readAll('access.changed')).flatMap((event) => ('record' in event && event.record === 'PersonChanged' && event.value.personId === 'may' ? [event.value] : []));
    expect(told.map(({ actor, available, reason }) => [actor, available, reason])).toEqual([['root', true, null], ['root', true, null], ['may', false, null], ['sue', true, 'Back early.']]);
  });

  test('is described with examples', async () => {
    const { json } = await call('', 'GET', '/openapi.json');
    const paths = Object.keys(json['paths'] as object).filter((path) => path.startsWith('/v1/'));
    expect(paths).toEqual(expect.arrayContaining(['/v1/reviews/claims', '/v1/reviews/tasks/{taskId}/judgement', '/v1/people/{personId}']));
  });

  test('a decision due soon is rejected when nobody comes, without anybody asking', async () => {
    const now = Date.now() * 1000;
    await running.sendRouted(routed('due', { dueAt: now + 200_000, warnAt: now + 100_000, severity: 'low' }));
    expect(await finished('due')).toMatchObject({ verdict: 'rejected' });
    const kept = (await running.readAll('decisions.resolved')).flatMap((event) => ('record' in event && event.value.decisionId === 'due' ? [event.value.basis] : []));
    expect(kept).toEqual(['expiry']);
  });
});
