import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decisionKey, verdictEventId } from '@countersign/contracts';
import { Publisher } from '@countersign/kit';
import { createClient, type CountersignKafkaClient } from '../../packages/client/src/index.ts';
import { TestStack, until } from '../harness/stack.ts';

const backlog = 300;
let stack: TestStack;
let client: CountersignKafkaClient;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const publisher = new Publisher('routing', stack.codec);
  await stack.producer.send(Array.from({ length: backlog }, (_, index) => {
    const decisionId = `backlog-${index}`;
    return {
      ...publisher.record('decisions.resolved', 'DecisionResolved', {
        eventId: verdictEventId('mailroom', decisionId), occurredAt: 1_767_600_000_000_000, system: 'mailroom', decisionId, actor: 'routing', policyVersion: 'v1', decisionType: 'digits.routing',
        verdict: 'approved', resolvedBy: 'routing', basis: 'policy', reason: 'Sure enough.', route: 'auto', tier: 'high', kind: 'auto-approved', acceptedAt: 1_767_600_000_000_000,
        signers: [], outputLabel: '7', modifiedOutput: null, taskIds: [], contentDigest: null,
      }, decisionKey('mailroom', decisionId)),
      partition: 0,
    };
  }));
  client = await createClient({ kafka: { brokers: stack.settings.brokers, registryUrl: stack.settings.registryUrl, topicPrefix: stack.settings.topicPrefix } });
}, 60_000);

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
}, 60_000);

/** The number of the next verdict that the group would be given. */
async function committed(groupId: string): Promise<number> {
  const places = await stack.admin.committed(groupId, [stack.codec.topicName('decisions.resolved')]);
  return Number(places.find(({ partition }) => partition === 0)?.offset ?? 0);
}

test('a backlog may take longer than one verdict may: what is handled stays handled, and the next reader goes on behind it', async () => {
  const groupId = `${stack.settings.topicPrefix}slow`;
  const handleMsMax = 3000;
  const handled: string[] = [];
  const startedMs = Date.now();
  for await (const { decisionId } of client.verdicts({ groupId, handleMsMax })) {
    // An action as long as it takes until the one before is on the broker.
    await until('the commit', async () => ((await committed(groupId)) >= handled.length ? true : undefined));
    if (Date.now() - startedMs > 2 * handleMsMax) break;
    handled.push(decisionId);
  }
  expect(handled.length).toBeGreaterThan(3);
  const next = client.verdicts({ groupId });
  expect((await next.next()).value).toMatchObject({ decisionId: `backlog-${handled.length}` });
  await next.return?.();
}, 60_000);

test('an action that takes longer than it may ends the reader, in words of the client', async () => {
  const verdicts = client.verdicts({ groupId: `${stack.settings.topicPrefix}stuck`, handleMsMax: 1 });
  const end = await until('the end', async () => await verdicts.next().then(() => undefined, (error: unknown) => error));
  expect(end).toMatchObject({ name: 'CountersignClientError', code: 'unavailable' });
}, 60_000);

test('a group that cannot be joined is told of in words of the client', async () => {
  await expect(client.verdicts({ groupId: '' }).next()).rejects.toMatchObject({ name: 'CountersignClientError', code: 'unavailable' });
}, 60_000);
