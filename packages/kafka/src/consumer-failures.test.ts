import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { connectAdmin } from './admin.ts';
import { ConsumerStuckError } from './errors.ts';
import { connectProducer } from './producer.ts';
import { apiKeys } from './testing/fault-proxy.ts';
import { closeReadings, expire, openProxy, read, upTo, write } from './testing/reading.ts';
import type { Reading } from './testing/reading.ts';
import { createTopic, testConnection, until } from './testing/test-cluster.ts';

afterAll(closeReadings);

describe('a consumer', () => {
  test('ends when records expire under it, once, instead of resetting', async () => {
    const topic = await createTopic(1);
    await write(topic, 0, 10);
    let broken = true;
    const { consumer, values, crashes } = await read(topic, { retryWaitMinMs: 10, handle: () => (broken ? Promise.reject(new Error('not yet')) : Promise.resolve()) });
    await until('a stall', () => consumer.state().stalled.length === 1);
    await expire(topic, 5);
    broken = false;
    await until('the crash', () => crashes.length > 0 || values.length > 0);
    expect(values).toEqual([]);
    expect(crashes).toHaveLength(1);
    expect(String(crashes[0]?.message)).toContain('not in the log');
    expect(consumer.state().running).toBe(false);
  });

  test('keeps beating while a handler works longer than a session', async () => {
    const topic = await createTopic(1);
    await write(topic, 0, 1);
    const proxy = await openProxy();
    let owned = false;
    const { consumer } = await read(topic, {
      handle: async (batch) => {
        const before = proxy.seen(apiKeys.heartbeat);
        await until('three heartbeats', () => proxy.seen(apiKeys.heartbeat) >= before + 3, 30_000);
        owned = batch.isOwned();
      },
    }, { sessionTimeoutMs: 6000 }, [proxy.address]);
    await consumer.drain(40_000);
    expect(owned).toBe(true);
  });

  test('tells a handler that its partition went to somebody else, and commits nothing of it', async () => {
    const topic = await createTopic(1);
    const groupId = `group-${randomUUID()}`;
    await write(topic, 0, 3);
    const proxy = await openProxy();
    let lost = false;
    const loser = await read(topic, {
      groupId,
      handle: async (batch) => {
        // Silent towards the coordinator, as in a long pause: the session ends and the group moves on.
        proxy.frozen = true;
        await until('somebody else handled it', () => winner !== null && winner.values.length === 3, 40_000);
        proxy.frozen = false;
        await until('the loss noticed', () => !batch.isOwned(), 40_000);
        lost = true;
        throw new Error('given up');
      },
    }, { sessionTimeoutMs: 6000 }, [proxy.address]);
    let winner: Reading | null = null;
    winner = await read(topic, { groupId });
    await until('the loser gave up', () => lost, 40_000);
    await using admin = await connectAdmin(testConnection());
    await until('the commit', async () => (await admin.committed(groupId, [topic]))[0]?.offset === 3n);
    expect(loser.values).toEqual([]);
    expect(winner.values).toEqual([0, 1, 2]);
  });

  test('goes on by itself, with the producer, when the broker was away for a while', async () => {
    const topic = await createTopic(2);
    const proxy = await openProxy();
    const { consumer, values, crashes } = await read(topic, {}, {}, [proxy.address]);
    await using producer = await connectProducer(testConnection([proxy.address]));
    const send = (value: number) => producer.send([{ topic, partition: value % 2, key: null, value: Buffer.from(String(value)) }]);
    await send(0);
    await consumer.drain(20_000);
    proxy.setAway(true);
    const failedBefore = proxy.refused;
    const sent = Promise.all([send(1), send(2), send(3)]);
    await until('both in vain', () => proxy.refused >= failedBefore + 10);
    proxy.setAway(false);
    await sent;
    await consumer.drain(20_000);
    expect(new Set(values)).toEqual(new Set(upTo(4)));
    expect(crashes).toEqual([]);
  });

  test('outlives a broker whose end a heartbeat meets before a fetch does', async () => {
    const topic = await createTopic(1);
    const proxy = await openProxy();
    const { consumer, values, crashes } = await read(topic, {}, { heartbeatIntervalMs: 1 }, [proxy.address]);
    for (let round = 0; round < 5; round += 1) {
      proxy.setAway(true);
      const refusedBefore = proxy.refused;
      await until('many tries in vain', () => proxy.refused >= refusedBefore + 5 || crashes.length > 0);
      proxy.setAway(false);
      await write(topic, round, 1);
      await until('the record', () => values.length === round + 1 || crashes.length > 0);
    }
    expect(crashes).toEqual([]);
    expect(consumer.state().running).toBe(true);
  });

  test('ends when the broker neither answers nor hangs up', async () => {
    const topic = await createTopic(1);
    const proxy = await openProxy();
    const { consumer, crashes } = await read(topic, {}, { idleMsMax: 1000 }, [proxy.address]);
    expect(consumer.state().running).toBe(true);
    proxy.frozen = true;
    await until('the watchdog', () => crashes.length > 0);
    expect(crashes[0]).toBeInstanceOf(ConsumerStuckError);
    expect(consumer.state().running).toBe(false);
  });

  test('ends when the client fetches nothing although there is something to read, and only then', async () => {
    const topic = await createTopic(1);
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as { prototype: { fetch(): Promise<unknown[]>; groupId: string } };
    const fetch = prototype.fetch;
    const groupId = `group-${randomUUID()}`;
    const { consumer, crashes, values } = await read(topic, { groupId }, { endsEveryMs: 20, overlookedMsMax: 1000 });
    let lookedPastIt = 0;
    prototype.fetch = function overlook(...parameters) {
      if (this.groupId !== groupId) return fetch.apply(this, parameters);
      lookedPastIt += 1;
      return wait(20, []);
    };
    try {
      await until('a second and more without anything to read', () => lookedPastIt > 80);
      expect(crashes).toEqual([]);
      await write(topic, 0, 3);
      await until('the end', () => crashes.length > 0);
    } finally {
      prototype.fetch = fetch;
    }
    expect(crashes).toEqual([expect.any(ConsumerStuckError)]);
    expect(crashes[0]?.message).toMatch(new RegExp(`fetched nothing for \\d+ s although there is something to read: ${topic}/0 \\(3 records\\)`));
    expect(values).toEqual([]);
    expect(consumer.state().running).toBe(false);
  });

  test('ends when whoever has the positions does not answer: its heartbeats would hold the partitions for ever', async () => {
    const topic = await createTopic(1);
    const silent = read(topic, { onAssigned: () => new Promise(() => undefined) }, { unsettledMsMax: 2000 });
    await expect(silent).rejects.toThrow(/has not begun to work on any assignment for 2 s/);
  });
});
