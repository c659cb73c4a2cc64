import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { patiently } from './bounds.ts';
import { openCluster } from './cluster.ts';
import { TopicMismatchError } from './errors.ts';
import type { Acl, KafkaAdmin, KafkaConnection, TopicDifference, TopicPartition, TopicSpec } from './types.ts';

export async function connectAdmin(connection: KafkaConnection): Promise<KafkaAdmin> {
  const admin = openCluster(connection).admin();
  await admin.connect();
  return new ClusterAdmin(admin);
}

/** A broker may name itself leader in the metadata a moment before it serves the partition. */
const leaderWaitMs = 15_000;
const leaderRetryMs = 50;
const goneMsMax = 15_000;

/** How the protocol calls an error. */
function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined;
}

/** Errors of a topic that was created a moment ago. */
function awaitsLeader(error: unknown): boolean {
  const type = typeOf(error);
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE' || type === 'NOT_LEADER_FOR_PARTITION';
}

/** The one resource of its kind, as brokers call it. */
const clusterName = 'kafka-cluster';
const operations = { Read: 'READ', Write: 'WRITE', Create: 'CREATE', Describe: 'DESCRIBE', DescribeConfigs: 'DESCRIBE_CONFIGS', IdempotentWrite: 'IDEMPOTENT_WRITE' } as const;
const resources = { topic: 'TOPIC', group: 'GROUP', cluster: 'CLUSTER' } as const;

function aclOf({ principal, operation, resource }: Acl): AclEntry {
  return {
    principal: `User:${principal}`, host: '*', operation: kafkajs.AclOperationTypes[operations[operation]], permissionType: kafkajs.AclPermissionTypes.ALLOW,
    resourceType: kafkajs.AclResourceTypes[resources[resource.kind]], resourceName: resource.kind === 'cluster' ? clusterName : resource.name,
    resourcePatternType: kafkajs.ResourcePatternTypes[resource.kind !== 'cluster' && resource.prefixed ? 'PREFIXED' : 'LITERAL'],
  };
}

class ClusterAdmin implements KafkaAdmin {
  readonly #admin: Admin;
  constructor(admin: Admin) {
    this.#admin = admin;
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<TopicDifference[]> {
    const present = new Set(await this.#admin.listTopics());
    const missing = specs.filter(({ topic }) => !present.has(topic));
    if (missing.length > 0) {
      await this.#admin.createTopics({
        // kafkajs asks once, and a broker that has not heard of its new topics yet makes that fail.
        waitForLeaders: false,
        topics: missing.map(({ topic, partitions, replicationFactor, config }) => ({
          topic, numPartitions: partitions, replicationFactor, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      });
    }
    const topics = await this.#metadataOf(specs.map(({ topic }) => topic));
    for (const spec of specs) {
      const count = topics.find(({ name }) => name === spec.topic)?.partitions.length;
      if (count !== spec.partitions) throw new TopicMismatchError(`Topic ${spec.topic} has ${count} partitions, the settings say ${spec.partitions}: keys would land elsewhere. Set the partition count to what is there.`);
    }
    return await this.#differencesOf(specs.filter(({ topic }) => present.has(topic)));
  }

  async #differencesOf(specs: readonly TopicSpec[]): Promise<TopicDifference[]> {
    if (specs.length === 0) return [];
    const { resources } = await this.#admin.describeConfigs({
      includeSynonyms: false, resources: specs.map(({ topic, config }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: Object.keys(config) })),
    }).catch((error: unknown) => {
      // Who may create topics need not be allowed to look at others.
      if (typeOf(error) === 'TOPIC_AUTHORIZATION_FAILED') return { resources: [] };
      throw error;
    });
    return resources.flatMap(({ resourceName, configEntries }) => {
      const config = specs.find(({ topic }) => topic === resourceName)?.config ?? {};
      return configEntries.flatMap(({ configName, configValue }) => {
        const wanted = config[configName];
        return wanted === undefined || wanted === configValue ? [] : [{ topic: resourceName, setting: configName, is: configValue, wanted }];
      });
    });
  }

  /** Metadata once every partition has a leader. */
  async #metadataOf(names: string[]) {
    const deadline = Date.now() + leaderWaitMs;
    for (;;) {
      try {
        const { topics } = await this.#admin.fetchTopicMetadata({ topics: names });
        if (topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return topics;
      } catch (error) {
        if (!awaitsLeader(error) || Date.now() > deadline) throw error;
      }
      if (Date.now() > deadline) throw new Error(`Not all of ${names.join(', ')} have a leader after ${leaderWaitMs} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async permit(acls: readonly Acl[]): Promise<void> {
    await this.#admin.createAcls({ acl: acls.map(aclOf) });
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#admin.deleteTopics({ topics: [...topics] });
    // The controller has answered; brokers learn of it a moment later.
    const deadline = Date.now() + goneMsMax;
    while ((await this.#admin.listTopics()).some((topic) => topics.includes(topic))) {
      if (Date.now() > deadline) throw new Error(`The topics are still listed ${goneMsMax / 1000} s after they were deleted.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async listTopics(): Promise<string[]> {
    return await this.#admin.listTopics();
  }

  async clusterId(): Promise<string> {
    return (await this.#admin.describeCluster()).clusterId;
  }

  async watermarks(topic: string): Promise<ReadonlyArray<{ partition: number; low: bigint; high: bigint }>> {
    const offsets = await patiently(() => this.#admin.fetchTopicOffsets(topic), { msMax: leaderWaitMs, waitMs: leaderRetryMs, isPassing: awaitsLeader });
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  async committed(groupId: string, topics: readonly string[]): Promise<ReadonlyArray<TopicPartition & { offset: bigint | null }>> {
    const fetched = await patiently(() => this.#admin.fetchOffsets({ groupId, topics: [...topics] }));
    return fetched.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset: offset === '-1' ? null : BigInt(offset) })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect();
  }
}
