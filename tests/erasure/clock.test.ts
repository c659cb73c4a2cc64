import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { decisionKey, derivedEventId, topology, type TopicName } from '@countersign/contracts';
import { proposal } from '../harness/proposal.ts';
import { TestStack } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';

let stack: TestStack;
beforeAll(async () => void (stack = await TestStack.prepare()), 60_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

const ofPipelines = (Object.keys(topology) as TopicName[]).filter((topic) => (topology[topic].writers as readonly string[]).includes('pipeline'));

test('what pipelines send is dated by the broker: theirs would say how long it is kept, and which erasures reach it', async () => {
  const values: Partial<Record<TopicName, Buffer>> = {
    'decisions.proposed': stack.codec.encode('decisions.proposed', 'DecisionProposed', proposal('clock-1')),
    'outcomes.recorded': stack.codec.encode('outcomes.recorded', 'OutcomeRecorded', {
      eventId: derivedEventId('outcome', 'clock-1'), occurredAt: 0, system: 'mailroom', decisionId: 'clock-1', actor: 'archive', policyVersion: null, outcome: '7', observedAt: 0, source: 'archive', decisionType: 'digits.routing',
    }),
  };
  expect(Object.keys(values).sort()).toEqual([...ofPipelines].sort());
  const kafka = new kafkajs.Kafka({ clientId: 'pipeline', brokers: [...stack.settings.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const clocks = [0, 1, Date.UTC(2001), Date.UTC(2099)];
  const before = Date.now();
  for (const topic of ofPipelines) {
    for (const clock of clocks) await producer.send({ topic: stack.codec.topicName(topic), messages: [{ key: decisionKey('mailroom', 'clock-1'), value: values[topic] ?? null, timestamp: String(clock) }] });
  }
  await producer.disconnect();
  for (const topic of ofPipelines) {
    const stamps = (await readTopic(stack, topic)).map(({ record }) => record.timestampMs);
    expect(stamps.map((stamp) => stamp >= before && stamp <= Date.now())).toEqual(clocks.map(() => true));
  }
}, 30_000);
