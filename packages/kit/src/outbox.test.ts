import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectConsumer, type ConsumedRecord, type OutgoingRecord, type RecordProducer } from '@countersign/kafka';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { inTransaction, openPool, type Database } from './database.ts';
import { createLog } from './log.ts';
import { enqueue, OutboxPublisher } from './outbox.ts';

let stack: TestStack;
let database: Database<unknown>;
let topic: string;
const log = createLog('test', 'silent');

beforeAll(async () => {
  stack = await TestStack.prepare();
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.databaseUrl).pathname;
  database = openPool(url.href, 'review', 20);
}, 60_000);

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  topic = `${stack.settings.topicPrefix}outbox-${randomUUID().slice(0, 8)}`;
  await stack.admin.ensureTopics([{ topic, partitions: 1, replicationFactor: 1, config: {} }]);
  await database.pool.query('delete from outbox');
});

const recordOf = (key: string, text: string): OutgoingRecord => ({ topic, key, value: Buffer.from(text), headers: { ce_id: text.slice(0, 20), traceparent: '00-1-2-01' } });

async function write(...records: OutgoingRecord[]): Promise<void> {
  await inTransaction(database.pool, async (client) => await enqueue(client, records));
}

async function published(): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  await using consumer = await connectConsumer({ brokers: stack.settings.brokers, clientId: 'test', logger: log }, {
    groupId: `read-${randomUUID()}`, topics: [topic], handle: (batch) => (records.push(...batch.records), Promise.resolve()), onCrash: (error) => { throw error; },
  });
  await consumer.drain(20_000);
  return records;
}

const texts = (records: readonly ConsumedRecord[]) => records.map(({ value }) => value?.toString() ?? '');

/** Kafka acknowledges; then the process is gone, as far as Postgres can tell. */
function dyingAfterProduce(deaths: number): RecordProducer & { sent: number } {
  const producer: RecordProducer & { sent: number } = {
    sent: 0,
    async send(records) {
      await stack.producer.send(records);
      producer.sent += 1;
      if (producer.sent <= deaths) throw new Error('killed between produce and delete');
    },
    flush: () => stack.producer.flush(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return producer;
}

describe('the outbox', () => {
  test('publishes key, value and headers as they were written, in order, and is empty then', async () => {
    await write(...Array.from({ length: 20 }, (_, index) => recordOf('one', `e${index}`)));
    await using publisher = new OutboxPublisher(database.pool, stack.producer, log, 'review');
    await publisher.drain(20_000);
    const records = await published();
    expect(texts(records)).toEqual(Array.from({ length: 20 }, (_, index) => `e${index}`));
    expect(records[3]?.key?.toString()).toBe('one');
    expect(Object.fromEntries(Object.entries(records[3]?.headers ?? {}).map(([name, content]) => [name, content.toString()]))).toEqual({ ce_id: 'e3', traceparent: '00-1-2-01' });
    expect((await database.pool.query('select 1 from outbox')).rows).toEqual([]);
  });

  test('a rolled back transaction publishes nothing', async () => {
    await expect(inTransaction(database.pool, async (client) => {
      await enqueue(client, [recordOf('one', 'never')]);
      throw new Error('no');
    })).rejects.toThrow('no');
    await write(recordOf('one', 'after'));
    await using publisher = new OutboxPublisher(database.pool, stack.producer, log, 'review');
    await publisher.drain(20_000);
    expect(texts(await published())).toEqual(['after']);
  });

  test('a record that no topic takes is refused where it is written, with its transaction, and is in nobody\'s way', async () => {
    await expect(write(recordOf('one', 'before'), recordOf('one', 'x'.repeat(1_000_000)))).rejects.toMatchObject({ code: 'too-large', message: expect.stringMatching(new RegExp(`event of about 1000\\d{3} bytes for ${topic}; at most 1000000 fit`)) });
    await write(recordOf('one', 'x'.repeat(999_000)), recordOf('one', 'after'));
    await using publisher = new OutboxPublisher(database.pool, stack.producer, log, 'review');
    await publisher.drain(20_000);
    expect(texts(await published()).map((text) => text.slice(0, 10))).toEqual(['xxxxxxxxxx', 'after']);
  });

  test('a death between produce and delete repeats the same bytes, and loses nothing', async () => {
    await write(recordOf('one', 'e0'), recordOf('one', 'e1'));
    const producer = dyingAfterProduce(1);
    await using publisher = new OutboxPublisher(database.pool, producer, log, 'review');
    await publisher.drain(20_000);
    const records = await published();
    expect(texts(records)).toEqual(['e0', 'e1', 'e0', 'e1']);
    expect(records[2]?.value).toEqual(records[0]?.value);
    expect(records[2]?.headers).toEqual(records[0]?.headers);
  });

  test('what a transaction writes that commits late is not skipped', async () => {
    await using publisher = new OutboxPublisher(database.pool, stack.producer, log, 'review');
    const late = await database.pool.connect();
    await late.query('begin');
    await enqueue(late, [recordOf('late', 'written first, committed last')]);
    // Both keys share a range only by chance; many keys meet every range.
    await write(...Array.from({ length: 16 }, (_, index) => recordOf(`key-${index}`, `later ${index}`)));
    await publisher.drain(20_000);
    expect((await published()).length).toBe(16);
    await late.query('commit');
    late.release();
    await publisher.drain(20_000);
    expect(texts(await published())).toContain('written first, committed last');
    expect((await published()).length).toBe(17);
  });

  test('several publishers keep the order of every key and publish nothing twice', async () => {
    const publishers = Array.from({ length: 4 }, () => new OutboxPublisher(database.pool, stack.producer, log, 'review'));
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(keys.map((key) => write(recordOf(key, `${key} ${String(round).padStart(3, '0')}`))));
      for (const publisher of publishers) publisher.poke();
    }
    await publishers[0]?.drain(20_000);
    for (const publisher of publishers) await publisher[Symbol.asyncDispose]();
    const all = texts(await published());
    expect(all.length).toBe(200);
    for (const key of keys) {
      const own = all.filter((text) => text.startsWith(key));
      expect(own).toEqual([...own].sort());
      expect(own.length).toBe(40);
    }
  });

  test('a range somebody else publishes is left to them', async () => {
    await write(recordOf('one', 'e0'));
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const slow: RecordProducer = {
      async send(records) {
        if (records.some(({ value }) => value?.toString() === 'e0')) {
          arrived.resolve();
          await held.promise;
        }
        await stack.producer.send(records);
      },
      flush: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    await using first = new OutboxPublisher(database.pool, slow, log, 'review');
    try {
      await arrived.promise;
      await using other = new OutboxPublisher(database.pool, stack.producer, log, 'review');
      await write(recordOf('two', 'f0'), recordOf('three', 'f1'), recordOf('four', 'f2'), recordOf('five', 'f3'), recordOf('six', 'f4'), recordOf('seven', 'f5'));
      const { rows } = await database.pool.query<{ range: number }>("select key_range as range from outbox where record_key = 'one'");
      await until('the other ranges are published', async () => {
        const left = await database.pool.query('select 1 from outbox where key_range <> $1', [rows[0]?.range]);
        other.poke();
        return left.rows.length === 0 ? true : undefined;
      }, 40_000);
      expect(texts(await published())).not.toContain('e0');
    } finally {
      held.resolve();
    }
    await first.drain(40_000);
    expect(texts(await published()).sort()).toEqual(['e0', 'f0', 'f1', 'f2', 'f3', 'f4', 'f5']);
  }, 120_000);

  test('large contents leave in portions: memory stays bounded', async () => {
    const sizes: number[] = [];
    const measuring: RecordProducer = {
      async send(records) {
        sizes.push(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
        await stack.producer.send(records);
      },
      flush: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const blob = 'x'.repeat(512 * 1024);
    for (let index = 0; index < 40; index += 1) await write(recordOf('one', blob));
    await using publisher = new OutboxPublisher(database.pool, measuring, log, 'review');
    await publisher.drain(60_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40 * blob.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8 * 1024 * 1024);
  }, 120_000);
});
