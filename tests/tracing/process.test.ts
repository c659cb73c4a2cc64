import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { decisionKey } from '@countersign/contracts';
import { proposalEvent } from '../../packages/client/src/proposal.ts';
import { sureReading } from '../client/decision.ts';
import { processOf } from '../harness/process.ts';
import { TestStack, until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';
import { TraceReceiver } from './receiver.ts';

test('a service as a process of its own is named in its spans, and sends the last ones when it is told to stop', async () => {
  await using receiver = await TraceReceiver.listen();
  await using stack = await TestStack.prepare();
  const { args, env } = processOf('intake', stack);
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...env, COUNTERSIGN_LOG_LEVEL: 'silent', COUNTERSIGN_OTLP_URL: `${receiver.url}/v1/traces` } });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const record = stack.publisher.record('decisions.proposed', 'DecisionProposed', proposalEvent(sureReading('apart'), Date.now()), decisionKey('mailroom', 'apart'));
  await stack.producer.send([{ ...record, headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }]);
  const [accepted] = await until('the accepted decision', async () => {
    const records = await readTopic(stack, 'decisions.accepted');
    return records.length > 0 ? records : undefined;
  }, 40_000);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const [span] = receiver.trace('0af7651916cd43dd8448eb211c80319c');
  expect(span).toMatchObject({ service: 'countersign-intake', parentSpanId: 'b7ad6b7169203331', failed: false });
  expect(accepted?.record.headers['traceparent']?.toString()).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
}, 120_000);
