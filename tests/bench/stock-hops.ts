/**
 * Three consume-decode-encode-produce hops with kafkajs as it is published, in a process of its own since ours replaces
 * parts of it. Usage: stock-hops.ts BROKER COUNT; prints decisions a second.
 */
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { readerType, type DecisionProposed } from '@countersign/contracts';
import { proposal } from './load.ts';

const [broker = '', countText = '0'] = process.argv.slice(2);
const partitions = 12;
const warmUpCount = 4000;
const sendCount = 2000;
const type = readerType('DecisionProposed');
const kafka = new kafkajs.Kafka({ clientId: 'stock', brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
const topics = Array.from({ length: 4 }, () => `stock-${randomUUID()}`);
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: partitions })) });

const producerOf = async () => {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  return producer;
};
let arrived = 0;
for (const [hop, topic] of topics.entries()) {
  const next = topics[hop + 1];
  const producer = await producerOf();
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => {
      if (next === undefined) arrived += batch.messages.length;
      else await producer.send({ topic: next, messages: batch.messages.map(({ key, value }) => ({ key, value: type.toBuffer(type.fromBuffer(value ?? Buffer.alloc(0))) })) });
    },
  });
}

const first = await producerOf();
async function run(prefix: string, count: number): Promise<number> {
  const messages = Array.from({ length: count }, (_, index): { key: string; value: Buffer } => {
    const value: DecisionProposed = proposal(`${prefix}-${index}`);
    return { key: value.decisionId, value: type.toBuffer(value) };
  });
  const until = arrived + count;
  const startedMs = performance.now();
  for (let at = 0; at < count; at += sendCount) await first.send({ topic: topics[0] ?? '', messages: messages.slice(at, at + sendCount) });
  while (arrived < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return (count / (performance.now() - startedMs)) * 1000;
}
await run('warm', warmUpCount);
process.stdout.write(`${await run('stock', Number(countText))}\n`);
process.exit(0);
