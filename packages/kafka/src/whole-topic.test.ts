import { describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { connectProducer } from './producer.ts';
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
    expect(await groupsOf(connection.clientId)).toEqual([]);
  });

  test('is caught up at once with topics that hold nothing', async () => {
    const topic = await createTopic(2);
    await using reader = await readWholeTopic(testConnection(), { topics: [topic], onRecord: () => undefined, onCrash: (error) => { throw error; } });
    await reader.caughtUp;
    expect(reader.state().assigned).toHaveLength(2);
  });
});
