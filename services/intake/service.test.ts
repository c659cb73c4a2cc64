import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contentDigest, decisionKey, verdictEventId, type DecisionProposed, type EventTypes } from '@countersign/contracts';
import { Publisher } from '@countersign/kit';
import { TestStack, until } from '../../tests/harness/stack.ts';
import { proposal, proposed } from '../../tests/harness/proposal.ts';
import { readTopic } from '../../tests/harness/topics.ts';
import { sendPacked } from '../../packages/kafka/src/testing/hostile-producer.ts';

let stack: TestStack;
const drain = async () => await stack.services?.services.get('intake')?.drain(20_000);

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['intake']);
}, 90_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function send(...proposals: DecisionProposed[]): Promise<void> {
  await stack.producer.send(proposals.map((value) => proposed(stack, value)));
  await drain();
}

const accepted = async (decisionId: string) => (await readTopic(stack, 'decisions.accepted')).filter(({ event }) => event.value.decisionId === decisionId);
const refusals = async (decisionId: string | null) => (await readTopic(stack, 'decisions.refused')).map(({ event }) => event.value).filter((value) => value.decisionId === decisionId);

describe('over Kafka', () => {
  test('a repeat with the same content is the same event, byte for byte, in a batch, later and after a restart', async () => {
    const first = proposal('repeated');
    await send(first, { ...first, proposedAt: first.proposedAt + 5_000_000, attributes: { margin: 0.8, inkShare: 0.3 } });
    await send({ ...first, proposedAt: first.proposedAt - 60_000_000 });
    await stack.stop();
    await stack.start(['intake']);
    await send(first);
    const events = await accepted('repeated');
    expect(events).toHaveLength(4);
    expect(new Set(events.map(({ record }) => record.value?.toString('hex'))).size).toBe(1);
    expect(events[0]?.event.value).toMatchObject({ policyVersion: 'fail-closed', channel: 'kafka' });
    expect(await stack.query(`select count(*)::int as count from intake.pins where decision_id = 'repeated'`)).toEqual([{ count: 1 }]);
  });

  test('other content under one id is refused as a conflict, the first of a batch wins', async () => {
    await send(proposal('contested'), proposal('contested', { confidence: 0.5 }));
    await send(proposal('contested', { reasoning: { summary: 'Read as 7, after another look.', factors: [] } }));
    expect((await accepted('contested')).map(({ event }) => event.value.proposed.confidence)).toEqual([0.9]);
    expect((await refusals('contested')).map(({ code, field }) => [code, field])).toEqual([['conflict', 'decisionId'], ['conflict', 'decisionId']]);
  });

  test('two decisions whose parts make the same key are two, in one batch', async () => {
    const [one, other] = [proposal('b/c', { system: 'a' }), proposal('c', { system: 'a/b' })];
    await send(one, other);
    expect([...(await accepted('b/c')), ...(await accepted('c'))].map(({ event }) => event.value.system)).toEqual(['a', 'a/b']);
    expect([...(await refusals('b/c')), ...(await refusals('c'))]).toEqual([]);
  });

  test.each<[string, Partial<DecisionProposed>, string]>([
    ['confidence-high', { confidence: 1.2 }, 'confidence'],
    ['confidence-nan', { confidence: NaN }, 'confidence'],
    ['sum', { alternatives: [{ label: '1', content: null, probability: 0.9 }] }, 'alternatives'],
    ['future', { proposedAt: (Date.now() + 86_400_000) * 1000 }, 'proposedAt'],
    ['no-summary', { reasoning: { summary: '', factors: [] } }, 'reasoning.summary'],
    ['nul', { reasoning: { summary: 'a\u0000b', factors: [] } }, 'reasoning.summary'],
    ['uri', { input: { parts: [{ name: 'scan', mediaType: 'image/png', content: null, uri: 'http://169.254.169.254/latest', sha256: 'a'.repeat(64) }] } }, 'input.parts'],
    ['infinite', { attributes: { margin: Infinity } }, 'attributes'],
  ])('refuses %s and names the field; its neighbours are accepted', async (name, change, field) => {
    await send(proposal(`${name}-before`), proposal(name, change), proposal(`${name}-after`));
    const [refusal] = await refusals(name);
    expect(refusal?.field).toContain(field);
    expect(refusal?.code).toMatch(/^[a-z-]+$/);
    expect(refusal?.origin?.topic).toBe(stack.codec.topicName('decisions.proposed'));
    expect(await accepted(name)).toHaveLength(0);
    expect([await accepted(`${name}-before`), await accepted(`${name}-after`)].map((events) => events.length)).toEqual([1, 1]);
  });

  test('refuses a packed batch that would fill the memory; its neighbours are accepted', async () => {
    const topic = stack.codec.topicName('decisions.proposed');
    await send(proposal('bomb-before'));
    await sendPacked(topic, [Buffer.alloc(80_000_000), proposed(stack, proposal('bomb-inside')).value ?? Buffer.alloc(0)]);
    await send(proposal('bomb-after'));
    const refused = (await refusals(null)).filter(({ message }) => message.includes('cannot be unpacked'));
    expect(refused).toMatchObject([{ code: 'undecodable', message: expect.stringMatching(/^A batch of 2 records \(offsets \d+ to \d+, gzip\)/) as unknown }]);
    expect([await accepted('bomb-before'), await accepted('bomb-inside'), await accepted('bomb-after')].map((events) => events.length)).toEqual([1, 0, 1]);
    expect(stack.crashes).toEqual([]);
  }, 60_000);

  test('refuses what is too large', async () => {
    await send(proposal('huge', { input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.alloc(300_000, 'x'), uri: null, sha256: null }] } }));
    expect((await refusals('huge')).map(({ code }) => code)).toEqual(['too-large']);
  });

  test('bytes that are no event are a dead letter and a refusal; an id with NUL travels nowhere', async () => {
    const topic = stack.codec.topicName('decisions.proposed');
    const unknownSchema = Buffer.concat([Buffer.from([0]), Buffer.from('7fffffff', 'hex'), Buffer.from('body')]);
    await stack.producer.send([Buffer.from('no avro'), unknownSchema, Buffer.alloc(0)].map((value) => ({ topic, partition: 0, key: null, value })));
    await send(proposal('nul\u0000id'), proposal('still-here'));
    expect((await refusals(null)).map(({ code }) => code).sort()).toEqual(expect.arrayContaining(['undecodable', 'undecodable', 'undecodable']));
    expect((await readTopic(stack, 'dead.letters')).map(({ event }) => event.value).filter(({ value }) => value !== null).map(({ reason }) => reason)).toEqual(['undecodable', 'undecodable', 'undecodable']);
    expect(await refusals('nul\u0000id')).toEqual([]);
    expect(await accepted('still-here')).toHaveLength(1);
    expect(stack.crashes).toEqual([]);
  });
});

function resolved(decisionId: string, change: Partial<EventTypes['DecisionResolved']> = {}): EventTypes['DecisionResolved'] {
  return {
    eventId: verdictEventId('mailroom', decisionId), occurredAt: 1_767_600_000_000_000, system: 'mailroom', decisionId, actor: 'routing', policyVersion: 'v1', decisionType: 'digits.routing',
    verdict: 'approved', resolvedBy: 'routing', basis: 'policy', reason: 'Sure enough.', route: 'auto', tier: 'high', kind: 'auto-approved', acceptedAt: 1_767_600_000_000_000,
    signers: [], outputLabel: '7', modifiedOutput: null, taskIds: [], contentDigest: null, ...change,
  };
}

async function resolve(...verdicts: Array<EventTypes['DecisionResolved']>): Promise<void> {
  const publisher = new Publisher('routing', stack.codec);
  await stack.producer.send(verdicts.map((verdict) => publisher.record('decisions.resolved', 'DecisionResolved', verdict, decisionKey('mailroom', verdict.decisionId ?? ''))));
}

describe('verdicts', () => {
  test('the first one stays; another one with other bytes is recorded once per content, in a batch and later', async () => {
    await send(proposal('judged'));
    await resolve(resolved('judged'), resolved('judged'), resolved('judged', { verdict: 'rejected' }));
    await drain();
    await resolve(resolved('judged', { verdict: 'rejected' }), resolved('judged'));
    await drain();
    expect(await stack.query(`select verdict from intake.verdicts where decision_id = 'judged'`)).toEqual([{ verdict: 'approved' }]);
    const conflicts = (await readTopic(stack, 'governance.recorded')).filter(({ event }) => event.record === 'VerdictConflict');
    expect(conflicts.length).toBeGreaterThan(0);
    // A repeat tells of it in the same bytes, so that nobody takes it for a second conflict.
    expect(new Set(conflicts.map(({ record }) => record.value?.toString('hex'))).size).toBe(1);
  });

  test.each<[string, string | null, boolean]>([
    ['by its label', '3', false], ['to content of its own', 'Read as 3, though the bar is long.', true], ['to nothing', '', true], ['without content', null, false],
  ])('says whether an output that was changed %s is more than its label', async (how, content, contentChanged) => {
    const decisionId = `changed ${how}`;
    await resolve(resolved(decisionId, { verdict: 'modified', outputLabel: '3', modifiedOutput: { label: '3', content: content === null ? null : Buffer.from(content), mediaType: 'text/plain' } }));
    await drain();
    expect((await stack.call('pipe', 'pipeline', 'GET', `/v1/decisions/mailroom/${encodeURIComponent(decisionId)}`)).json).toMatchObject({ verdict: { verdict: 'modified', outputLabel: '3', contentChanged } });
  });

  test('wakes everybody who waits, each with the same verdict', async () => {
    await send(proposal('awaited'));
    const path = '/v1/decisions/mailroom/awaited';
    expect((await stack.call('pipe', 'pipeline', 'GET', path)).json).toMatchObject({ state: 'accepted', policyVersion: 'fail-closed', contentDigest: contentDigest(proposal('awaited')) });
    const waiting = [1, 2, 3].map(() => stack.call('pipe', 'pipeline', 'GET', `${path}?wait=30s`));
    await resolve(resolved('awaited'));
    for (const answer of await Promise.all(waiting)) expect(answer.json).toMatchObject({ state: 'resolved', verdict: { verdict: 'approved', outputLabel: '7' } });
  });

  test('waiting ends in time, and an unknown decision is not found', async () => {
    await send(proposal('unjudged'));
    expect((await stack.call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/unjudged?wait=100ms')).json).toMatchObject({ state: 'accepted' });
    expect((await stack.call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/nobody')).status).toBe(404);
    expect((await stack.call('pipe', 'pipeline', 'GET', '/v1/decisions/mailroom/unjudged?wait=soon')).json).toMatchObject({ field: 'wait' });
  });

  test('reads as ready', async () => {
    expect(await until('readiness', async () => ((await stack.services?.services.get('intake')?.readiness())?.ready === true ? true : undefined))).toBe(true);
  });
});
