import type { Admin } from 'kafkajs';
import { openCluster } from './cluster.ts';
import { TopicMismatchError } from './errors.ts';
import type { KafkaAdmin, KafkaConnection, TopicPartition, TopicSpec } from './types.ts';

export async function connectAdmin(connection: KafkaConnection): Promise<KafkaAdmin> {
  const admin = openCluster(connection).admin();
  await admin.connect();
  return new ClusterAdmin(admin);
}

class ClusterAdmin implements KafkaAdmin {
  readonly #admin: Admin;
  constructor(admin: Admin) {
    this.#admin = admin;
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    const present = new Set(await this.#admin.listTopics());
    const missing = specs.filter(({ topic }) => !present.has(topic));
    if (missing.length > 0) {
      await this.#admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ topic, partitions, replicationFactor, config }) => ({
          topic, numPartitions: partitions, replicationFactor, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      });
    }
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: specs.map(({ topic }) => topic) });
    for (const spec of specs) {
      const count = topics.find(({ name }) => name === spec.topic)?.partitions.length;
      if (count !== spec.partitions) throw new TopicMismatchError(`Topic ${spec.topic} has ${count} partitions, the settings say ${spec.partitions}: keys would land elsewhere. Set the partition count to what is there.`);
    }
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#admin.deleteTopics({ topics: [...topics] });
  }

  async listTopics(): Promise<string[]> {
    return await this.#admin.listTopics();
  }

  async clusterId(): Promise<string> {
    return (await this.#admin.describeCluster()).clusterId;
  }

  async watermarks(topic: string): Promise<ReadonlyArray<{ partition: number; low: bigint; high: bigint }>> {
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  async committed(groupId: string, topics: readonly string[]): Promise<ReadonlyArray<TopicPartition & { offset: bigint | null }>> {
    const fetched = await this.#admin.fetchOffsets({ groupId, topics: [...topics] });
    return fetched.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset: offset === '-1' ? null : BigInt(offset) })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect();
  }
}
