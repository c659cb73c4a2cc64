import { randomUUID } from 'node:crypto';
import { openCluster } from './cluster.ts';
import { connectConsumer } from './consumer.ts';
import type { ConsumedRecord, KafkaConnection, WholeTopicReader } from './types.ts';

export type WholeTopicOptions = {
  topics: readonly string[];
  /** Called in offset order per partition. Throwing stops the reader's progress until it works: nothing is skipped. */
  onRecord(record: ConsumedRecord): void | Promise<void>;
  onCrash(error: Error): void;
};

/**
 * Reads topics from their first record and keeps following: for compacted control topics that every instance holds in
 * memory. Uses a group of its own that is deleted when disposed.
 */
export async function readWholeTopic(connection: KafkaConnection, options: WholeTopicOptions): Promise<WholeTopicReader> {
  const groupId = `${connection.clientId}-whole-${randomUUID()}`;
  const admin = openCluster(connection).admin();
  await admin.connect();
  const awaited = new Map<string, bigint>();
  for (const topic of options.topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (high !== low) awaited.set(`${topic}/${partition}`, BigInt(high));
    }
  }
  let resolveCaughtUp: () => void = () => undefined;
  const caughtUp = new Promise<void>((resolve) => (resolveCaughtUp = resolve));
  if (awaited.size === 0) resolveCaughtUp();
  const consumer = await connectConsumer(connection, {
    groupId,
    topics: options.topics,
    onCrash: options.onCrash,
    handle: async (batch) => {
      for (const record of batch.records) await options.onRecord(record);
      const place = `${batch.topic}/${batch.partition}`;
      const end = awaited.get(place);
      const last = batch.records.at(-1);
      if (end !== undefined && last !== undefined && last.offset + 1n >= end) awaited.delete(place);
      if (awaited.size === 0) resolveCaughtUp();
    },
  });
  return {
    caughtUp,
    state: () => consumer.state(),
    async [Symbol.asyncDispose]() {
      await consumer[Symbol.asyncDispose]();
      await admin.deleteGroups([groupId]).catch(() => undefined);
      await admin.disconnect();
    },
  };
}
