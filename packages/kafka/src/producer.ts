import type { Admin, Producer, RecordMetadata } from 'kafkajs';
import { BatchingProducer, type ProducerSession } from './batching.ts';
import { answerWithin, disconnectAll } from './bounds.ts';
import { openCluster } from './cluster.ts';
import type { TopicMessages } from './response-check.ts';
import type { KafkaConnection, ProducerLimits, RecordProducer } from './types.ts';

/** Longer than all tries over a broker restart. Who waits for a write holds its partitions all the while. */
const writeMsMaxDefault = 60_000;

/** What only this package and its tests may change. */
export type ProducerInternals = {
  /** How long a write may take, and whatever else a session is asked, beginning with its opening. */
  writeMsMax?: number;
};

export const producerLimitsDefault: ProducerLimits = { lingerMs: 0, batchBytesMax: 4_000_000, queueBytesMax: 32_000_000 };

/** Connects an idempotent producer that waits for all in-sync replicas. */
export async function connectProducer(connection: KafkaConnection, limits: Partial<ProducerLimits> = {}, { writeMsMax = writeMsMaxDefault }: ProducerInternals = {}): Promise<RecordProducer> {
  const open = () => openSession(connection, writeMsMax);
  return new BatchingProducer(await open(), open, { ...producerLimitsDefault, ...limits });
}

async function openSession(connection: KafkaConnection, writeMsMax: number): Promise<ProducerSession> {
  const cluster = openCluster(connection);
  const producer = cluster.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner: () => ({ message }) => message.partition ?? 0 });
  const admin = cluster.admin();
  try {
    await answerWithin(writeMsMax, Promise.all([producer.connect(), admin.connect()]));
  } catch (error) {
    await disconnectAll([producer, admin]);
    throw error;
  }
  return new KafkajsSession(producer, admin, writeMsMax);
}

class KafkajsSession implements ProducerSession {
  readonly #producer: Producer;
  readonly #admin: Admin;
  readonly #writeMsMax: number;

  constructor(producer: Producer, admin: Admin, writeMsMax: number) {
    this.#producer = producer;
    this.#admin = admin;
    this.#writeMsMax = writeMsMax;
  }

  async write(topicMessages: TopicMessages[]): Promise<RecordMetadata[]> {
    return await answerWithin(this.#writeMsMax, this.#producer.sendBatch({ topicMessages, acks: -1 }));
  }

  async partitionCount(topic: string): Promise<number> {
    const { topics } = await answerWithin(this.#writeMsMax, this.#admin.fetchTopicMetadata({ topics: [topic] }));
    return topics[0]?.partitions.length ?? 0;
  }

  async close(): Promise<void> {
    await disconnectAll([this.#producer, this.#admin]);
  }
}
