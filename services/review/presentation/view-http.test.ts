import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';
import { hourUs, proposal, reasoningText, routedEvent } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';

let running: Running;
const drainMs = 20_000;

beforeAll(async () => {
  running = await runReview({ COUNTERSIGN_REVIEW_UNDO_MS: '60000' });
}, 60_000);

afterAll(async () => {
  await running.close();
}, 30_000);

async function call(who: string, method: 'GET' | 'POST', url: string, options: { body?: object; etag?: string } = {}) {
  const headers = { authorization: running.token(who, 'senior'), ...(options.etag === undefined ? {} : { 'if-match': options.etag }) };
  const answer = await running.http.inject(options.body === undefined ? { method, url, headers } : { method, url, headers, payload: options.body });
  const json = answer.headers['content-type']?.toString().includes('json') === true ? answer.json<Record<string, unknown>>() : {};
  return { status: answer.statusCode, json, headers: answer.headers, text: answer.body };
}

type Claimed = { taskId: string; etag: string };

async function deliver(decisionId: string, change: RoutedChange = {}, at = Date.now() * 1000): Promise<void> {
  await running.sendRouted(routedEvent(running.accepted(proposal(decisionId), at), decisionId, at, { policyVersion: running.policyVersion, ...change }));
  await running.service.drain(drainMs);
}

async function claim(who: string): Promise<Claimed> {
  const { json } = await call(who, 'POST', '/v1/reviews/claims', { body: {} });
  expect(json['outcome']).toBe('claimed');
  return json['claim'] as Claimed;
}

async function show(who: string, { taskId, etag }: Claimed) {
  const shown = await call(who, 'GET', `/v1/reviews/tasks/${taskId}/presentation`, { etag });
  const digest = String(shown.headers['x-presentation-digest']);
  expect([shown.status, createHash('sha256').update(shown.text).digest('hex')]).toEqual([200, digest]);
  expect((await call(who, 'POST', `/v1/reviews/tasks/${taskId}/painted`, { etag, body: { presentationDigest: digest } })).status).toBe(204);
  return { ...shown, digest };
}

async function judge(who: string, { taskId, etag }: Claimed, opinion: object) {
  return await call(who, 'POST', `/v1/reviews/tasks/${taskId}/judgement`, { etag, body: { reasonCodes: ['clear'], reasoning: reasoningText(), ...opinion } });
}

describe('first-judge-then-see over HTTP', () => {
  test('nothing of the AI is in any byte before the first answer; that is final; only the second can be undone', async () => {
    await deliver('first-then-see', { form: 'first-judge-then-see' });
    const task = await claim('ann');
    const first = await show('ann', task);
    const received = JSON.stringify({ task, text: first.text, headers: first.headers });
    for (const secret of ['SECRET', '0.123456', 'mailroom', 'first-then-see', 'rule-1', 'medium']) expect(received).not.toContain(secret);
    expect(first.json).toMatchObject({ form: 'first-judge-then-see', stage: 'first', earlier: [] });

    const answered = await judge('ann', task, { answer: '3', presentationDigest: first.digest });
    expect(answered).toMatchObject({ status: 202, json: { revealed: true, etag: '"2"' }, headers: { etag: '"2"' } });
    const revealed = { taskId: task.taskId, etag: String(answered.json['etag']) };
    // The old fence is stale for everything; the first answer stands.
    expect(await call('ann', 'GET', `/v1/reviews/tasks/${task.taskId}/presentation`, { etag: task.etag })).toMatchObject({ status: 412, json: { refusal: 'claim-lost' } });
    for (const { etag } of [task, revealed]) expect(await call('ann', 'POST', `/v1/reviews/tasks/${task.taskId}/undo`, { etag })).toMatchObject({ status: 409, json: { refusal: 'undo-too-late' } });

    const second = await show('ann', revealed);
    expect(second.json).toMatchObject({ stage: 'second', firstAnswer: '3', trackRecord: null, earlier: [], proposal: { confidence: 0.123456, alternatives: [{ label: 'SECRET-ALTERNATIVE', mediaType: 'text/plain', content: '', encoding: 'text', probability: 0.1 }] } });
    const judged = await judge('ann', revealed, { decision: 'approve', presentationDigest: second.digest });
    expect([judged.status, Object.keys(judged.json)]).toEqual([202, ['judgementId', 'finalAt']]);
    const undone = await call('ann', 'POST', `/v1/reviews/tasks/${task.taskId}/undo`, { etag: revealed.etag });
    expect(undone).toMatchObject({ status: 200, json: { etag: '"3"' } });
    const again = await call('ann', 'GET', `/v1/reviews/tasks/${task.taskId}/presentation`, { etag: '"3"' });
    expect(again.text).toBe(second.text);

    await running.service.drain(drainMs);
    const changes = (await running.readAll('reviews.changed')).flatMap((event) => ('undecodable' in event ? [] : [event]));
    const given = changes.filter(({ record }) => record === 'FirstJudgementSubmitted').map(({ value }) => value);
    expect(given).toMatchObject([{ reviewer: 'ann', form: 'first-judge-then-see', answer: '3', override: true, presentationDigest: first.digest }]);
    expect((await call('ann', 'POST', `/v1/reviews/tasks/${task.taskId}/release`, { etag: '"3"', body: { reason: 'Enough of it.' } })).status).toBe(204);
  });

  test("another person's first answer is nobody's: not shown, not in the history, not under their fence", async () => {
    const { json } = await call('bob', 'POST', '/v1/reviews/claims', { body: {} });
    const task = json['claim'] as Claimed;
    const shown = await show('bob', task);
    expect(shown.json['stage']).toBe('first');
    expect(shown.json).not.toHaveProperty('firstAnswer');
    expect((await call('bob', 'GET', '/v1/reviews/history')).json).toEqual({ judgements: [], next: null });
    expect(await call('bob', 'POST', `/v1/reviews/tasks/${task.taskId}/undo`, { etag: '"1"' })).toMatchObject({ status: 409, json: { refusal: 'nothing-to-undo' } });
    await call('bob', 'POST', `/v1/reviews/tasks/${task.taskId}/release`, { etag: task.etag, body: { reason: 'Enough of it.' } });
  });
});

test('what Kafka brings stands beside later cases: automatic decisions about the subject, and outcomes', async () => {
  const subject = { subjectKind: 'customer', subjectId: 'c-1' };
  const now = Date.now() * 1000;
  await deliver('about-c-1', { ...subject, route: 'auto', kind: 'auto-approved', verdictBy: 'routing', queue: 'digits.routing/auto' }, now - hourUs);
  await running.sendOutcomes({ eventId: 'o1', occurredAt: now - 1000, system: 'mailroom', decisionId: 'about-c-1', actor: null, policyVersion: null, outcome: '7', observedAt: now - 1000, source: 'post office', decisionType: null });
  await deliver('of-c-1', { ...subject, severity: 'catastrophic' }, now);
  const task = await claim('cleo');
  const { json } = await show('cleo', task);
  expect(json['earlier']).toEqual([{ decisionId: 'about-c-1', decisionType: 'digits.routing', proposedAt: '2023-11-14T22:13:20.000Z', outputLabel: '7' }]);
  expect(running.crashes).toEqual([]);
  await call('cleo', 'POST', `/v1/reviews/tasks/${task.taskId}/release`, { etag: task.etag, body: { reason: 'Enough of it.' } });
});

test('the history of a type and of a time is part of the history, and nothing else', async () => {
  await deliver('in-history', { severity: 'catastrophic' });
  const task = await claim('dan');
  const { digest } = await show('dan', task);
  const before = new Date().toISOString();
  expect((await judge('dan', task, { decision: 'approve', presentationDigest: digest })).status).toBe(202);
  const lengthOf = async (query: string) => ((await call('dan', 'GET', `/v1/reviews/history?${query}`)).json['judgements'] as unknown[]).length;
  const later = new Date(Date.now() + 60_000).toISOString();
  expect([await lengthOf(''), await lengthOf('decisionType=digits.routing'), await lengthOf('decisionType=digits'), await lengthOf(`from=${later}`), await lengthOf(`to=${later}`), await lengthOf(`to=${before}`), await lengthOf(`from=${before}&to=${later}&limit=1`)]).toEqual([1, 1, 0, 0, 1, 0, 1]);
  for (const query of ['from=yesterday', 'to=', 'state=final', "decisionType='"]) expect([query, (await call('dan', 'GET', `/v1/reviews/history?${query}`)).status]).toEqual([query, query.startsWith('decisionType') ? 200 : 400]);
});
