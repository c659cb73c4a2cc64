import { randomUUID } from 'node:crypto';
import { connectAdmin } from './admin.ts';
import { connectConsumer } from './consumer.ts';
import { placeOf } from './positions.ts';
import type { ConsumedRecord, KafkaConnection, WholeTopicReader } from './types.ts';

export type WholeTopicOptions = {
  topics: readonly string[];
  /** Called in offset order per partition. Throwing stops the reader's progress until it works: nothing is skipped. */
  onRecord(record: ConsumedRecord): void | Promise<void>;
  onCrash(error: Error): void;
};

/**
 * Reads topics from their first record and keeps following: for compacted control topics that every instance holds in
 * memory. Commits nothing, so its group vanishes with it, even after a kill.
 */
export async function readWholeTopic(connection: KafkaConnection, options: WholeTopicOptions): Promise<WholeTopicReader> {
  const awaited = await readEnds(connection, options.topics);
  const reached = new Map<string, bigint>();
  let resolveCaughtUp: () => void = () => undefined;
  const caughtUp = new Promise<void>((resolve) => (resolveCaughtUp = resolve));
  if (awaited.size === 0) resolveCaughtUp();
  const consumer = await connectConsumer(connection, {
    groupId: `${connection.clientId}-whole-${randomUUID()}`,
    topics: options.topics,
    onCrash: options.onCrash,
    // After a rebalance this goes on where it was; a first assignment begins at the first record.
    onAssigned: (partitions) => Promise.resolve(partitions.flatMap((place) => {
      const offset = reached.get(placeOf(place));
      return offset === undefined ? [] : [{ ...place, offset }];
    })),
    handle: async (batch) => {
      for (const record of batch.records) {
        await options.onRecord(record);
        reached.set(placeOf(batch), record.offset + 1n);
      }
    },
  }, {
    commits: false,
    onProgress: (place, next) => {
      reached.set(placeOf(place), next);
      const end = awaited.get(placeOf(place));
      if (end !== undefined && next >= end) awaited.delete(placeOf(place));
      if (awaited.size === 0) resolveCaughtUp();
    },
  });
  return { caughtUp, state: () => consumer.state(), [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose]() };
}

async function readEnds(connection: KafkaConnection, topics: readonly string[]): Promise<Map<string, bigint>> {
  await using admin = await connectAdmin(connection);
  const ends = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.watermarks(topic)) if (high > low) ends.set(placeOf({ topic, partition }), high);
  }
  return ends;
}
