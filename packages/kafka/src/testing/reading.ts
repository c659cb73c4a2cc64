/** Consumers of tests, what they handed over, and what ended them. */

import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { connectConsumer, type ConsumerInternals } from '../consumer.ts';
import { connectProducer } from '../producer.ts';
import type { ConsumedRecord, GroupConsumer, GroupConsumerOptions } from '../types.ts';
import { FaultProxy } from './fault-proxy.ts';
import { testBroker, testConnection, textOf } from './test-cluster.ts';

const opened: AsyncDisposable[] = [];
const proxies: FaultProxy[] = [];

export async function openProxy(): Promise<FaultProxy> {
  const proxy = await FaultProxy.open();
  proxies.push(proxy);
  return proxy;
}

/** Call after all tests of a file. */
export async function closeReadings(): Promise<void> {
  for (const proxy of proxies) proxy.frozen = false;
  await Promise.all(opened.map((resource) => resource[Symbol.asyncDispose]()));
  for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
}

/** Records whose values count up from `from`. */
export async function write(topic: string, from: number, count: number, partition = 0): Promise<void> {
  await using producer = await connectProducer(testConnection());
  await producer.send(Array.from({ length: count }, (_, index) => ({ topic, partition, key: null, value: Buffer.from(String(from + index)) })));
}

export type Reading = { consumer: GroupConsumer; values: number[]; records: ConsumedRecord[]; crashes: Error[] };

export async function read(topic: string, options: Partial<GroupConsumerOptions> = {}, internals: ConsumerInternals = {}, brokers?: string[]): Promise<Reading> {
  const records: ConsumedRecord[] = [];
  const values: number[] = [];
  const crashes: Error[] = [];
  const consumer = await connectConsumer({ ...testConnection(brokers), requestTimeoutMs: 2000 }, {
    groupId: `group-${randomUUID()}`,
    topics: [topic],
    onCrash: (error) => crashes.push(error),
    ...options,
    handle: async (batch) => {
      await options.handle?.(batch);
      records.push(...batch.records);
      values.push(...batch.records.map((record) => Number(textOf(record))));
    },
  }, internals);
  opened.push(consumer);
  return { consumer, records, values, crashes };
}

export const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

/** Moves the start of a partition, as retention does. */
export async function expire(topic: string, before: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
  await admin.disconnect();
}
