import type { Pool, PoolClient } from 'pg';
import { derivedEventId, type EventOf, type EventTypes, type ServiceName, type TopicName, type Views } from '@countersign/contracts';
import { connectConsumer, LostOwnershipError, type ConsumedRecord, type GroupConsumer, type OutgoingRecord, type RecordBatch, type RecordHeaders, type TopicPartition } from '@countersign/kafka';
import type { ServiceContext } from './context.ts';
import { crashPoint } from './crash-points.ts';
import { inTransaction } from './database.ts';
import { batchSeconds, exposeConsumer, recordsHandled } from './gauges.ts';
import { gather } from './gather.ts';
import { isOutage } from './network-fault.ts';
import { DeferredPositions, PositionStore } from './positions.ts';
import { startRecordSpans, type RecordSpans } from './record-spans.ts';
import { traceparentOf } from './trace-context.ts';

/** An event with the Kafka record that brought it. What is produced because of it goes out with the headers in `trace`. */
export type Received<T extends TopicName = TopicName, V extends Views = object> = { topic: T; record: ConsumedRecord; event: EventOf<T, V>; readonly trace: RecordHeaders };

/** Events of some partitions, those of one partition in order; what could not be decoded is in `dead.letters` already. */
export type ReceivedBatch<T extends TopicName = TopicName, V extends Views = object> = {
  events: ReadonlyArray<Received<T, V>>;
  /** Throws `LostOwnershipError` once one of the partitions was taken away: nothing may be written for it any more. */
  requireOwned(): void;
};

export type Consumption<T extends TopicName, V extends Views = object> = {
  topics: readonly T[];
  /** The fields that are read of some records; the others are read whole. */
  views?: V;
  /** Set when the service has a second consumer: each is a group of its own. */
  group?: string;
  /** `bulk` gathers records for up to a quarter of a second: fewer, larger transactions for services nobody waits for. */
  gathering?: 'prompt' | 'bulk';
  /** How many calls are in hand at once, of different partitions; default 2. */
  concurrency?: number;
  /** `skip` where another service reads the topic first and reports what cannot be decoded: one dead letter a message. */
  undecodable?: 'dead-letter' | 'skip';
  /** What happens with a message that is no event of its topic, besides its dead letter. */
  onUndecodable?(record: ConsumedRecord, topic: T, reason: string): OutgoingRecord[];
};

/** A consumer whose effects are records: `handle` MUST be repeatable, since a crash after producing repeats it. */
export async function consumeBatches<T extends TopicName, V extends Views = object>(context: ServiceContext, options: Consumption<T, V> & { handle(batch: ReceivedBatch<T, V>): Promise<void> }): Promise<GroupConsumer> {
  return await connect(context, options, async (_batches, decoded) => {
    await sendDeadLetters(context, decoded.deadLetters);
    if (decoded.received.events.length > 0) await options.handle(decoded.received);
  });
}

export type Sink<T extends TopicName, V extends Views> = Consumption<T, V> & {
  pool: Pool;
  handle(client: PoolClient, batch: ReceivedBatch<T, V>): Promise<void>;
  committed?(batch: ReceivedBatch<T, V>): void;
  /** False for an event that leaves no rows. A batch of such events alone opens no transaction; its position is stored a little later. */
  concerns?(received: Received<T, V>): boolean;
};

/**
 * A consumer whose effects are rows: `handle` runs in a transaction that also moves the position, so that each record
 * has its rows exactly once. Throwing rolls both back.
 */
export async function consumeIntoPostgres<T extends TopicName, V extends Views = object>(context: ServiceContext, options: Sink<T, V>): Promise<GroupConsumer> {
  const positions = new PositionStore(options.pool, groupOf(context, options.group), context.clusterId);
  const onAssigned = async (partitions: ReadonlyArray<{ topic: string; partition: number }>) => {
    const marks = new Map<string, bigint>();
    for (const topic of new Set(partitions.map((place) => place.topic))) {
      for (const { partition, low } of await context.admin.watermarks(topic)) marks.set(`${topic}/${partition}`, low);
    }
    return await positions.assign(partitions.map((place) => ({ ...place, low: marks.get(`${place.topic}/${place.partition}`) ?? 0n })));
  };
  const { concerns = () => true } = options;
  const deferred = new DeferredPositions(positions);
  /** Partitions of a transaction that failed: it may have been committed all the same, where the connection ended before the answer. */
  const doubtful = new Set<string>();
  const consumer = await connect(context, { ...options, onAssigned, isPassing: isOutage }, async (batches, decoded) => {
    await sendDeadLetters(context, decoded.deadLetters);
    const done = await positions.read(batches.filter((batch) => doubtful.has(placeOf(batch))));
    const isNew = (place: TopicPartition, offset: bigint) => offset >= (done.get(placeOf(place)) ?? offset);
    // Whoever is told what was committed may know the batch by itself: it is the one that was handled.
    const left = done.size === 0 ? decoded.received : { ...decoded.received, events: decoded.received.events.filter(({ record }) => isNew(record, record.offset)) };
    const moves = batches.flatMap((batch) => {
      const [first, last] = [batch.records.find(({ offset }) => isNew(batch, offset)), batch.records.at(-1)];
      return first === undefined || last === undefined ? [] : [{ topic: batch.topic, partition: batch.partition, from: first.offset, to: last.offset + 1n }];
    });
    if (!decoded.received.events.some(concerns)) return deferred.add(moves);
    try {
      if (moves.length > 0) {
        await inTransaction(options.pool, async (client) => {
          if (left.events.length > 0) await options.handle(client, left);
          await positions.advance(client, moves);
          crashPoint('sink.before-commit');
        });
      }
    } catch (error) {
      for (const batch of batches) doubtful.add(placeOf(batch));
      throw error;
    }
    for (const batch of batches) doubtful.delete(placeOf(batch));
    crashPoint('sink.committed');
    options.committed?.(left);
    // Of what had been committed before nobody was told.
    if (done.size > 0) options.committed?.(decoded.received);
  });
  return endWith(consumer, () => deferred[Symbol.asyncDispose]());
}

/** Has `end` run once the consumer is closed. */
function endWith(consumer: GroupConsumer, end: () => Promise<void> | void): GroupConsumer {
  const dispose = consumer[Symbol.asyncDispose].bind(consumer);
  consumer[Symbol.asyncDispose] = async () => {
    await dispose();
    await end();
  };
  return consumer;
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function groupOf(context: ServiceContext, group: string | undefined): string {
  return group === undefined ? context.groupId : `${context.groupId}.${group}`;
}

const bulkWaitMs = 250;
const bulkBytesMin = 1_000_000;
const callBytesMax = { prompt: 500_000, bulk: 1_500_000 } as const;
/** Records in hand survive the young heap: what is fetched at once is kept small where latency counts. */
const fetchBytesMax = { prompt: 1_048_576, bulk: 4_194_304 } as const;

type Decoded<T extends TopicName, V extends Views> = { received: ReceivedBatch<T, V>; deadLetters: OutgoingRecord[] };

async function connect<T extends TopicName, V extends Views>(
  context: ServiceContext,
  options: Consumption<T, V> & Pick<Parameters<typeof connectConsumer>[1], 'onAssigned' | 'isPassing'>,
  handle: (batches: readonly RecordBatch[], decoded: Decoded<T, V>) => Promise<void>,
): Promise<GroupConsumer> {
  const groupId = groupOf(context, options.group);
  const { gathering = 'prompt', concurrency = 2 } = options;
  const topics = new Map(options.topics.map((topic) => [context.codec.topicName(topic), topic]));
  const handleTogether = async (fetched: readonly RecordBatch[]) => {
    // What was taken away while it waited is its new owner's.
    const batches = fetched.filter((batch) => batch.isOwned());
    if (batches.length === 0) return;
    const records = batches.flatMap((batch) => batch.records);
    const stop = batchSeconds.startTimer({ service: context.name, group: groupId });
    const spans = context.tracing.enabled ? startRecordSpans(context.tracing, groupId, records) : undefined;
    // The log of a failure too belongs to the span.
    const run = async () => {
      try {
        await handle(batches, await decodeAll(context, options, topics, batches, spans));
        count(context, topics, batches, 'handled');
        spans?.end();
      } catch (error) {
        count(context, topics, batches, 'failed');
        context.log.warn({ err: error, group: groupId, partitions: batches.map(({ topic, partition }) => `${topic}/${partition}`), ...traceparentsOf(records) }, batches.length === 1 ? 'a batch failed; trying again' : 'a call failed; trying its partitions one by one');
        spans?.end(error);
        throw error;
      } finally {
        stop();
      }
    };
    await (spans === undefined ? run() : spans.around(run));
  };
  const consumer = await connectConsumer(context.connection, {
    groupId,
    topics: [...topics.keys()],
    ...(options.onAssigned === undefined ? {} : { onAssigned: options.onAssigned }),
    ...(options.isPassing === undefined ? {} : { isPassing: options.isPassing }),
    fetchBytesMax: fetchBytesMax[gathering],
    ...(gathering === 'bulk' ? { fetchWaitMs: bulkWaitMs, fetchBytesMin: bulkBytesMin } : {}),
    onCrash: context.onCrash,
    handle: gather({ concurrency, weightMax: callBytesMax[gathering], weigh: bytesOf }, handleTogether),
  });
  return endWith(consumer, exposeConsumer(context.name, options.topics, consumer));
}

const tracesLoggedMax = 10;

/** Of a failed call: which of its records is at fault is not known. */
function traceparentsOf(records: readonly ConsumedRecord[]): { traceparents?: string[] } {
  const traceparents = records.slice(0, tracesLoggedMax).flatMap(({ headers }) => traceparentOf(headers) ?? []);
  return traceparents.length === 0 ? {} : { traceparents };
}

function count(context: ServiceContext, topics: ReadonlyMap<string, TopicName>, batches: readonly RecordBatch[], result: 'handled' | 'failed'): void {
  for (const { topic, records } of batches) recordsHandled.inc({ service: context.name, topic: topics.get(topic) ?? topic, result }, records.length);
}

function bytesOf({ records }: RecordBatch): number {
  return records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}

async function decodeAll<T extends TopicName, V extends Views>(context: ServiceContext, options: Consumption<T, V>, topics: ReadonlyMap<string, T>, batches: readonly RecordBatch[], spans: RecordSpans | undefined): Promise<Decoded<T, V>> {
  const events: Array<Received<T, V>> = [];
  const deadLetters: OutgoingRecord[] = [];
  let place = 0;
  for (const { topic: topicName, records } of batches) {
    const topic = topics.get(topicName);
    if (topic === undefined) throw new Error(`Nobody asked for ${topicName}.`);
    const decoded = await context.codec.decode<T, V>(topic, records.map((record) => record.value), options.views);
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index]!;
      const event = record.unreadable === undefined ? decoded[index] : { undecodable: true as const, reason: record.unreadable };
      const at = place++;
      if (event === undefined) continue;
      if ('undecodable' in event) {
        spans?.undecodable(at, event.reason);
        recordsHandled.inc({ service: context.name, topic, result: 'dead-letter' });
        if (options.undecodable !== 'skip') deadLetters.push(deadLetter(context, record, 'undecodable', event.reason), ...(options.onUndecodable?.(record, topic, event.reason) ?? []));
        continue;
      }
      events.push(new ReceivedEvent(topic, record, event, spans?.traces[at]));
    }
  }
  return { received: { events, requireOwned: () => requireOwned(batches) }, deadLetters };
}

/** A class, since there is one for every record of every service: a getter of its own for each would cost more than its event. */
class ReceivedEvent<T extends TopicName, V extends Views> implements Received<T, V> {
  readonly topic: T;
  readonly record: ConsumedRecord;
  readonly event: EventOf<T, V>;
  readonly #own: RecordHeaders | undefined;

  constructor(topic: T, record: ConsumedRecord, event: EventOf<T, V>, own: RecordHeaders | undefined) {
    this.topic = topic;
    this.record = record;
    this.event = event;
    this.#own = own;
  }

  /** Headers stay bytes where nothing is produced. */
  get trace(): RecordHeaders {
    return this.#own ?? traceOf(this.record);
  }
}

const noTrace: RecordHeaders = Object.freeze({});

function traceOf(record: ConsumedRecord): RecordHeaders {
  return record.header('traceparent') === undefined ? noTrace : record.headers;
}

function requireOwned(batches: readonly RecordBatch[]): void {
  for (const batch of batches) if (!batch.isOwned()) throw new LostOwnershipError(`${batch.topic}/${batch.partition} was taken away.`);
}

const deadLetterBytesMax = 1_900_000;

/** A message that a service gives up on, with all that is needed to replay it. Its id follows from where it stands. */
export function deadLetter<S extends ServiceName>(context: ServiceContext<S>, record: ConsumedRecord, reason: 'undecodable' | 'stalled', error: string): OutgoingRecord {
  const value: EventTypes['DeadLetter'] = {
    eventId: derivedEventId(context.name, 'dead-letter', record.topic, record.partition, record.offset.toString()),
    occurredAt: record.timestampMs * 1000,
    system: null, decisionId: null, actor: context.name, policyVersion: null,
    reason, service: context.name, topic: record.topic, partition: record.partition, offset: Number(record.offset),
    key: record.key, value: record.value === null || record.value.length > deadLetterBytesMax ? null : record.value,
    headers: Object.fromEntries(Object.entries(record.headers).slice(0, 50).map(([name, content]) => [name, Buffer.from(content)])),
    error,
  };
  const publisher = context.publisher as unknown as ServiceContext<'intake'>['publisher'];
  return publisher.record('dead.letters', 'DeadLetter', value, null, record.headers);
}

async function sendDeadLetters(context: ServiceContext, records: readonly OutgoingRecord[]): Promise<void> {
  if (records.length > 0) await context.producer.send(records);
}
