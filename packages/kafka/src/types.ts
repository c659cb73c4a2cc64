/**
 * The boundary of the Kafka package: nothing of the client behind it crosses these types, so a second client can
 * replace the first.
 */

/** Headers as text or bytes; a repeated header keeps its last value. */
export type RecordHeaders = Readonly<Record<string, string | Buffer>>;

export type KafkaLogger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type KafkaConnection = {
  brokers: readonly string[];
  clientId: string;
  /** TLS with the system's authorities, or with these PEM texts. */
  tls?: boolean | { ca?: string; cert?: string; key?: string };
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
  /** How long a broker may take to answer one request; default 15,000. */
  requestTimeoutMs?: number;
  /** How long a member of a group may be silent before its partitions go to others; default 10,000, see consumer.ts. */
  sessionTimeoutMs?: number;
  logger: KafkaLogger;
};

export type OutgoingRecord = {
  topic: string;
  /** Given, it wins; otherwise murmur2 of the key (as the Java default partitioner), or round robin without a key. */
  partition?: number;
  key: Buffer | string | null;
  /** `null` is a tombstone. */
  value: Buffer | null;
  headers?: RecordHeaders;
};

/** Where a run of records was written; `baseOffset` is the offset of the first of `count`. */
export type WrittenRange = { topic: string; partition: number; baseOffset: bigint; count: number };

export type ProducerLimits = {
  /** How long the first record of a batch may wait for company, 0 to 1000. */
  lingerMs: number;
  /** A batch is sent when it holds this many bytes; at most 900_000 per partition request. */
  batchBytesMax: number;
  /** `send` waits (backpressure) while this many bytes are queued. */
  queueBytesMax: number;
};

export interface RecordProducer extends AsyncDisposable {
  /**
   * Queues records in order and resolves when every one of them is acknowledged by all in-sync replicas.
   * Rejects with `RecordTooLargeError` or `ProduceError`: some may be written, but no request that follows the one that
   * failed. Callers repeat the whole call, consumers deduplicate by event id.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Resolves once everything queued so far is acknowledged. */
  flush(): Promise<void>;
}

export type ConsumedRecord = {
  topic: string;
  partition: number;
  offset: bigint;
  /** Milliseconds since the epoch, as the broker or producer stamped it. */
  timestampMs: number;
  key: Buffer | null;
  value: Buffer | null;
  /** Decoded when first asked for. */
  headers: RecordHeaders;
  /** One header, without decoding the others. */
  header(name: string): Buffer | undefined;
  /** Why the records of a batch cannot be unpacked; this one stands for all of them, at the offset of the last. */
  unreadable?: string;
};

/** Records of one partition, in offset order, never empty. */
export type RecordBatch = {
  topic: string;
  partition: number;
  records: readonly ConsumedRecord[];
  /** The offset the next produced record would get when this batch was fetched. */
  highWatermark: bigint;
  /** Says that this record and those before it are handled: they are committed, and do not come again when the rest of the batch fails. */
  progressed(record: ConsumedRecord): void;
  /** False once the partition was taken away: stop and write nothing more. */
  isOwned(): boolean;
};

export type TopicPartition = { topic: string; partition: number };

export type GroupConsumerOptions = {
  groupId: string;
  topics: readonly string[];
  /** How many partitions are handled at once. */
  concurrency?: number;
  /**
   * Upper bound of bytes per partition and fetch, default 1 MiB: more than a batch has that this package writes. A larger one comes only where its partition is the first of
   * a fetch, and alone (KIP-74): its topic falls behind the others.
   */
  partitionBytesMax?: number;
  /** Upper bound of bytes per fetch over all partitions, default 8 MiB. */
  fetchBytesMax?: number;
  /** How long a fetch may wait for records, default 50. */
  fetchWaitMs?: number;
  /** A fetch answers as soon as this many bytes are there, default 1; more makes larger batches, `fetchWaitMs` bounds the wait. */
  fetchBytesMin?: number;
  /** Where a group with no committed offset begins; default 'earliest'. */
  startAt?: 'earliest' | 'latest';
  /**
   * Called after each assignment, before any record is delivered. A sink that keeps its positions in Postgres answers
   * with the next offset per partition (missing: the committed offset). An offset outside the log rejects with
   * `OffsetOutOfRangeError`: the consumer is then not ready, and never resets. Called again, for up to a minute, where it rejects with what `isPassing`, or
   * with an error of the Kafka client.
   */
  onAssigned?(partitions: readonly TopicPartition[]): Promise<ReadonlyArray<TopicPartition & { offset: bigint }>>;
  /** Whether an error of `onAssigned` passes by itself, as that of a database which is restarting does; default: none. */
  isPassing?(error: unknown): boolean;
  /**
   * Handles one batch. When it resolves, the offset after the batch is committed. When it throws, the partition is
   * paused and the batch delivered again after a growing wait (`retryWaitMinMs` to `retryWaitMaxMs`): nothing is skipped. After a `LostOwnershipError`
   * `onAssigned` is called anew, once a heartbeat could have told that the partitions are somebody else's.
   */
  handle(batch: RecordBatch): Promise<void>;
  /** How long a batch may be in hand without progress before the consumer ends, since its heartbeats hold the partition; default 10 minutes. */
  handleMsMax?: number;
  retryWaitMinMs?: number;
  retryWaitMaxMs?: number;
  /** Called once when the client stopped for good; the service MUST become not ready and end. */
  onCrash(error: Error): void;
};

export type ConsumerState = {
  /** Assigned and fetching. */
  running: boolean;
  assigned: readonly TopicPartition[];
  /** Partitions whose handler failed and waits to try again, with the last error. */
  stalled: ReadonlyArray<TopicPartition & { error: string; attempts: number }>;
  /** Milliseconds since the last fetch, heartbeat or handled batch; a watchdog crashes the consumer beyond its limit. */
  idleMs: number;
  /**
   * Per partition: what can be read minus what is handled, as a fetch or the broker said last (it is asked every ten seconds), and the age of the oldest unhandled
   * record in seconds: of one that was never fetched, since when it is known of. 0 when there is none.
   */
  lag: ReadonlyArray<TopicPartition & { records: number; seconds: number }>;
};

export interface GroupConsumer extends AsyncDisposable {
  readonly groupId: string;
  state(): ConsumerState;
  /** Resolves when every partition has been handled up to the end it had when called; rejects after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
}

export type WholeTopicReader = AsyncDisposable & {
  /** Resolves when everything that was in the topic at start has been delivered. */
  caughtUp: Promise<void>;
  state(): ConsumerState;
};

export type TopicSpec = { topic: string; partitions: number; replicationFactor: number; config: Readonly<Record<string, string>> };

/** A setting of a topic that is there, and what it would have been created with. */
export type TopicDifference = { topic: string; setting: string; is: string; wanted: string };

/** What one principal (`User:` and its name) may do. A name that is `prefixed` stands for all that begin with it. */
export type Acl = {
  principal: string;
  operation: 'Read' | 'Write' | 'Create' | 'Describe' | 'DescribeConfigs' | 'IdempotentWrite';
  resource: { kind: 'topic' | 'group'; name: string; prefixed: boolean } | { kind: 'cluster' };
};

export interface KafkaAdmin extends AsyncDisposable {
  /**
   * Creates what is missing; throws `TopicMismatchError` when an existing topic has fewer or more partitions. Settings of those that were there stay as they
   * are; which of them differ is answered, as far as this client may look at them.
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<TopicDifference[]>;
  /** Enters what is missing of these in the brokers' list, and takes nothing away. */
  permit(acls: readonly Acl[]): Promise<void>;
  /** Resolves when they are listed no more. */
  deleteTopics(topics: readonly string[]): Promise<void>;
  listTopics(): Promise<string[]>;
  /** The cluster id, which changes when somebody replaces the cluster. */
  clusterId(): Promise<string>;
  /** First offset still there, and the next to be written. */
  watermarks(topic: string): Promise<ReadonlyArray<{ partition: number; low: bigint; high: bigint }>>;
  committed(groupId: string, topics: readonly string[]): Promise<ReadonlyArray<TopicPartition & { offset: bigint | null }>>;
}
