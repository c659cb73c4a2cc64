import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, Producer, RecordMetadata } from 'kafkajs';
import { BatchingProducer, type ProducerSession } from './batching.ts';
import { openCluster } from './cluster.ts';
import type { TopicMessages } from './response-check.ts';
import type { KafkaConnection, ProducerLimits, RecordProducer } from './types.ts';

/** Longer than all tries over a broker restart; a connection that is dead without saying so would be asked for ever. */
const writeMsMaxDefault = 60_000;
/** kafkajs takes leave once every request is answered, which a dead connection never does. */
const closeMsMax = 5000;

/** What only this package and its tests may change. */
export type ProducerInternals = { writeMsMax?: number };

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
    await Promise.all([producer.connect(), admin.connect()]);
  } catch (error) {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.#writeMsMax / 1000} s`)), this.#writeMsMax);
    });
    try {
      return await Promise.race([this.#producer.sendBatch({ topicMessages, acks: -1 }), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async partitionCount(topic: string): Promise<number> {
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  }

  async close(): Promise<void> {
    const closed = Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect()]);
    await Promise.race([closed, wait(closeMsMax, undefined, { ref: false })]);
  }
}
