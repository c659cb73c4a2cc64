import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { connectAdmin } from './admin.ts';
import { OffsetOutOfRangeError } from './errors.ts';
import { apiKeys } from './testing/fault-proxy.ts';
import { closeReadings, expire, openProxy, read, upTo, write } from './testing/reading.ts';
import { createTopic, testBroker, testConnection, textOf, until } from './testing/test-cluster.ts';
import type { RecordBatch } from './types.ts';

afterAll(closeReadings);

describe('consumer', () => {
  test('hands over in order, commits what is handled, and goes on there after a restart', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 100);
    const first = await read(topic, { groupId });
    await first.consumer.drain(20_000);
    expect(first.values).toEqual(upTo(100));
    expect(first.consumer.state()).toMatchObject({ running: true, stalled: [], lag: [{ topic, partition: 0, records: 0, seconds: 0 }] });
    await first.consumer[Symbol.asyncDispose]();
    await write(topic, 100, 10);
    const second = await read(topic, { groupId });
    await second.consumer.drain(20_000);
    expect(second.values).toEqual(upTo(10, 100));
  });

  test('finishes and commits the batch in hand when closed', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 5);
    let finish: () => void = () => undefined;
    let inHand = false;
    const { consumer } = await read(topic, { groupId, handle: () => new Promise((resolve) => ((inHand = true), (finish = resolve))) });
    await until('batch in hand', () => inHand);
    const closed = consumer[Symbol.asyncDispose]();
    finish();
    await closed;
    await using admin = await connectAdmin(testConnection());
    expect(await admin.committed(groupId, [topic])).toEqual([{ topic, partition: 0, offset: 5n }]);
  });

  test('commits what a handler says it is past, and brings only the rest again when it fails', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 5);
    const handed: number[][] = [];
    await using admin = await connectAdmin(testConnection());
    const { consumer } = await read(topic, {
      groupId,
      retryWaitMinMs: 10,
      handle: async (batch) => {
        handed.push(batch.records.map((record) => Number(textOf(record))));
        if (handed.length > 1) return;
        for (const record of batch.records.slice(0, 3)) batch.progressed(record);
        await until('the commit', async () => (await admin.committed(groupId, [topic]))[0]?.offset === 3n);
        throw new Error('at the fourth');
      },
    });
    await consumer.drain(20_000);
    expect(handed).toEqual([upTo(5), upTo(2, 3)]);
  });

  test('lets a failed partition rest alone, tells of it, and delivers the same records again, none skipped', async () => {
    const topic = await createTopic(2);
    const attempts: bigint[][] = [];
    let broken = true;
    const { consumer, records } = await read(topic, {
      retryWaitMinMs: 10,
      retryWaitMaxMs: 20,
      fetchWaitMs: 50,
      handle: (batch) => {
        if (batch.partition === 0 && broken) {
          attempts.push(batch.records.map(({ offset }) => offset));
          return Promise.reject(new Error('database lost'));
        }
        return Promise.resolve();
      },
    });
    await write(topic, 0, 3, 0);
    await until('a second attempt', () => attempts.length >= 3);
    await write(topic, 0, 4, 1);
    await until('the other partition', () => records.filter(({ partition }) => partition === 1).length === 4);
    expect(consumer.state().stalled).toEqual([{ topic, partition: 0, error: 'database lost', attempts: expect.any(Number) }]);
    expect(consumer.state().lag.find(({ partition }) => partition === 0)).toMatchObject({ records: 3 });
    broken = false;
    await consumer.drain(20_000);
    expect(records.filter(({ partition }) => partition === 0).map(textOf)).toEqual(['0', '1', '2']);
    expect(attempts.every((offsets) => offsets[0] === 0n)).toBe(true);
    expect(consumer.state().stalled).toEqual([]);
  });

  test('waits before it tries a failed partition again, longer each time', async () => {
    const topic = await createTopic(1);
    const failedAtMs: number[] = [];
    const { consumer } = await read(topic, {
      retryWaitMinMs: 200,
      handle: () => {
        if (failedAtMs.length === 3) return Promise.resolve();
        failedAtMs.push(performance.now());
        return Promise.reject(new Error('not yet'));
      },
    });
    await write(topic, 0, 1);
    await consumer.drain(20_000);
    const [first = 0, second = 0, third = 0] = failedAtMs;
    expect(second - first).toBeGreaterThan(190);
    expect(third - second).toBeGreaterThan(390);
  });

  test('tries a failed partition again soon although others have nothing to fetch', async () => {
    const topic = await createTopic(1);
    let failedAtMs = 0;
    const { consumer } = await read(topic, {
      retryWaitMinMs: 10,
      handle: () => {
        if (failedAtMs > 0) return Promise.resolve();
        failedAtMs = performance.now();
        return Promise.reject(new Error('once'));
      },
    });
    await write(topic, 0, 1);
    await consumer.drain(20_000);
    // kafkajs waits up to 5 s with a fetch that has nothing to bring.
    expect(performance.now() - failedAtMs).toBeLessThan(2000);
  });

  test('begins at the stored positions and not at the committed ones, forwards and backwards', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 50);
    const all = await read(topic, { groupId });
    await all.consumer.drain(20_000);
    await all.consumer[Symbol.asyncDispose]();
    const back = await read(topic, { groupId, onAssigned: (places) => Promise.resolve(places.map((place) => ({ ...place, offset: 20n }))) });
    await back.consumer.drain(20_000);
    expect(back.values).toEqual(upTo(30, 20));
    const ahead = await read(topic, { onAssigned: (places) => Promise.resolve(places.map((place) => ({ ...place, offset: 45n }))) });
    await ahead.consumer.drain(20_000);
    expect(ahead.values).toEqual(upTo(5, 45));
  });

  test('fetches nothing before the positions are read, even where the committed offset is gone', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 1);
    const first = await read(topic, { groupId });
    await first.consumer.drain(20_000);
    await first.consumer[Symbol.asyncDispose]();
    await write(topic, 1, 9);
    await expire(topic, 5);
    let answer: (() => void) | null = null;
    const proxy = await openProxy();
    const reading = read(topic, { groupId, onAssigned: (places) => new Promise((resolve) => (answer = () => resolve(places.map((place) => ({ ...place, offset: 7n }))))) }, {}, [proxy.address]);
    const release = await until('the question for positions', () => answer);
    expect(proxy.seen(apiKeys.fetch)).toBe(0);
    release();
    const { consumer, values } = await reading;
    await consumer.drain(20_000);
    expect(values).toEqual([7, 8, 9]);
  });

  test.each([['beyond the end', 51n], ['before the start', 5n]])('refuses a stored position %s and hands nothing over', async (_where, offset) => {
    const topic = await createTopic(1);
    await write(topic, 0, 50);
    await expire(topic, 10);
    const handled: RecordBatch[] = [];
    await expect(read(topic, {
      onAssigned: (places) => Promise.resolve(places.map((place) => ({ ...place, offset }))),
      handle: (batch) => (handled.push(batch), Promise.resolve()),
    })).rejects.toThrow(OffsetOutOfRangeError);
    expect(handled).toEqual([]);
  });

  test('refuses a committed position whose records expired unread', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 10);
    const first = await read(topic, { groupId });
    await first.consumer.drain(20_000);
    await first.consumer[Symbol.asyncDispose]();
    await write(topic, 10, 40);
    await expire(topic, 30);
    await expect(read(topic, { groupId })).rejects.toThrow(OffsetOutOfRangeError);
  });

  test('moves partitions between members without losing a record', async () => {
    const topic = await createTopic(6);
    const groupId = `group-${randomUUID()}`;
    for (let partition = 0; partition < 6; partition += 1) await write(topic, partition * 1000, 200, partition);
    const readings = [await read(topic, { groupId, partitionBytesMax: 2000 })];
    readings.push(await read(topic, { groupId, partitionBytesMax: 2000 }));
    await until('a share for both', () => readings.every(({ consumer }) => consumer.state().assigned.length === 3));
    for (let partition = 0; partition < 6; partition += 1) await write(topic, partition * 1000 + 200, 200, partition);
    await readings[0]?.consumer[Symbol.asyncDispose]();
    await until('all for one', () => readings[1]?.consumer.state().assigned.length === 6);
    await readings[1]?.consumer.drain(20_000);
    const seen = new Set(readings.flatMap(({ values }) => values));
    expect(seen.size).toBe(2400);
  });

  test('steps over the markers that end transactions, also where they stand alone', async () => {
    const topic = await createTopic(1);
    const producer = new kafkajs.Kafka({ brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).producer({ transactionalId: `test-${randomUUID()}`, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const { consumer, values } = await read(topic);
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: end === 'commit' ? '0' : '1' }] });
      await transaction[end]();
      await consumer.drain(10_000);
    }
    await producer.disconnect();
    expect(values).toEqual([0]);
    expect(consumer.state().lag).toMatchObject([{ records: 0 }]);
  });

  test('knows how far it is behind although it fetches nothing, since a handler has the client wait', async () => {
    const topic = await createTopic(2);
    const { promise: mayFinish, resolve: finish } = Promise.withResolvers<void>();
    let inHand = false;
    const { consumer } = await read(topic, { handle: () => ((inHand = true), mayFinish) }, { endsEveryMs: 20 });
    await write(topic, 0, 1);
    await until('a batch in hand', () => inHand);
    await write(topic, 1, 2);
    await write(topic, 0, 4, 1);
    const ofPartition = (index: number) => consumer.state().lag.find(({ partition }) => partition === index);
    await until('what the broker has', () => ofPartition(0)?.records === 3 && ofPartition(1)?.records === 4);
    await until('how long', () => (ofPartition(1)?.seconds ?? 0) > 0);
    finish();
    await consumer.drain(20_000);
    expect(consumer.state().lag).toMatchObject([{ records: 0, seconds: 0 }, { records: 0, seconds: 0 }]);
  });
});
