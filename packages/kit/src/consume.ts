import type { Pool, PoolClient } from 'pg';
import { derivedEventId, type EventOf, type EventTypes, type ServiceName, type TopicName } from '@countersign/contracts';
import { connectConsumer, type ConsumedRecord, type GroupConsumer, type OutgoingRecord, type RecordBatch, type RecordHeaders } from '@countersign/kafka';
import type { ServiceContext } from './context.ts';
import { crashPoint } from './crash-points.ts';
import { inTransaction } from './database.ts';
import { batchSeconds, exposeLag, recordsHandled } from './gauges.ts';
import { PositionStore } from './positions.ts';
import { startRecordSpans, type RecordSpans } from './record-spans.ts';
import { traceparentOf } from './trace-context.ts';

/** An event with the Kafka record that brought it. What is produced because of it goes out with the headers in `trace`. */
export type Received<T extends TopicName = TopicName> = { topic: T; record: ConsumedRecord; event: EventOf<T>; trace: RecordHeaders };

/** The events of one partition, in order; what could not be decoded is in `dead.letters` already. */
export type ReceivedBatch<T extends TopicName = TopicName> = { topic: T; partition: number; events: ReadonlyArray<Received<T>>; isOwned(): boolean; heartbeat(): Promise<void> };

export type Consumption<T extends TopicName> = {
  topics: readonly T[];
  concurrency?: number;
  /** Set when the service has a second consumer: each is a group of its own. */
  group?: string;
  /** `bulk` gathers records for up to a quarter of a second: fewer, larger transactions for services nobody waits for. */
  gathering?: 'prompt' | 'bulk';
  /** `skip` where another service reads the topic first and reports what cannot be decoded: one dead letter a message. */
  undecodable?: 'dead-letter' | 'skip';
  /** What happens with a message that is no event of its topic, besides its dead letter. */
  onUndecodable?(record: ConsumedRecord, topic: T, reason: string): OutgoingRecord[];
};

/** A consumer whose effects are records: `handle` MUST be repeatable, since a crash after producing repeats it. */
export async function consumeBatches<T extends TopicName>(context: ServiceContext, options: Consumption<T> & { handle(batch: ReceivedBatch<T>): Promise<void> }): Promise<GroupConsumer> {
  return await connect(context, options, async (_batch, decoded) => {
    await sendDeadLetters(context, decoded.deadLetters);
    if (decoded.received.events.length > 0) await options.handle(decoded.received);
  });
}

/**
 * A consumer whose effects are rows: `handle` runs in a transaction that also moves the position, so that each record
 * has its rows exactly once. Throwing rolls both back.
 */
export async function consumeIntoPostgres<T extends TopicName>(
  context: ServiceContext,
  options: Consumption<T> & { pool: Pool; handle(client: PoolClient, batch: ReceivedBatch<T>): Promise<void>; committed?(batch: ReceivedBatch<T>): void },
): Promise<GroupConsumer> {
  const positions = new PositionStore(options.pool, groupOf(context, options.group), context.clusterId);
  const onAssigned = async (partitions: ReadonlyArray<{ topic: string; partition: number }>) => {
    const marks = new Map<string, bigint>();
    for (const topic of new Set(partitions.map((place) => place.topic))) {
      for (const { partition, low } of await context.admin.watermarks(topic)) marks.set(`${topic}/${partition}`, low);
    }
    return await positions.assign(partitions.map((place) => ({ ...place, low: marks.get(`${place.topic}/${place.partition}`) ?? 0n })));
  };
  return await connect(context, { ...options, onAssigned }, async (batch, decoded) => {
    await sendDeadLetters(context, decoded.deadLetters);
    const first = batch.records[0];
    const last = batch.records.at(-1);
    if (first === undefined || last === undefined) return;
    await inTransaction(options.pool, async (client) => {
      if (decoded.received.events.length > 0) await options.handle(client, decoded.received);
      await positions.advance(client, batch, first.offset, last.offset + 1n);
      crashPoint('sink.before-commit');
    });
    crashPoint('sink.committed');
    options.committed?.(decoded.received);
  });
}

function groupOf(context: ServiceContext, group: string | undefined): string {
  return group === undefined ? context.groupId : `${context.groupId}.${group}`;
}

const bulkWaitMs = 250;
const bulkBytesMin = 1_000_000;

type Decoded<T extends TopicName> = { received: ReceivedBatch<T>; deadLetters: OutgoingRecord[] };

async function connect<T extends TopicName>(
  context: ServiceContext,
  options: Consumption<T> & { onAssigned?: Parameters<typeof connectConsumer>[1]['onAssigned'] },
  handle: (batch: RecordBatch, decoded: Decoded<T>) => Promise<void>,
): Promise<GroupConsumer> {
  const topics = new Map(options.topics.map((topic) => [context.codec.topicName(topic), topic]));
  const consumer = await connectConsumer(context.connection, {
    groupId: groupOf(context, options.group),
    topics: [...topics.keys()],
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.onAssigned === undefined ? {} : { onAssigned: options.onAssigned }),
    ...(options.gathering === 'bulk' ? { fetchWaitMs: bulkWaitMs, fetchBytesMin: bulkBytesMin } : {}),
    onCrash: context.onCrash,
    handle: async (batch) => {
      const topic = topics.get(batch.topic);
      if (topic === undefined) return;
      const stop = batchSeconds.startTimer({ service: context.name, topic });
      const spans = context.tracing.enabled ? startRecordSpans(context.tracing, groupOf(context, options.group), batch.records) : undefined;
      const run = async () => {
        const decoded = await decodeBatch(context, options, topic, batch, spans);
        await handle(batch, decoded);
        return decoded;
      };
      try {
        const decoded = await (spans === undefined ? run() : spans.around(run));
        recordsHandled.inc({ service: context.name, topic, result: 'handled' }, decoded.received.events.length);
        recordsHandled.inc({ service: context.name, topic, result: 'dead-letter' }, batch.records.length - decoded.received.events.length);
        spans?.end();
      } catch (error) {
        recordsHandled.inc({ service: context.name, topic, result: 'failed' }, batch.records.length);
        context.log.warn({ err: error, topic, partition: batch.partition, ...traceparentsOf(batch) }, 'a batch failed; trying again');
        spans?.end(error);
        throw error;
      } finally {
        stop();
      }
    },
  });
  const hide = exposeLag(context.name, () => consumer.state().lag.map((lag) => ({ ...lag, group: consumer.groupId })));
  const dispose = consumer[Symbol.asyncDispose].bind(consumer);
  consumer[Symbol.asyncDispose] = async () => {
    hide();
    await dispose();
  };
  return consumer;
}

const tracesLoggedMax = 10;

/** Of a failed batch: which of its records is at fault is not known. */
function traceparentsOf(batch: RecordBatch): { traceparents?: string[] } {
  const traceparents = batch.records.slice(0, tracesLoggedMax).flatMap(({ headers }) => traceparentOf(headers) ?? []);
  return traceparents.length === 0 ? {} : { traceparents };
}

async function decodeBatch<T extends TopicName>(context: ServiceContext, options: Consumption<T>, topic: T, batch: RecordBatch, spans: RecordSpans | undefined): Promise<Decoded<T>> {
  const decoded = await context.codec.decode(topic, batch.records.map((record) => record.value));
  const events: Array<Received<T>> = [];
  const deadLetters: OutgoingRecord[] = [];
  decoded.forEach((event, index) => {
    const record = batch.records[index];
    if (record === undefined) return;
    if ('undecodable' in event) {
      spans?.undecodable(index, event.reason);
      if (options.undecodable === 'skip') return;
      deadLetters.push(deadLetter(context, record, 'undecodable', event.reason), ...(options.onUndecodable?.(record, topic, event.reason) ?? []));
    } else {
      events.push({ topic, record, event, trace: spans?.traces[index] ?? record.headers });
    }
  });
  return { received: { topic, partition: batch.partition, events, isOwned: () => batch.isOwned(), heartbeat: () => batch.heartbeat() }, deadLetters };
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
  return publisher.record('dead.letters', 'DeadLetter', value, null);
}

async function sendDeadLetters(context: ServiceContext, records: readonly OutgoingRecord[]): Promise<void> {
  if (records.length > 0) await context.producer.send(records);
}
