import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';
import { hourUs, plannedEvent, proposal, reasoningText, routedEvent } from '../testing/scenario.ts';

let running: Running;
const drainMs = 20_000;

beforeAll(async () => {
  running = await runReview();
  // Before it has its partitions, nothing that was sent is on its way to it.
  await until(async () => (await running.service.readiness()).ready);
}, 60_000);

afterAll(async () => {
  await running.close();
}, 30_000);

type Answer = { status: number; headers: string; body: string; bytes: number };

/** What may differ between two tasks of any kind: random ids, instants, the digest of what has them, and the client's own words. */
function withoutOwn(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid')
    // What was judged before, by whomever, moves the forecast of a queue.
    .replaceAll(/"forecast":\{[^}]*\}/g, 'forecast')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'instant')
    .replaceAll(/[0-9a-f]{64}/g, 'digest')
    .replaceAll(/"(oldestAgeMs)":\d+/g, '"$1":0')
    // Clocks, and how many requests came before.
    .replaceAll(/"(date|x-ratelimit-reset|x-ratelimit-remaining)":"[^"]*"/g, '"$1":""')
    .replaceAll(/Looked at the whole case closely: [^"]*/g, 'words');
}

/** One person's requests and all that came back. */
function client(token: string) {
  const traffic: Answer[] = [];
  const send = async (method: 'GET' | 'POST', url: string, body?: object, etag?: string) => {
    const request: InjectOptions = { method, url, headers: { authorization: token, ...(etag === undefined ? {} : { 'if-match': etag }) } };
    const answer = await running.http.inject(body === undefined ? request : { ...request, payload: body });
    const { 'content-length': length, ...headers } = answer.headers;
    const text = withoutOwn(answer.body);
    // How long ago the oldest was opened has more digits in one run than in another, and a forecast follows what was judged before; all else has a length of its own.
    const passing = [/"oldestAgeMs":\d+/, /"forecast":\{[^}]*\}/].reduce((length, part) => length + (part.exec(answer.body)?.[0].length ?? 0), 0);
    expect(length === undefined || Number(length) === answer.rawPayload.length).toBe(true);
    traffic.push({ status: answer.statusCode, headers: withoutOwn(JSON.stringify(headers)), body: text, bytes: answer.rawPayload.length - passing });
    return { json: answer.headers['content-type']?.toString().includes('json') === true ? answer.json<Record<string, unknown>>() : {}, headers: answer.headers };
  };
  return { traffic, send };
}

/** Everything that a reviewer's client can do with a task, from an empty queue to one's own history. */
async function work(who: string, decisionId: string): Promise<Answer[]> {
  const { traffic, send } = client(running.token(who, 'reviewer'));
  const supervisor = client(running.token('sue', 'supervisor'));
  await supervisor.send('GET', '/v1/reviews/queues');
  const claimed = (await send('POST', '/v1/reviews/claims', {})).json['claim'] as { taskId: string; etag: string };
  const url = `/v1/reviews/tasks/${claimed.taskId}`;
  await send('POST', '/v1/reviews/claims', { taskId: claimed.taskId });
  await send('GET', '/v1/reviews/claims');
  const presentationDigest = (await send('GET', `${url}/presentation`, undefined, claimed.etag)).headers['x-presentation-digest'];
  await send('POST', `${url}/painted`, { presentationDigest }, claimed.etag);
  await send('POST', `${url}/heartbeat`, { focused: true, activeMs: 0 }, claimed.etag);
  const judgement = (answer: string) => ({ answer, reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest });
  await send('POST', `${url}/judgement`, { ...judgement('none of these') }, claimed.etag);
  await send('POST', `${url}/judgement`, { answer: '7', decision: 'approve', reasonCodes: [], reasoning: 'x', presentationDigest }, claimed.etag);
  await send('POST', `${url}/escalate`, { note: 'Is this a seven?' }, '"9"');
  await send('POST', `${url}/judgement`, judgement('3'), claimed.etag);
  const watcher = client(running.token('tim', 'supervisor'));
  await until(async () => ((await watcher.send('GET', `/v1/reviews/decisions/mailroom/${decisionId}`)).json['tasks'] as Array<{ state: string }>).every(({ state }) => state === 'closed'));
  await running.service.drain(drainMs);
  await send('POST', `${url}/undo`, undefined, claimed.etag);
  await send('POST', `${url}/judgement`, judgement('3'), claimed.etag);
  await send('GET', `${url}/presentation`, undefined, claimed.etag);
  await send('GET', '/v1/reviews/history');
  await send('POST', '/v1/reviews/claims', {});
  await supervisor.send('GET', '/v1/reviews/queues');
  await supervisor.send('GET', '/v1/reviews/findings');
  return [...traffic, ...supervisor.traffic];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + drainMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('not in time');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('an exercise and the ordinary hidden task of a twin are alike, byte for byte, in everything that comes back', async () => {
  for (const who of ['ann', 'bob', 'cat']) await client(running.token(who, 'reviewer')).send('POST', '/v1/reviews/claims', {});
  const now = Date.now() * 1000;
  const twin = (decisionId: string) => running.accepted(proposal(decisionId), now);
  const { policyVersion } = running;
  await running.sendRouted(routedEvent(twin('live'), 'live', now, { policyVersion, form: 'hidden', severity: 'low' }));
  await running.service.drain(drainMs);
  const ordinary = await work('ann', 'live');
  // Accepted a month ago, and not by the policy of today.
  await running.sendPlanned(plannedEvent(twin('past'), 'past', now, { policyVersion, askedPolicyVersion: policyVersion, truth: '7', acceptedAt: now - 720 * hourUs }));
  await running.service.drain(drainMs);
  const exercise = await work('bob', 'past');
  expect(exercise).toEqual(ordinary);
  expect(ordinary.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 202, 204, 409, 412, 422]));
  // The comparison can tell: of a case that is longer by one letter.
  const other = { ...proposal('longer'), input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.from('the case itself.'), uri: null, sha256: null }] } };
  await running.sendPlanned(plannedEvent(running.accepted(other, now), 'longer', now, { policyVersion, askedPolicyVersion: policyVersion }));
  await running.service.drain(drainMs);
  expect(await work('cat', 'longer')).not.toEqual(ordinary);
}, 120_000);

test('nobody but supervisors learns of it: what went out names it, to the log alone', async () => {
  const records = (await running.readAll('reviews.changed')).flatMap((event) => ('record' in event && event.value.decisionId === 'past' ? [event] : []));
  expect(records.map(({ record }) => record)).toEqual(['TaskOpened', 'TaskClaimed', 'TaskPresented', 'JudgementSubmitted', 'JudgementFinalised', 'CalibrationScored', 'TaskClosed']);
  expect(records.find(({ record }) => record === 'CalibrationScored')?.value).toMatchObject({ reviewer: 'bob', right: false, aiRight: true });
  const resolved = (await running.readAll('decisions.resolved')).flatMap((event) => ('value' in event ? [event.value.decisionId] : []));
  expect(resolved).toEqual(['live']);
});
