import type { Message, RecordMetadata } from 'kafkajs';
import { ProduceError, RecordTooLargeError } from './errors.ts';
import { sizeOfHeader } from './header-encoding.ts';
import { partitionForKey } from './partitioner.ts';
import { missingPartitions, type TopicMessages } from './response-check.ts';
import type { OutgoingRecord, ProducerLimits, RecordProducer } from './types.ts';

/** What one partition's share of a request may hold; brokers refuse 1 MiB by default. */
const partitionBytesMax = 900_000;
/** A single record may be larger where the topic allows it (dead letters: 2 MB). */
const recordBytesMax = 2_000_000;
const recordOverheadBytes = 100;
const resendsMax = 5;

/** One idempotent producer id: after a failure its sequence numbers are in doubt, and a new session takes over. */
export interface ProducerSession {
  write(topicMessages: TopicMessages[]): Promise<RecordMetadata[]>;
  /** Rejects for a topic that does not exist. */
  partitionCount(topic: string): Promise<number>;
  close(): Promise<void>;
}

type Call = { left: number; failed: boolean; resolve: () => void; reject: (error: Error) => void };
type Queued = { topic: string; message: Message & { partition: number }; bytes: number; call: Call };

/**
 * One request in flight, always: with several, kafkajs loses a message and doubles another when one response is lost.
 * Throughput comes from merging what callers queue meanwhile.
 */
export class BatchingProducer implements RecordProducer {
  readonly #open: () => Promise<ProducerSession>;
  readonly #limits: ProducerLimits;
  readonly #partitionCounts = new Map<string, number>();
  readonly #queue: Queued[] = [];
  #session: Promise<ProducerSession> | null;
  #queuedBytes = 0;
  #roundRobin = 0;
  #pumping: Promise<void> | null = null;
  #waiting: Array<() => void> = [];
  #endLinger: () => void = () => undefined;
  #closed = false;

  constructor(session: ProducerSession, open: () => Promise<ProducerSession>, limits: ProducerLimits) {
    this.#session = Promise.resolve(session);
    this.#open = open;
    this.#limits = limits;
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (this.#closed) throw new ProduceError('The producer is closed.');
    const sizes = records.map(sizeOfAllowed);
    for (const { topic } of records) if (!this.#partitionCounts.has(topic)) await this.#learnPartitions(topic);
    while (this.#queuedBytes > this.#limits.queueBytesMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#closed) throw new ProduceError('The producer is closed.');
    await new Promise<void>((resolve, reject) => {
      const call: Call = { left: records.length, failed: false, resolve, reject };
      records.forEach((record, index) => this.#enqueue(record, sizes[index] ?? 0, call));
      if (this.#queuedBytes >= this.#limits.batchBytesMax) this.#endLinger();
      this.#pumping ??= this.#pump();
    });
  }

  async flush(): Promise<void> {
    this.#endLinger();
    while (this.#pumping !== null) await this.#pumping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#wakeWaiting();
    await this.flush();
    await this.#abandonSession();
  }

  /** One at a time, whoever asks first; a failed opening is forgotten. */
  #currentSession(): Promise<ProducerSession> {
    if (this.#session === null) {
      const opening = this.#open();
      this.#session = opening;
      opening.catch(() => (this.#session === opening ? (this.#session = null) : null));
    }
    return this.#session;
  }

  #enqueue(record: OutgoingRecord, bytes: number, call: Call): void {
    const partitionCount = this.#partitionCounts.get(record.topic) ?? 1;
    const partition = record.partition ?? (record.key === null ? this.#roundRobin++ % partitionCount : partitionForKey(record.key, partitionCount));
    const message = record.headers === undefined ? { key: record.key, value: record.value, partition } : { key: record.key, value: record.value, partition, headers: record.headers };
    this.#queue.push({ topic: record.topic, message, bytes, call });
    this.#queuedBytes += bytes;
  }

  async #learnPartitions(topic: string): Promise<void> {
    try {
      const count = await (await this.#currentSession()).partitionCount(topic);
      if (count === 0) throw new Error('it has no partitions');
      this.#partitionCounts.set(topic, count);
    } catch (error) {
      throw new ProduceError(`Topic ${topic} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }

  async #pump(): Promise<void> {
    if (this.#limits.lingerMs > 0 && this.#queuedBytes < this.#limits.batchBytesMax) await this.#linger();
    else await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#deliver(this.#takeBatch());
      this.#wakeWaiting();
    }
    this.#pumping = null;
  }

  async #linger(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#limits.lingerMs);
      this.#endLinger = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endLinger = () => undefined;
  }

  /** From the front, in order, as long as neither the request nor any partition's share grows too large. */
  #takeBatch(): Queued[] {
    const shares = new Map<string, number[]>();
    let total = 0;
    let count = 0;
    for (const { topic, message, bytes } of this.#queue) {
      let ofTopic = shares.get(topic);
      if (ofTopic === undefined) shares.set(topic, (ofTopic = []));
      const share = (ofTopic[message.partition] ?? 0) + bytes;
      if (count > 0 && (share > partitionBytesMax || total + bytes > this.#limits.batchBytesMax)) break;
      ofTopic[message.partition] = share;
      total += bytes;
      count += 1;
    }
    this.#queuedBytes -= total;
    return this.#queue.splice(0, count);
  }

  /** Writes a batch; one that the broker finds too large goes in halves, until the record that is too large stands alone. */
  async #deliver(taken: readonly Queued[]): Promise<void> {
    // What stands behind a record that failed would overtake it: the caller repeats both.
    const batch = taken.filter(({ call }) => !call.failed);
    if (batch.length === 0) return;
    try {
      await this.#write(batch);
    } catch (error) {
      await this.#abandonSession();
      if (isTooLarge(error) && batch.length > 1) {
        const middle = batch.length >> 1;
        await this.#deliver(batch.slice(0, middle));
        await this.#deliver(batch.slice(middle));
        return;
      }
      const failure = isTooLarge(error)
        ? new RecordTooLargeError(batch[0]?.topic ?? '', batch[0]?.bytes ?? 0)
        : new ProduceError(`Kafka did not acknowledge ${batch.length} records: ${messageOf(error)}`, { cause: error });
      for (const { call } of batch) fail(call, failure);
      return;
    }
    for (const { call } of batch) if ((call.left -= 1) === 0) call.resolve();
  }

  /** Resends the partitions that the response does not speak of: kafkajs resolves although they were never sent. */
  async #write(batch: readonly Queued[]): Promise<void> {
    let topicMessages = groupByTopic(batch);
    for (let attempt = 0; topicMessages.length > 0; attempt += 1) {
      if (attempt > resendsMax) throw new Error('The brokers keep leaving partitions out of their answer.');
      const session = await this.#currentSession();
      topicMessages = missingPartitions(topicMessages, await session.write(topicMessages));
    }
  }

  /**
   * A failed write may have reached the log, yet the client hands its sequence numbers to the next batch, which the
   * broker would take for a repeat and drop with a success. Only a new producer id is safe.
   */
  async #abandonSession(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.then((open) => open.close()).catch(() => undefined);
  }

  #wakeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

function fail(call: Call, error: Error): void {
  if (call.failed) return;
  call.failed = true;
  call.reject(error);
}

function groupByTopic(batch: readonly Queued[]): TopicMessages[] {
  const byTopic = new Map<string, Array<Message & { partition: number }>>();
  for (const { topic, message } of batch) {
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages: groupable(messages) }));
}

/**
 * kafkajs asks for the messages of each partition by `reduce`, and copies what it has for each message. The answer is
 * known here: partitions are chosen before.
 */
function groupable<T extends { partition: number }>(messages: T[]): T[] {
  const reduce = () => {
    const byPartition: Record<number, T[]> = {};
    for (const message of messages) (byPartition[message.partition] ??= []).push(message);
    return byPartition;
  };
  return Object.defineProperty(messages, 'reduce', { value: reduce });
}

/** What a record takes of a request, a little too much rather than too little: brokers measure it with the header of its batch. */
export function bytesOfRecord({ key, value, headers }: OutgoingRecord): number {
  let bytes = recordOverheadBytes + (key === null ? 0 : Buffer.byteLength(key)) + (value?.length ?? 0);
  if (headers !== undefined) for (const name in headers) bytes += sizeOfHeader(name, headers[name] ?? '');
  return bytes;
}

function sizeOfAllowed(record: OutgoingRecord): number {
  const bytes = bytesOfRecord(record);
  if (bytes > recordBytesMax) throw new RecordTooLargeError(record.topic, bytes, recordBytesMax);
  return bytes;
}

function isTooLarge(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('type' in at && (at.type === 'MESSAGE_TOO_LARGE' || at.type === 'RECORD_LIST_TOO_LARGE')) return true;
  }
  return false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
