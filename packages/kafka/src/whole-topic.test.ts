import { describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { connectProducer } from './producer.ts';
import { FaultProxy } from './testing/fault-proxy.ts';
import { createTopic, testBroker, testConnection, textOf, until } from './testing/test-cluster.ts';
import { readWholeTopic } from './whole-topic.ts';

async function groupsOf(clientId: string): Promise<string[]> {
  const admin = new kafkajs.Kafka({ brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(clientId));
  const offsets = await Promise.all(ours.map((groupId) => admin.fetchOffsets({ groupId })));
  await admin.disconnect();
  return offsets.flat().map(({ topic }) => topic);
}

async function membersOf(clientId: string): Promise<number> {
  const admin = new kafkajs.Kafka({ brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const ours = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(clientId));
  const { groups } = await admin.describeGroups(ours);
  await admin.disconnect();
  return groups.reduce((sum, { members }) => sum + members.length, 0);
}

describe('whole topic', () => {
  test('is caught up once everything that was there is delivered, follows, and commits nothing', async () => {
    const topic = await createTopic(3, { 'cleanup.policy': 'compact' });
    const empty = await createTopic(1);
    const connection = testConnection();
    await using producer = await connectProducer(connection);
    const send = (values: string[]) => producer.send(values.map((value) => ({ topic, key: value, value: Buffer.from(value) })));
    const before = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    await send(before);
    const values: string[] = [];
    let failures = 2;
    await using reader = await readWholeTopic(connection, {
      topics: [topic, empty],
      onRecord: (record) => {
        if (failures-- > 0) throw new Error('not yet');
        values.push(textOf(record));
      },
      onCrash: (error) => { throw error; },
    });
    await reader.caughtUp;
    expect(new Set(values)).toEqual(new Set(before));
    await send(['later']);
    await until('the later record', () => values.includes('later'));
    expect(reader.state()).toMatchObject({ running: true, stalled: [] });
    // Its end is when a group commits what it has not yet.
    await reader[Symbol.asyncDispose]();
    expect(await groupsOf(connection.clientId)).toEqual([]);
  });

  test('is caught up at once with topics that hold nothing', async () => {
    const topic = await createTopic(2);
    await using reader = await readWholeTopic(testConnection(), { topics: [topic], onRecord: () => undefined, onCrash: (error) => { throw error; } });
    await reader.caughtUp;
    expect(reader.state().assigned).toHaveLength(2);
  });

  test('goes on where it was after the group took it for dead', async () => {
    const topic = await createTopic(1);
    await using producer = await connectProducer(testConnection());
    const send = (value: string) => producer.send([{ topic, key: null, value: Buffer.from(value) }]);
    await send('a');
    await using proxy = await FaultProxy.open();
    const connection = { ...testConnection([proxy.address]), sessionTimeoutMs: 6000, requestTimeoutMs: 1000 };
    const values: string[] = [];
    await using reader = await readWholeTopic(connection, { topics: [topic], onRecord: (record) => void values.push(textOf(record)), onCrash: (error) => { throw error; } });
    await reader.caughtUp;
    proxy.frozen = true;
    await until('the group to be empty', async () => (await membersOf(connection.clientId)) === 0, 30_000);
    proxy.frozen = false;
    // A fetch asks nobody for membership: what is read before the next heartbeat proves nothing.
    await until('it to be back', async () => (await membersOf(connection.clientId)) === 1 && reader.state().running, 30_000);
    await send('b');
    await until('the later record', () => values.includes('b'), 30_000);
    expect(values).toEqual(['a', 'b']);
  });
});
