import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { disconnectAll } from './bounds.ts';
import { openCluster, retry } from './cluster.ts';
import { ConsumerStuckError, LostOwnershipError, OffsetOutOfRangeError } from './errors.ts';
import { placeOf, readMarks, readStartPositions } from './positions.ts';
import { ConsumerProgress } from './progress.ts';
import { toRecordBatch } from './record-batch.ts';
import { Stalls } from './stalls.ts';
import type { ConsumedRecord, ConsumerState, GroupConsumer, GroupConsumerOptions, KafkaConnection, TopicPartition } from './types.ts';
import { watchProgress } from './watchdog.ts';

const heartbeatEveryMs = 1000;
const heartbeatIntervalMsDefault = 2000;
/**
 * Kafka's own client went from 10 to 45 s (KIP-735), because on shared clusters most silences are no deaths, and each
 * stops a group twice. Here a death stops decisions for as long, also where the only instance of a service is started
 * again, and a false alarm costs little: what was in hand is fenced, handled again and recognised. Heartbeats do not wait
 * for batches, so that only a standstill of five of their intervals is taken for a death; with seven services in one
 * process, 947 decisions coming in and a load average of 12 on two cores, no turn of the event loop took over 0.2 s.
 */
const sessionTimeoutMsDefault = 10_000;
const commitEveryMs = 200;
/** Longer than a heartbeat and its answer: by then we know whether the group has given our partitions away. */
const retakeMs = heartbeatIntervalMsDefault + heartbeatEveryMs;
/** The heartbeat of a handler that never returns would keep its partition for ever. */
const handleMsMaxDefault = 600_000;
const endsEveryMsDefault = 10_000;
const lostMembership = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

/** What only this package and its tests may change. */
export type ConsumerInternals = {
  /** False leaves no offsets behind, so that the group vanishes with its last member. */
  commits?: boolean;
  /** Longer than a session: a client that is silent for so long is stuck, whatever it believes. */
  idleMsMax?: number;
  /** Longer than any rebalance, and any look for positions, takes: its heartbeats would hold partitions that nobody works on. */
  unsettledMsMax?: number;
  /** How often the broker is asked what there is to read. */
  endsEveryMs?: number;
  /** A client that fetches nothing for so long where there is something to read will not by itself. */
  overlookedMsMax?: number;
  sessionTimeoutMs?: number;
  heartbeatIntervalMs?: number;
  onProgress?(place: TopicPartition, next: bigint): void;
};

const joinPatienceMs = 30_000;
const joinRetryMs = 100;

/** Joins the group and resolves once a first assignment is there and its positions are read. */
export async function connectConsumer(connection: KafkaConnection, options: GroupConsumerOptions, internals: ConsumerInternals = {}): Promise<GroupConsumer> {
  // kafkajs gives up at once when a coordinator is still loading, as it is for a moment after a broker's start.
  const deadline = Date.now() + joinPatienceMs;
  for (;;) {
    try {
      return await connectOnce(connection, options, internals);
    } catch (error) {
      if (!isRetriable(error) || Date.now() > deadline) throw error;
      await wait(joinRetryMs);
    }
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}

async function connectOnce(connection: KafkaConnection, options: GroupConsumerOptions, internals: ConsumerInternals): Promise<GroupConsumer> {
  const cluster = openCluster(connection);
  const consumer = cluster.consumer({
    groupId: options.groupId,
    sessionTimeout: internals.sessionTimeoutMs ?? connection.sessionTimeoutMs ?? sessionTimeoutMsDefault,
    heartbeatInterval: internals.heartbeatIntervalMs ?? heartbeatIntervalMsDefault,
    maxWaitTimeInMs: options.fetchWaitMs ?? 50,
    minBytes: options.fetchBytesMin ?? 1,
    maxBytesPerPartition: options.partitionBytesMax ?? 1_048_576,
    maxBytes: options.fetchBytesMax ?? 8_388_608,
    allowAutoTopicCreation: false,
    // A consumer that gives up ends the service: a supervisor restarts it from its positions.
    retry: { ...retry, restartOnFailure: () => Promise.resolve(false) },
  });
  const admin = cluster.admin();
  const group = new KafkaGroupConsumer(consumer, admin, options, internals);
  try {
    await Promise.all([consumer.connect(), admin.connect()]);
    await group.start();
  } catch (error) {
    await group[Symbol.asyncDispose]();
    throw error;
  }
  return group;
}

class KafkaGroupConsumer implements GroupConsumer {
  readonly groupId: string;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #options: GroupConsumerOptions;
  readonly #internals: ConsumerInternals;
  readonly #progress = new ConsumerProgress();
  readonly #stalls: Stalls;
  readonly #uncommitted = new Map<string, TopicPartition & { offset: string }>();
  readonly #inHand = new Set<Promise<void>>();
  /** Partitions that somebody took over of whom the group has not told. */
  readonly #lost = new Set<string>();
  /** Rises whenever partitions come or go; what was fetched under an older one is not ours to handle. */
  #generation = 0;
  #assigned: TopicPartition[] = [];
  /** Since when what was assigned, if anything, is not begun; null while it is. */
  #unsettledSinceMs: number | null = Date.now();
  #assignment: Promise<void> = Promise.resolve();
  #startFailed: ((error: Error) => void) | null = null;
  #learning = false;
  #crashed = false;
  #closing = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(consumer: Consumer, admin: Admin, options: GroupConsumerOptions, internals: ConsumerInternals) {
    this.groupId = options.groupId;
    this.#consumer = consumer;
    this.#admin = admin;
    this.#options = options;
    this.#internals = internals;
    this.#stalls = new Stalls({ minMs: options.retryWaitMinMs ?? 100, maxMs: options.retryWaitMaxMs ?? 5000 }, (place) => this.#endStall(place));
  }

  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#startFailed = reject;
      this.#listen(() => void this.#assignment.then(resolve));
    });
    // The client believes all is well as long as its heartbeats are answered, whatever became of a rebalance.
    this.#timers.push(watchProgress(() => (this.#unsettledSinceMs === null ? 0 : Date.now() - this.#unsettledSinceMs), this.#internals.unsettledMsMax, (ms) => this.#crash(new ConsumerStuckError(`Group ${this.groupId} has not begun to work on any assignment for ${Math.floor(ms / 1000)} s.`))));
    await Promise.all([this.#run(), ready]);
    this.#startFailed = null;
    this.#timers.push(
      setInterval(() => void this.#commit(), commitEveryMs),
      setInterval(() => void this.#learnEnds(), this.#internals.endsEveryMs ?? endsEveryMsDefault),
      watchProgress(() => this.#progress.idleMs(), this.#internals.idleMsMax, (idleMs) => this.#crash(new ConsumerStuckError(`Group ${this.groupId} fetched and heard nothing for ${Math.round(idleMs / 1000)} s.`))),
      watchProgress(() => this.#overlookedMs(), this.#internals.overlookedMsMax, (ms) => this.#crash(new ConsumerStuckError(`Group ${this.groupId} fetched nothing for ${Math.round(ms / 1000)} s although there is something to read: ${this.#behind().join(', ')}.`))),
    );
  }

  state(): ConsumerState {
    return {
      running: !this.#crashed && !this.#closing && this.#assigned.length > 0,
      assigned: this.#assigned,
      stalled: this.#stalls.list(),
      lag: this.#progress.lag(),
      idleMs: this.#progress.idleMs(),
    };
  }

  async drain(deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    const marks = await readMarks(this.#admin, this.#options.topics);
    for (;;) {
      const behind = this.#assigned.map(placeOf).find((place) => (this.#progress.next(place) ?? -1n) < (marks.get(place)?.high ?? 0n));
      if (behind === undefined && this.state().running) return;
      if (Date.now() > deadline) throw new Error(`Group ${this.groupId} did not drain in ${deadlineMs} ms: ${behind ?? 'no partition'} is at ${this.#progress.next(behind ?? '')}, its end is ${marks.get(behind ?? '')?.high}.`);
      await wait(10);
    }
  }

  /** Lets batches in hand finish and commits them before the group is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#stalls.clear();
    await Promise.allSettled(this.#inHand);
    if (!this.#crashed) await this.#commit();
    await disconnectAll([this.#consumer, this.#admin]);
  }

  #listen(onJoined: () => void): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#assign(Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))));
      onJoined();
    });
    this.#consumer.on(events.REBALANCING, () => {
      void this.#commit();
      this.#unassign();
    });
    this.#consumer.on(events.CRASH, ({ payload: { error } }) => this.#crash(error.cause instanceof OffsetOutOfRangeError ? error.cause : error));
    this.#consumer.on(events.FETCH, () => this.#progress.touch());
    this.#consumer.on(events.HEARTBEAT, () => this.#progress.touch());
    // Transaction markers alone make a batch that kafkajs steps over by itself.
    this.#consumer.on(events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0 && this.#progress.next(placeOf(payload)) !== undefined) this.#advance(payload, BigInt(payload.lastOffset) + 1n, null);
    });
  }

  async #run(): Promise<void> {
    await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: this.#options.startAt !== 'latest' });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#options.concurrency ?? 12,
      eachBatch: async (payload) => {
        const handling = this.#eachBatch(payload);
        this.#inHand.add(handling);
        await handling.finally(() => this.#inHand.delete(handling));
      },
    });
  }

  #assign(assigned: TopicPartition[]): void {
    this.#unassign();
    this.#progress.touch();
    this.#uncommitted.clear();
    this.#lost.clear();
    this.#stalls.clear();
    const generation = this.#generation;
    // Nothing is fetched from the committed offset, which may be far from the stored one or gone.
    for (const { topic, partition } of assigned) this.#consumer.pause([{ topic, partitions: [partition] }]);
    this.#assignment = this.#begin(assigned, generation).catch((error: unknown) => this.#crash(error instanceof Error ? error : new Error(String(error))));
  }

  /** Every batch waits for this: no record reaches the handler before its position is known and sought. */
  async #begin(assigned: TopicPartition[], generation: number): Promise<void> {
    const isWanted = () => generation === this.#generation && !this.#crashed && !this.#closing;
    const starts = assigned.length === 0 ? [] : await readStartPositions(this.#admin, assigned, this.#options, isWanted);
    if (!isWanted()) return;
    this.#progress.begin(starts);
    for (const { topic, partition, next } of starts) {
      this.#consumer.seek({ topic, partition, offset: String(next) });
      this.#consumer.resume([{ topic, partitions: [partition] }]);
    }
    this.#assigned = assigned;
    this.#unsettledSinceMs = null;
    for (const start of starts) this.#internals.onProgress?.(start, start.next);
  }

  #endStall({ topic, partition }: TopicPartition): void {
    if (this.#crashed || this.#closing) return;
    try {
      if (!this.#lost.has(placeOf({ topic, partition }))) this.#consumer.resume([{ topic, partitions: [partition] }]);
      else if (this.#assigned.length > 0) this.#assign(this.#assigned);
    } catch {
      // The client has stopped by itself; its crash event follows.
    }
  }

  #unassign(): void {
    this.#generation += 1;
    this.#assigned = [];
    this.#unsettledSinceMs ??= Date.now();
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const place = placeOf(batch);
    const generation = this.#generation;
    await this.#assignment;
    const owned = () => !this.#crashed && generation === this.#generation && payload.isRunning() && !payload.isStale();
    const next = this.#progress.next(place);
    if (this.#closing || !owned() || next === undefined) return;
    if (fetchedOffsetOf(batch) > next) return this.#consumer.seek({ topic: batch.topic, partition: batch.partition, offset: String(next) });
    const messages = BigInt(batch.messages[0]?.offset ?? next) >= next ? batch.messages : batch.messages.filter(({ offset }) => BigInt(offset) >= next);
    if (messages.length > 0 && !(await this.#handle(payload, messages, owned))) return;
    if (!owned()) return;
    payload.resolveOffset(batch.lastOffset());
    this.#advance(batch, BigInt(batch.lastOffset()) + 1n, Number(batch.messages.at(-1)?.timestamp ?? 0));
  }

  #advance({ topic, partition }: TopicPartition, next: bigint, lastMs: number | null): void {
    const place = placeOf({ topic, partition });
    this.#stalls.recovered(place);
    this.#progress.handled(place, next, lastMs);
    this.#uncommitted.set(place, { topic, partition, offset: String(next) });
    this.#internals.onProgress?.({ topic, partition }, next);
  }

  /** True once handled. After a failure the partition rests and the same records are fetched again. */
  async #handle(payload: EachBatchPayload, messages: EachBatchPayload['batch']['messages'], owned: () => boolean): Promise<boolean> {
    let progressedMs = Date.now();
    const progressed = ({ offset, timestampMs }: ConsumedRecord) => {
      if (!owned()) return;
      progressedMs = Date.now();
      this.#advance(payload.batch, offset + 1n, timestampMs);
    };
    const batch = toRecordBatch(payload.batch, messages, { isOwned: owned, progressed });
    const generation = this.#generation;
    this.#progress.fetched(placeOf(batch), batch);
    const handleMsMax = this.#options.handleMsMax ?? handleMsMaxDefault;
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => this.#doubtMembership(error, generation));
      if (Date.now() - progressedMs > handleMsMax) this.#crash(new ConsumerStuckError(`A batch of ${placeOf(batch)} has been in hand for ${handleMsMax / 60_000} minutes without progress.`));
    }, heartbeatEveryMs);
    try {
      await this.#options.handle(batch);
      return true;
    } catch (error) {
      if (!owned() || this.#closing) return false;
      payload.pause();
      const isLost = error instanceof LostOwnershipError;
      if (isLost) this.#lost.add(placeOf(batch));
      this.#stalls.add(batch, error, isLost ? retakeMs : 0);
      return false;
    } finally {
      clearInterval(beat);
    }
  }

  /**
   * The coordinator has given our partitions away already; what is in hand must write nothing more. Not where they came back meanwhile: the answer
   * to a heartbeat of before would take away what nobody gives again.
   */
  #doubtMembership(error: unknown, generation: number): void {
    if (generation === this.#generation && error instanceof Error && 'type' in error && lostMembership.includes(String(error.type))) this.#unassign();
  }

  async #learnEnds(): Promise<void> {
    if (this.#learning || this.#assigned.length === 0) return;
    this.#learning = true;
    try {
      this.#progress.learn(await readMarks(this.#admin, this.#options.topics));
    } catch {
      // The broker is away: what it said last stays.
    } finally {
      this.#learning = false;
    }
  }

  /** What is in hand has a bound of its own. */
  #overlookedMs(): number {
    return this.#assigned.length === 0 || this.#inHand.size > 0 ? 0 : this.#progress.overlookedMs();
  }

  #behind(): string[] {
    return this.#progress.lag().flatMap(({ records, ...place }) => (records === 0 ? [] : [`${placeOf(place)} (${records} records)`]));
  }

  async #commit(): Promise<void> {
    if (this.#uncommitted.size === 0 || this.#internals.commits === false) return;
    const offsets = [...this.#uncommitted.values()];
    this.#uncommitted.clear();
    try {
      await this.#consumer.commitOffsets(offsets);
    } catch {
      // Lost in a rebalance or a broker restart: the next owner reads these records again and recognises them.
    }
  }

  #crash(error: Error): void {
    if (this.#crashed || this.#closing) return;
    this.#crashed = true;
    this.#unassign();
    void this.#consumer.stop().catch(() => undefined);
    if (this.#startFailed !== null) return this.#startFailed(error);
    this.#options.onCrash(error);
  }
}

function fetchedOffsetOf(batch: Batch): bigint {
  return BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
}
