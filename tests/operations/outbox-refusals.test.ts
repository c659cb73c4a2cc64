import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { connectConsumer, type ConsumedRecord, type OutgoingRecord } from '@countersign/kafka';
import { createLog, enqueue, inTransaction, openPool, OutboxPublisher, prometheusText, type Database, type Log } from '@countersign/kit';
import { TestStack, until } from '../harness/stack.ts';

let stack: TestStack;
let database: Database<unknown>;
let topic: string;
const quiet = createLog('test', 'silent');

beforeAll(async () => {
  stack = await TestStack.prepare();
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.databaseUrl).pathname;
  database = openPool(url.href, 'review', 10);
  topic = `${stack.settings.topicPrefix}outbox-${randomUUID().slice(0, 8)}`;
  await stack.admin.ensureTopics([{ topic, partitions: 1, replicationFactor: 1, config: { 'max.message.bytes': '50000' } }]);
}, 60_000);

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function write(key: string, ...values: string[]): Promise<void> {
  const records: OutgoingRecord[] = values.map((value) => ({ topic, key, value: Buffer.from(value), headers: { ce_id: value.slice(0, 20) } }));
  await inTransaction(database.pool, async (client) => await enqueue(client, records));
}

async function rangeOf(key: string): Promise<number> {
  const { rows } = await database.pool.query<{ range: number }>('select abs(hashtext($1)::bigint) % 4 as range', [key]);
  return rows[0]?.range ?? 0;
}

/** Another key whose records wait behind the same lock. */
async function keyBeside(key: string): Promise<string> {
  const range = await rangeOf(key);
  for (let index = 0; ; index += 1) if ((await rangeOf(`beside-${index}`)) === range) return `beside-${index}`;
}

/** First sights of what is in the topic: a repeat carries the same id, and readers know it. */
async function published(key: string): Promise<string[]> {
  const records: ConsumedRecord[] = [];
  await using consumer = await connectConsumer({ brokers: stack.settings.brokers, clientId: 'test', logger: quiet }, {
    groupId: `read-${randomUUID()}`, topics: [topic], handle: (batch) => (records.push(...batch.records), Promise.resolve()), onCrash: (error) => { throw error; },
  });
  await consumer.drain(20_000);
  return [...new Set(records.filter((record) => record.key?.toString() === key).map(({ value }) => value?.toString().slice(0, 8) ?? ''))];
}

async function setLimit(bytes: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...stack.settings.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'max.message.bytes', value: String(bytes) }] }] });
  await admin.disconnect();
}

async function behindSeconds(): Promise<number> {
  const { text } = await prometheusText();
  return Number(/^countersign_outbox_behind_seconds\{service="review"\} (\S+)$/m.exec(text)?.[1]);
}

test('a record that its topic does not take holds up its own key alone, is told of, and leaves once the topic takes it', async () => {
  const beside = await keyBeside('poison');
  const told: Array<{ fields: object; message: string }> = [];
  const note = (fields: object, message: string) => void told.push({ fields, message });
  const log = Object.assign(Object.create(quiet) as Log, { error: note });
  await using publisher = new OutboxPublisher(database.pool, stack.producer, log, 'review');

  await write('poison', 'poison-1', `poison-2${'x'.repeat(60_000)}`, 'poison-3');
  await write(beside, 'beside-1', 'beside-2');
  const left = async () => (await database.pool.query<{ record_key: string }>('select record_key from outbox order by outbox_id')).rows.map((row) => row.record_key);
  await until('only what must wait is left', async () => ((await left()).every((key) => key === 'poison') && (await left()).length === 2 ? true : undefined), 30_000);
  expect(await published('poison')).toEqual(['poison-1']);
  expect(await published(beside)).toEqual(['beside-1', 'beside-2']);

  // What is written from now on passes it by, but for its own key.
  await write(beside, 'beside-3');
  await write('poison', 'poison-4');
  publisher.poke();
  await until('the other key goes on', async () => ((await left()).every((key) => key === 'poison') ? true : undefined), 30_000);
  expect(await published(beside)).toEqual(['beside-1', 'beside-2', 'beside-3']);
  expect(await left()).toHaveLength(3);

  expect(told.length).toBeGreaterThanOrEqual(1);
  expect(told[0]).toMatchObject({ fields: { topic, key: 'poison', outboxId: expect.any(Number), err: expect.objectContaining({ name: 'RecordTooLargeError' }) }, message: expect.stringContaining('max.message.bytes') });
  const behind = await behindSeconds();
  expect(behind).toBeGreaterThan(0);

  await setLimit(200_000);
  await publisher.drain(30_000);
  expect(await published('poison')).toEqual(['poison-1', 'poison-2', 'poison-3', 'poison-4']);
  await until('nothing waits', async () => ((await behindSeconds()) < behind ? true : undefined), 20_000);
}, 120_000);
