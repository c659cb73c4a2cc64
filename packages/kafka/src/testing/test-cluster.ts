/** What the tests of this package share: the real broker of the test run, topics of their own, waiting for a state. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connectAdmin } from '../admin.ts';
import { connectConsumer } from '../consumer.ts';
import type { ConsumedRecord, KafkaConnection, KafkaLogger } from '../types.ts';

const silent = () => undefined;
export const silentLogger: KafkaLogger = { debug: silent, info: silent, warn: silent, error: silent };

export function testConnection(brokers: readonly string[] = [testBroker()]): KafkaConnection {
  return { brokers, clientId: `test-${randomUUID().slice(0, 8)}`, logger: silentLogger };
}

export function testBroker(): string {
  const file = process.env['COUNTERSIGN_TEST_ENDPOINTS'];
  if (file === undefined) throw new Error('COUNTERSIGN_TEST_ENDPOINTS must name the endpoints file; the test runner sets it.');
  return (JSON.parse(readFileSync(file, 'utf8')) as { kafka: string }).kafka;
}

export async function createTopic(partitions: number, config: Record<string, string> = {}): Promise<string> {
  const topic = `test-kafka-${randomUUID()}`;
  await using admin = await connectAdmin(testConnection());
  await admin.ensureTopics([{ topic, partitions, replicationFactor: 1, config }]);
  return topic;
}

/** Polls until `read` gives something true; fails with `what` after the deadline. */
export async function until<T>(what: string, read: () => T | Promise<T>, deadlineMs = 20_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${deadlineMs} ms.`);
    await wait(10);
  }
}

/** Everything in a topic now, per partition in offset order, read by a group of its own straight from the broker. */
export async function readAll(topic: string): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  await using consumer = await connectConsumer(testConnection(), {
    groupId: `read-${randomUUID()}`,
    topics: [topic],
    handle: (batch) => (records.push(...batch.records), Promise.resolve()),
    onCrash: (error) => { throw error; },
  }, { commits: false });
  await consumer.drain(20_000);
  return records;
}

export function textOf(record: ConsumedRecord): string {
  return record.value?.toString() ?? '';
}
