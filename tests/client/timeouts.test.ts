import { createServer, type AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decisionKey, verdictEventId } from '@countersign/contracts';
import { Publisher } from '@countersign/kit';
import { createClient, VerdictTimeoutError } from '../../packages/client/src/index.ts';
import { FaultProxy } from '../../packages/kafka/src/testing/fault-proxy.ts';
import { TestStack } from '../harness/stack.ts';
import { sureReading } from './decision.ts';

/** Far below what a request may take by itself, ten seconds and more: who waits for that fails the test. */
const boundMs = 8000;
let stack: TestStack;
/** Accepts, and never answers. */
const hole = createServer(() => undefined);

beforeAll(async () => {
  stack = await TestStack.prepare();
  await new Promise<void>((listening) => hole.listen(0, '127.0.0.1', listening));
}, 60_000);

afterAll(async () => {
  hole.close();
  await stack[Symbol.asyncDispose]();
}, 60_000);

const decision = { system: 'mailroom', decisionId: 'nobody-answers' };
const kafkaOptions = (change: object = {}) => ({ brokers: stack.settings.brokers, registryUrl: stack.settings.registryUrl, topicPrefix: stack.settings.topicPrefix, ...change });

describe('where somebody listens who never answers', () => {
  test('calls over HTTP end in their time', async () => {
    await using client = await createClient({ http: { url: `http://127.0.0.1:${(hole.address() as AddressInfo).port}`, token: 't', proposeTimeoutMs: 500 } });
    const calls = await Promise.allSettled([client.propose(sureReading('nobody-answers')), client.verdict({ ...decision, timeoutMs: 300 })]);
    expect(calls).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'verdict-timeout' } }]);
  }, boundMs);

  test('calls over HTTP end in their time though no token comes', async () => {
    await using client = await createClient({ http: { url: 'http://127.0.0.1:9', token: () => new Promise<string>(() => undefined), proposeTimeoutMs: 500 } });
    const calls = await Promise.allSettled([client.propose(sureReading('nobody-answers')), client.verdict({ ...decision, timeoutMs: 300 })]);
    expect(calls).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'verdict-timeout' } }]);
  }, boundMs);

  test.each([false, true])('calls over Kafka end in their time; verdicts are followed before: %s', async (isFollowed) => {
    await using proxy = await FaultProxy.open();
    const client = await createClient({ kafka: kafkaOptions({ brokers: [proxy.address], proposeTimeoutMs: isFollowed ? 10_000 : 500 }) });
    if (isFollowed) await client.propose(sureReading('somebody-answers'));
    proxy.frozen = true;
    const calls = await Promise.allSettled([client.propose(sureReading('nobody-answers')), client.verdict({ ...decision, timeoutMs: 300 })]);
    expect(calls).toMatchObject([{ reason: { code: 'unavailable' } }, { reason: { code: 'verdict-timeout' } }]);
    proxy.frozen = false;
    await client[Symbol.asyncDispose]();
  }, 25_000);
});

test('over Kafka a verdict is waited for although it cannot be read at first', async () => {
  const topicPrefix = `t_${randomUUID().slice(0, 8)}.`;
  await using client = await createClient({ kafka: kafkaOptions({ topicPrefix }) });
  const waiting = client.verdict({ ...decision, timeoutMs: 50_000 });
  // As soon as there are no such topics they cannot be read.
  await expect(client.verdict({ ...decision, timeoutMs: 8000 })).rejects.toThrow(VerdictTimeoutError);
  const topic = `${topicPrefix}decisions.resolved.v1`;
  await stack.admin.ensureTopics([topic, `${topicPrefix}decisions.refused.v1`].map((name) => ({ topic: name, partitions: 1, replicationFactor: 1, config: {} })));
  const record = new Publisher('routing', stack.codec).record('decisions.resolved', 'DecisionResolved', {
    eventId: verdictEventId('mailroom', 'nobody-answers'), occurredAt: 1_767_600_000_000_000, ...decision, actor: 'routing', policyVersion: 'v1', decisionType: 'digits.routing',
    verdict: 'approved', resolvedBy: 'routing', basis: 'policy', reason: 'Sure enough.', route: 'auto', tier: 'high', kind: 'auto-approved', acceptedAt: 1_767_600_000_000_000,
    signers: [], outputLabel: '7', modifiedOutput: null, taskIds: [], contentDigest: null,
  }, decisionKey('mailroom', 'nobody-answers'));
  await stack.producer.send([{ ...record, topic, partition: 0 }]);
  expect((await waiting).verdict).toBe('approved');
}, 90_000);
