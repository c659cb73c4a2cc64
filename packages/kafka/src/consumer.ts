import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import { openCluster, retry } from './cluster.ts';
import { ConsumerStuckError, OffsetOutOfRangeError } from './errors.ts';
import { ConsumerProgress } from './progress.ts';
import type { ConsumedRecord, ConsumerState, GroupConsumer, GroupConsumerOptions, KafkaConnection, RecordBatch, RecordHeaders, TopicPartition } from './types.ts';

const heartbeatEveryMs = 1000;
const commitEveryMs = 200;
const watchdogEveryMs = 5000;
/** Longer than a session: a client that is silent this long is stuck, whatever it believes. */
const idleMsMax = 120_000;
const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;

/** Joins the group and resolves once a first assignment is there and its positions are read. */
export async function connectConsumer(connection: KafkaConnection, options: GroupConsumerOptions): Promise<GroupConsumer> {
  const cluster = openCluster(connection);
  const consumer = cluster.consumer({
    groupId: options.groupId,
    sessionTimeout: 20_000,
    heartbeatInterval: 2000,
    maxWaitTimeInMs: options.fetchWaitMs ?? 50,
    maxBytesPerPartition: options.partitionBytesMax ?? 1_048_576,
    maxBytes: 8_388_608,
    allowAutoTopicCreation: false,
    // A consumer that gives up ends the service: a supervisor restarts it from its positions.
    retry: { ...retry, restartOnFailure: () => Promise.resolve(false) },
  });
  const admin = cluster.admin();
  await Promise.all([consumer.connect(), admin.connect()]);
  const group = new KafkaGroupConsumer(consumer, admin, options);
  await group.start();
  return group;
}

class KafkaGroupConsumer implements GroupConsumer {
  readonly groupId: string;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #options: GroupConsumerOptions;
  readonly #progress = new ConsumerProgress();
  /** Next offset to handle, as far as this assignment knows. */
  readonly #next = new Map<string, bigint>();
  readonly #sought = new Set<string>();
  readonly #uncommitted = new Map<string, TopicPartition & { offset: string }>();
  #assignment: Promise<void> = Promise.resolve();
  #assigned: TopicPartition[] = [];
  #generation = 0;
  #crashed = false;
  #disposed = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(consumer: Consumer, admin: Admin, options: GroupConsumerOptions) {
    this.groupId = options.groupId;
    this.#consumer = consumer;
    this.#admin = admin;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { events } = this.#consumer;
    let joined: () => void = () => undefined;
    const firstJoin = new Promise<void>((resolve) => (joined = resolve));
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#assign(payload.memberAssignment);
      joined();
    });
    this.#consumer.on(events.REBALANCING, () => this.#unassign());
    this.#consumer.on(events.CRASH, ({ payload }) => this.#crash(payload.error));
    this.#consumer.on(events.FETCH, () => this.#progress.touch());
    this.#consumer.on(events.HEARTBEAT, () => this.#progress.touch());
    await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: this.#options.startAt !== 'latest' });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#options.concurrency ?? 12,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
    await firstJoin;
    await this.#assignment;
    this.#timers = [
      setInterval(() => void this.#commit(), commitEveryMs),
      setInterval(() => this.#watch(), watchdogEveryMs),
    ];
  }

  state(): ConsumerState {
    return { running: !this.#crashed && !this.#disposed && this.#assigned.length > 0, assigned: this.#assigned, ...this.#progress.state(this.#next) };
  }

  async drain(deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    const ends: Array<{ place: string; high: bigint }> = [];
    for (const topic of this.#options.topics) {
      const mine = new Set(this.#assigned.filter((place) => place.topic === topic).map(({ partition }) => partition));
      for (const { partition, low, high } of await this.#admin.fetchTopicOffsets(topic)) {
        if (mine.has(partition) && high !== low) ends.push({ place: placeOf(topic, partition), high: BigInt(high) });
      }
    }
    for (;;) {
      const behind = ends.find(({ place, high }) => (this.#next.get(place) ?? 0n) < high);
      if (behind === undefined) return;
      if (Date.now() > deadline) throw new Error(`Group ${this.groupId} did not drain in ${deadlineMs} ms: ${behind.place} is at ${this.#next.get(behind.place) ?? 'its start'}, its end is ${behind.high}.`);
      await wait(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#consumer.stop().catch(() => undefined);
    await this.#commit();
    await Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()]);
  }

  #assign(memberAssignment: Record<string, number[]>): void {
    this.#generation += 1;
    this.#progress.touch();
    this.#next.clear();
    this.#sought.clear();
    this.#uncommitted.clear();
    this.#assigned = Object.entries(memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
    this.#assignment = this.#readPositions(this.#assigned).catch((error: unknown) => this.#crash(error instanceof Error ? error : new Error(String(error))));
  }

  #unassign(): void {
    this.#generation += 1;
    this.#assigned = [];
  }

  async #readPositions(assigned: readonly TopicPartition[]): Promise<void> {
    if (this.#options.onAssigned === undefined || assigned.length === 0) return;
    const positions = await this.#options.onAssigned(assigned);
    for (const topic of new Set(positions.map((position) => position.topic))) {
      const marks = await this.#admin.fetchTopicOffsets(topic);
      for (const { partition, offset } of positions.filter((position) => position.topic === topic)) {
        const mark = marks.find((candidate) => candidate.partition === partition);
        if (mark === undefined || offset < BigInt(mark.low) || offset > BigInt(mark.high)) {
          throw new OffsetOutOfRangeError(`The stored position ${offset} of ${topic}/${partition} is outside the log (${mark?.low} to ${mark?.high}). Was the topic truncated, or is this another cluster? Restore it, or reset the positions of ${this.groupId} on purpose.`);
        }
        this.#next.set(placeOf(topic, partition), offset);
      }
    }
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const place = placeOf(batch.topic, batch.partition);
    const generation = this.#generation;
    await this.#assignment;
    const owned = () => !this.#disposed && !this.#crashed && generation === this.#generation && payload.isRunning() && !payload.isStale();
    if (!owned() || !(await this.#isContinuous(batch.topic, batch.partition, batch.messages[0]))) return;
    const next = this.#next.get(place);
    const messages = next === undefined ? batch.messages : batch.messages.filter(({ offset }) => BigInt(offset) >= next);
    const last = batch.messages.at(-1);
    if (messages.length > 0) {
      const delivered = toBatch(payload, messages, owned);
      this.#progress.fetched(place, delivered);
      if (!(await this.#handle(delivered, payload, place, owned))) return;
    }
    if (last === undefined || !owned()) return;
    payload.resolveOffset(last.offset);
    this.#next.set(place, BigInt(last.offset) + 1n);
    this.#progress.handled(place);
    this.#uncommitted.set(place, { topic: batch.topic, partition: batch.partition, offset: String(BigInt(last.offset) + 1n) });
  }

  /** False when the fetch began elsewhere than where we are: it is sent to the right place, and nothing is handled. */
  async #isContinuous(topic: string, partition: number, first: KafkaMessage | undefined): Promise<boolean> {
    const place = placeOf(topic, partition);
    const next = this.#next.get(place);
    if (first === undefined || next === undefined || BigInt(first.offset) <= next) return true;
    if (!this.#sought.has(place)) {
      this.#sought.add(place);
      this.#consumer.seek({ topic, partition, offset: String(next) });
      return false;
    }
    // Compaction leaves gaps; a log that begins behind us lost records, and kafkajs reset us without a word.
    const mark = (await this.#admin.fetchTopicOffsets(topic)).find((candidate) => candidate.partition === partition);
    if (mark !== undefined && BigInt(mark.low) <= next) return true;
    this.#crash(new OffsetOutOfRangeError(`Records ${next} to ${mark?.low} of ${place} are gone before ${this.groupId} handled them.`));
    return false;
  }

  /** True once handled; false when the partition was taken away meanwhile. Failures are tried again, for ever. */
  async #handle(batch: RecordBatch, payload: EachBatchPayload, place: string, owned: () => boolean): Promise<boolean> {
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), heartbeatEveryMs);
    let waitMs = this.#options.retryWaitMinMs ?? 100;
    try {
      for (let attempt = 1; owned(); attempt += 1) {
        try {
          await this.#options.handle(batch);
          this.#progress.recovered(place);
          return true;
        } catch (error) {
          this.#progress.stalled(place, { topic: batch.topic, partition: batch.partition, attempts: attempt, error: error instanceof Error ? error.message : String(error) });
        }
        await wait(waitMs);
        this.#progress.touch();
        waitMs = Math.min(waitMs * 2, this.#options.retryWaitMaxMs ?? 5000);
      }
      return false;
    } finally {
      clearInterval(beat);
    }
  }

  async #commit(): Promise<void> {
    if (this.#uncommitted.size === 0) return;
    const offsets = [...this.#uncommitted.values()];
    this.#uncommitted.clear();
    try {
      await this.#consumer.commitOffsets(offsets);
    } catch {
      // Lost in a rebalance or a broker restart: the next owner reads these records again and recognises them.
    }
  }

  #watch(): void {
    if (this.#progress.idleMs() > idleMsMax) this.#crash(new ConsumerStuckError(`Group ${this.groupId} fetched and heard nothing for ${idleMsMax / 1000} s.`));
  }

  #crash(error: Error): void {
    if (this.#crashed || this.#disposed) return;
    this.#crashed = true;
    this.#options.onCrash(error);
  }
}

function toBatch({ batch, heartbeat }: EachBatchPayload, messages: readonly KafkaMessage[], isOwned: () => boolean): RecordBatch {
  const records = messages.map((message): ConsumedRecord => ({
    topic: batch.topic,
    partition: batch.partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: flatHeaders(message.headers),
  }));
  return { topic: batch.topic, partition: batch.partition, records, highWatermark: BigInt(batch.highWatermark), heartbeat, isOwned };
}

function flatHeaders(headers: IHeaders | undefined): RecordHeaders {
  const flat: Record<string, string | Buffer> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) flat[name] = last;
  }
  return flat;
}
