import type { Admin, Message, Producer, RecordMetadata } from 'kafkajs';
import { openCluster } from './cluster.ts';
import { ProduceError, RecordTooLargeError } from './errors.ts';
import { partitionForKey } from './partitioner.ts';
import { missingPartitions, type TopicMessages } from './response-check.ts';
import type { KafkaConnection, OutgoingRecord, ProducerLimits, RecordProducer } from './types.ts';

/** What one partition's share of a request may hold; brokers refuse 1 MiB by default. */
const partitionBytesMax = 900_000;
/** A single record may be larger where the topic allows it (dead letters: 2 MB). */
const recordBytesMax = 2_000_000;
const recordOverheadBytes = 100;
const resendsMax = 5;

export const producerLimitsDefault: ProducerLimits = { lingerMs: 0, batchBytesMax: 4_000_000, queueBytesMax: 32_000_000 };

type Call = { left: number; resolve: () => void; reject: (error: Error) => void };
type Queued = { topic: string; message: Message & { partition: number }; bytes: number; call: Call };

/** Connects an idempotent producer that waits for all in-sync replicas. */
export async function connectProducer(connection: KafkaConnection, limits: Partial<ProducerLimits> = {}): Promise<RecordProducer> {
  const cluster = openCluster(connection);
  const producer = cluster.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, createPartitioner: () => ({ message }) => message.partition ?? 0 });
  const admin = cluster.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  return new BatchingProducer(producer, admin, { ...producerLimitsDefault, ...limits });
}

/**
 * One request in flight, always: with several, kafkajs loses a message and doubles another when one response is lost.
 * Throughput comes from merging what callers queue meanwhile.
 */
class BatchingProducer implements RecordProducer {
  readonly #producer: Producer;
  readonly #admin: Admin;
  readonly #limits: ProducerLimits;
  readonly #partitionCounts = new Map<string, Promise<number>>();
  readonly #queue: Queued[] = [];
  #queuedBytes = 0;
  #roundRobin = 0;
  #pumping: Promise<void> | null = null;
  #waiting: Array<() => void> = [];

  constructor(producer: Producer, admin: Admin, limits: ProducerLimits) {
    this.#producer = producer;
    this.#admin = admin;
    this.#limits = limits;
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (const record of records) checkSize(record);
    for (const topic of new Set(records.map((record) => record.topic))) await this.#partitionCount(topic);
    while (this.#queuedBytes > this.#limits.queueBytesMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const counts = new Map<string, number>();
    for (const record of records) if (!counts.has(record.topic)) counts.set(record.topic, await this.#partitionCount(record.topic));
    await new Promise<void>((resolve, reject) => {
      const call: Call = { left: records.length, resolve, reject };
      for (const record of records) this.#enqueue(record, counts.get(record.topic) ?? 1, call);
      this.#pumping ??= this.#pump();
    });
  }

  async flush(): Promise<void> {
    while (this.#pumping !== null) await this.#pumping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect()]);
  }

  #enqueue(record: OutgoingRecord, partitionCount: number, call: Call): void {
    const partition = record.partition ?? (record.key === null ? this.#roundRobin++ % partitionCount : partitionForKey(record.key, partitionCount));
    const bytes = sizeOf(record);
    const message = { key: record.key, value: record.value, partition, ...(record.headers === undefined ? {} : { headers: record.headers }) };
    this.#queue.push({ topic: record.topic, message, bytes, call });
    this.#queuedBytes += bytes;
  }

  #partitionCount(topic: string): Promise<number> {
    let count = this.#partitionCounts.get(topic);
    if (count === undefined) {
      count = this.#admin.fetchTopicMetadata({ topics: [topic] }).then(({ topics }) => topics[0]?.partitions.length ?? 0);
      this.#partitionCounts.set(topic, count);
      count.catch(() => this.#partitionCounts.delete(topic));
    }
    return count;
  }

  async #pump(): Promise<void> {
    if (this.#limits.lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#limits.lingerMs));
    else await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#write(batch);
        for (const { call } of batch) if ((call.left -= 1) === 0) call.resolve();
      } catch (error) {
        const failure = new ProduceError(`Kafka did not acknowledge ${batch.length} records: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        for (const { call } of batch) call.reject(failure);
      }
      this.#wakeWaiting();
    }
    this.#pumping = null;
  }

  /** From the front, in order, as long as neither the request nor any partition's share grows too large. */
  #takeBatch(): Queued[] {
    const shares = new Map<string, number>();
    let total = 0;
    let count = 0;
    for (const { topic, message, bytes } of this.#queue) {
      const place = `${topic}/${message.partition}`;
      const share = (shares.get(place) ?? 0) + bytes;
      if (count > 0 && (share > partitionBytesMax || total + bytes > this.#limits.batchBytesMax)) break;
      shares.set(place, share);
      total += bytes;
      count += 1;
    }
    this.#queuedBytes -= total;
    return this.#queue.splice(0, count);
  }

  /** Resends the partitions that the response does not speak of: kafkajs resolves although they were never sent. */
  async #write(batch: readonly Queued[]): Promise<void> {
    let topicMessages = groupByTopic(batch);
    for (let attempt = 0; topicMessages.length > 0; attempt += 1) {
      if (attempt > resendsMax) throw new Error('The brokers keep leaving partitions out of their answer.');
      const response: RecordMetadata[] = await this.#producer.sendBatch({ topicMessages, acks: -1 });
      topicMessages = missingPartitions(topicMessages, response);
    }
  }

  #wakeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function groupByTopic(batch: readonly Queued[]): TopicMessages[] {
  const byTopic = new Map<string, Array<Message & { partition: number }>>();
  for (const { topic, message } of batch) {
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = recordOverheadBytes + (key === null ? 0 : key.length) + (value?.length ?? 0);
  if (headers !== undefined) for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

function checkSize(record: OutgoingRecord): void {
  const bytes = sizeOf(record);
  if (bytes > recordBytesMax) throw new RecordTooLargeError(record.topic, bytes, recordBytesMax);
}
