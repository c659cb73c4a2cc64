import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { connectAdmin } from './admin.ts';
import { TopicMismatchError } from './errors.ts';
import { connectProducer } from './producer.ts';
import type { TopicSpec } from './types.ts';
import { createTopic, testConnection } from './testing/test-cluster.ts';

describe('admin', () => {
  test('creates what is missing, is content with what is there, and refuses another partition count', async () => {
    await using admin = await connectAdmin(testConnection());
    const topic = `test-kafka-${randomUUID()}`;
    const spec = { topic, partitions: 2, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } };
    expect(await admin.ensureTopics([spec])).toEqual([]);
    expect(await admin.ensureTopics([spec])).toEqual([]);
    expect(await admin.listTopics()).toContain(topic);
    await expect(admin.ensureTopics([{ ...spec, partitions: 3 }])).rejects.toThrow(TopicMismatchError);
    await admin.deleteTopics([topic]);
    expect(await admin.listTopics()).not.toContain(topic);
  });

  test('tells which settings of a topic that was there differ, and leaves them', async () => {
    await using admin = await connectAdmin(testConnection());
    const [one, two] = [0, 1].map((): TopicSpec => ({ topic: `test-kafka-${randomUUID()}`, partitions: 1, replicationFactor: 1, config: { 'message.timestamp.type': 'CreateTime', 'retention.ms': '1000' } }));
    if (one === undefined || two === undefined) throw new Error('There are two.');
    await admin.ensureTopics([one]);
    const changed = [one, two].map((spec) => ({ ...spec, config: { ...spec.config, 'message.timestamp.type': 'LogAppendTime' } }));
    const difference = { topic: one.topic, setting: 'message.timestamp.type', is: 'CreateTime', wanted: 'LogAppendTime' };
    for (let round = 0; round < 2; round += 1) expect(await admin.ensureTopics(changed)).toEqual([difference]);
  });

  test('is content when several services create the same topic at once', async () => {
    const spec = { topic: `test-kafka-${randomUUID()}`, partitions: 3, replicationFactor: 1, config: {} };
    await Promise.all(Array.from({ length: 4 }, async () => {
      await using admin = await connectAdmin(testConnection());
      await admin.ensureTopics([spec]);
    }));
  });

  test('knows the cluster, the ends of a topic, and that a group has committed nothing', async () => {
    const topic = await createTopic(2);
    await using producer = await connectProducer(testConnection());
    await producer.send([{ topic, partition: 1, key: null, value: Buffer.from('a') }]);
    await using admin = await connectAdmin(testConnection());
    expect(await admin.clusterId()).toMatch(/^\S{10,}$/);
    const marks = await admin.watermarks(topic);
    expect([...marks].sort((a, b) => a.partition - b.partition)).toEqual([{ partition: 0, low: 0n, high: 0n }, { partition: 1, low: 0n, high: 1n }]);
    const committed = await admin.committed(`group-${randomUUID()}`, [topic]);
    expect(committed.map(({ offset }) => offset)).toEqual([null, null]);
  });
});
