import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { decisionKey, derivedEventId } from '@countersign/contracts';
import { Publisher, sha256 } from '@countersign/kit';
import { TestStack } from '../../tests/harness/stack.ts';
import { readTopic } from '../../tests/harness/topics.ts';

let stack: TestStack;
const post = async (path: string, body: unknown, headers?: Record<string, string>) => await stack.call('pipe', 'pipeline', 'POST', path, body, headers);

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['intake']);
}, 90_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

function decision(decisionId: string, change: object = {}) {
  return {
    system: 'credit scoring/eu', decisionId, decisionType: 'credit.application', input: { parts: [{ name: 'application', mediaType: 'application/json', content: '{"income":41000}' }] },
    output: { label: 'deny' }, reasoning: { summary: 'The instalment exceeds a third of the income.' }, confidence: 0.83,
    provenance: { model: { name: 'credit-gbm', version: '3.1.0' } }, action: { description: 'Send the denial letter.' }, ...change,
  };
}

describe('POST /v1/decisions', () => {
  test('answers 202 with where to read it, and the decision is accepted', async () => {
    const answer = await post('/v1/decisions', decision('a/1'));
    expect([answer.status, answer.headers.get('location')]).toEqual([202, '/v1/decisions/credit%20scoring%2Feu/a%2F1']);
    await stack.services?.services.get('intake')?.drain(20_000);
    expect((await stack.call('pipe', 'pipeline', 'GET', answer.headers.get('location') ?? '')).json).toMatchObject({ state: 'accepted', policyVersion: 'fail-closed' });
    const [accepted] = await readTopic(stack, 'decisions.accepted');
    expect(accepted?.event.value).toMatchObject({ channel: 'http', decisionId: 'a/1' });
  });

  test('an id as long as one may be is read where the answer says', async () => {
    const system = 'ü'.repeat(200);
    for (const decisionId of ['d'.repeat(128), 'é/'.repeat(64)]) {
      const answer = await post('/v1/decisions', decision(decisionId, { system }));
      expect(answer.status).toBe(202);
      await stack.services?.services.get('intake')?.drain(20_000);
      expect((await stack.call('pipe', 'pipeline', 'GET', answer.headers.get('location') ?? '')).json).toMatchObject({ state: 'accepted', decisionId });
    }
  });

  test('the same again is 202, other content is 409', async () => {
    expect((await post('/v1/decisions', decision('a/1'))).status).toBe(202);
    const other = await post('/v1/decisions', decision('a/1', { confidence: 0.2 }));
    expect([other.status, other.json['code'], other.json['field']]).toEqual([409, 'conflict', 'decisionId']);
    expect(other.headers.get('content-type')).toContain('application/problem+json');
  });

  test.each<[string, object, string]>([
    ['a confidence above one', { confidence: 1.5 }, 'confidence'],
    ['no summary', { reasoning: { summary: '' } }, 'reasoning.summary'],
    ['a case of empty parts', { input: { parts: [{ name: 'application', mediaType: 'application/json', content: '' }] } }, 'input.parts'],
    ['a proposal from tomorrow', { proposedAt: new Date(Date.now() + 86_400_000).toISOString() }, 'proposedAt'],
  ])('refuses %s with the code and the field of the consumer', async (_what, change, field) => {
    const answer = await post('/v1/decisions', decision('refused', change));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.json).toMatchObject({ field, refusal: expect.any(String) });
  });

  test('refuses what is no JSON, too long, unknown to the schema, or unauthenticated, each with its status', async () => {
    const raw = async (body: string, type: string, token?: string) => {
      const headers: Record<string, string> = { 'content-type': type, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      return (await fetch(`${stack.services?.url ?? ''}/v1/decisions`, { method: 'POST', headers, body })).status;
    };
    const token = await stack.token('pipe', 'pipeline');
    const statuses = [
      await raw('{', 'application/json', token), await raw('<a/>', 'application/xml', token), await raw(JSON.stringify({ a: 'x'.repeat(1_100_000) }), 'application/json', token),
      (await post('/v1/decisions', decision('large', { output: { label: 'deny', content: 'x'.repeat(300_000), mediaType: 'text/plain' } }))).status,
      (await post('/v1/decisions', decision('extra', { surprise: true }))).status, await raw(JSON.stringify(decision('anonymous')), 'application/json'),
      (await stack.call('rita', 'reviewer', 'POST', '/v1/decisions', decision('person'))).status,
    ];
    expect(statuses).toEqual([400, 415, 413, 413, 400, 401, 403]);
  });

  test('a token covers its systems only, for proposing, reading and reporting', async () => {
    const token = await stack.token('pipe', 'pipeline', ['mailroom']);
    const call = async (method: string, path: string, body?: object) => (await fetch(`${stack.services?.url ?? ''}${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })).status;
    const outcome = { system: 'credit scoring/eu', decisionId: 'a/1', outcome: 'deny' };
    expect([await call('POST', '/v1/decisions', decision('foreign')), await call('GET', '/v1/decisions/credit%20scoring%2Feu/a%2F1'), await call('POST', '/v1/outcomes', outcome)]).toEqual([403, 403, 403]);
    expect(await call('POST', '/v1/decisions', decision('own', { system: 'mailroom' }))).toBe(202);
  });
});

describe('POST /v1/outcomes', () => {
  const outcome = { system: 'mailroom', decisionId: 'one', outcome: '7' };

  test('the same key and body is one event in the same bytes, however often and at once; another body is 409', async () => {
    const key = { 'idempotency-key': 'k-1' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/v1/outcomes', outcome, key)));
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ json }) => json['eventId']));
    expect(ids.size).toBe(1);
    expect((await post('/v1/outcomes', outcome, key)).json['eventId']).toBe([...ids][0]);
    expect((await post('/v1/outcomes', { ...outcome, outcome: '1' }, key)).status).toBe(409);
    const events = await readTopic(stack, 'outcomes.recorded');
    expect(new Set(events.map(({ record }) => record.value?.toString('hex'))).size).toBe(1);
  });

  test('two people may use one key', async () => {
    const mine = await post('/v1/outcomes', outcome, { 'idempotency-key': 'k-2' });
    const theirs = await stack.call('other-pipe', 'pipeline', 'POST', '/v1/outcomes', { ...outcome, outcome: '1' }, { 'idempotency-key': 'k-2' });
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(mine.json['eventId']).not.toBe(theirs.json['eventId']);
  });

  test('a dated report is its own key: the same one twice is one event, another one is another', async () => {
    const dated = { ...outcome, decisionId: 'dated', observedAt: '2026-02-03T09:00:00Z' };
    const ids = await Promise.all([dated, dated, { ...dated, outcome: '1' }].map(async (body) => (await post('/v1/outcomes', body)).json['eventId']));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    const events = (await readTopic(stack, 'outcomes.recorded')).filter(({ event }) => event.value.eventId === ids[0]);
    expect(new Set(events.map(({ record }) => record.value?.toString('hex'))).size).toBe(1);
  });

  test('of an erased decision nothing is left that tells what was reported: no row, and an id that follows from nothing; it is refused from then on', async () => {
    const dated = { ...outcome, decisionId: 'erased', observedAt: '2026-02-03T09:00:00Z' };
    const key = { 'idempotency-key': 'erased/7' };
    const reported = [await post('/v1/outcomes', dated), await post('/v1/outcomes', dated, key)];
    const guess = derivedEventId('outcome', 'pipe', sha256(canonicalize(dated) ?? '').toString('hex'), dated.observedAt);
    for (const { status, json } of reported) expect([status, json['eventId'] === guess]).toEqual([202, false]);
    await stack.producer.send([new Publisher('audit', stack.codec).record('decisions.erased', 'DecisionErased', {
      eventId: 'e-1', occurredAt: Date.now() * 1000, system: 'mailroom', decisionId: 'erased', actor: 'audit', policyVersion: null, erasureId: 'x', subjectRef: null, erasedAt: Date.now() * 1000,
    }, decisionKey('mailroom', 'erased'))]);
    await stack.services?.services.get('intake')?.drain(20_000);
    expect(await stack.query(`select decision_id from intake.idempotency where decision_id = 'erased'`)).toEqual([]);
    for (const headers of [{}, key]) expect((await post('/v1/outcomes', dated, headers)).json).toMatchObject({ status: 409, refusal: 'erased' });
    expect(await stack.query(`select decision_id from intake.idempotency where decision_id = 'erased'`)).toEqual([]);
  });

  test('a date that is none, and NUL, are refused', async () => {
    expect((await post('/v1/outcomes', { ...outcome, observedAt: 'soon' })).json).toMatchObject({ field: 'observedAt' });
    expect((await post('/v1/outcomes', { ...outcome, outcome: 'a\u0000' })).status).toBe(400);
    expect((await post('/v1/outcomes', { ...outcome, outcome: 7 })).json).toMatchObject({ field: 'outcome', detail: 'outcome must be a string.' });
    expect((await post('/v1/outcomes', { ...outcome, decisionId: '' })).json).toMatchObject({ field: 'decisionId' });
    expect((await post('/v1/outcomes', { ...outcome, observedAt: '2026' })).json).toMatchObject({ field: 'observedAt' });
    expect((await post('/v1/outcomes', { ...outcome, observedAt: new Date(Date.now() + 3_600_000).toISOString() })).json).toMatchObject({ field: 'observedAt', detail: expect.stringContaining('in the future') });
    expect((await post('/v1/outcomes', outcome, { 'idempotency-key': '' })).json).toMatchObject({ field: 'idempotency-key' });
  });
});
