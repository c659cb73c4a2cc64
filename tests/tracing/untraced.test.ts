import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decisionKey } from '@countersign/contracts';
import type { ConsumedRecord } from '@countersign/kafka';
import { proposalEvent } from '../../packages/client/src/proposal.ts';
import { digitsPolicy, sureReading } from '../client/decision.ts';
import { freePort } from '../../packages/stack/src/infrastructure/ports.ts';
import { TestStack, until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['intake', 'risk', 'routing', 'review']);
  await stack.activatePolicy(digitsPolicy);
  await until('the policy on the topic', async () => ((await stack.query<{ count: string }>('select count(*) from risk.outbox'))[0]?.count === '0' ? true : undefined));
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function headersOn(topic: 'decisions.resolved' | 'reviews.changed', decisionId: string): Promise<ConsumedRecord['headers']> {
  return await until(`a record on ${topic}`, async () => (await readTopic(stack, topic)).find(({ record }) => record.key?.toString() === decisionKey('mailroom', decisionId))?.record.headers);
}

test.each([
  ['decisions.resolved', 'sure', 0.999],
  ['reviews.changed', 'doubtful', 0.8],
] as const)('without tracing the trace of the caller still reaches %s, as it was', async (topic, decisionId, confidence) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const record = stack.publisher.record('decisions.proposed', 'DecisionProposed', proposalEvent(sureReading(decisionId, { confidence }), Date.now()), decisionKey('mailroom', decisionId));
  await stack.producer.send([{ ...record, headers: { traceparent, tracestate: 'vendor=1' } }]);
  const headers = await headersOn(topic, decisionId);
  expect({ traceparent: headers['traceparent']?.toString(), tracestate: headers['tracestate']?.toString() }).toEqual({ traceparent, tracestate: 'vendor=1' });
  expect(stack.crashes).toEqual([]);
});

test('a trace backend that is down is said in the log, and holds up nobody', async () => {
  // One that ends otherwise than with 0 is an error here.
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'lost-span.ts'), `http://127.0.0.1:${await freePort()}`], { timeout: 20_000 });
  expect(stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(/traces cannot be sent.*ECONNREFUSED|ECONNREFUSED.*traces cannot be sent/)]);
});
