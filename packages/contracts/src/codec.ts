import avro from 'avsc';
import { encodeFramed, frameBytes, schemaIdOf } from './framing.ts';
import { schemas } from './generated/schemas.ts';
import type { EventTypes } from './generated/types.ts';
import type { SchemaRegistry } from './registry.ts';
import { topology, type RecordName, type TopicName } from './topology.ts';
import { readerType, viewType, type ViewOf, type Views } from './view.ts';

export type RecordsOf<T extends TopicName> = (typeof topology)[T]['records'][number];

/** A decoded event with the name of its record, so that a `switch` narrows it; of records that have a view, what the view shows. */
export type EventOf<T extends TopicName, V extends Views = object> = { [R in RecordsOf<T>]: { record: R; value: R extends keyof V ? ViewOf<EventTypes[R], V[R]> : EventTypes[R] } }[RecordsOf<T>];

/** Bytes that are no event of their topic. `reason` is one sentence for a person. */
export type Undecodable = { undecodable: true; reason: string };

const namespace = 'io.countersign';
const subjectOf = (topic: string, record: string) => `${topic}-${namespace}.${record}`;
const nameOf = (record: string) => record.slice(record.lastIndexOf('.') + 1);

/** The longest value that is looked at; longer ones cannot come from the broker either. */
const valueBytesMax = 2_000_000;

/** Registries count with 32-bit integers: of an id beyond, some say that its path is wrong. */
const schemaIdMax = 0x7fff_ffff;
/** How long an id stays unknown: a registry that was restored, or lags behind its own writes, has it later. */
const notThereMs = 60_000;

type Writer = { record: RecordName; type: avro.Type };
/** Why values of an id cannot be read; asked for again after `untilMs`. */
type Unfit = { reason: string; untilMs: number };
/** How values of one schema id are read; without a resolver where reader and writer have the same schema. */
type Reading = { type: avro.Type; resolver: avro.Resolver | undefined };
const everything: Views = {};

/**
 * Encodes and decodes events in the Confluent wire format. Schema ids are learnt once: those it writes at `connect`,
 * foreign ones when they first appear. Decoded records are class instances of the Avro library: compare fields, not
 * objects.
 */
export class EventCodec {
  readonly #registry: SchemaRegistry;
  readonly #prefix: string;
  readonly #ids = new Map<string, number>();
  readonly #writers = new Map<number, Writer | Unfit>();
  /** By the views asked for, then by schema id. */
  readonly #readings = new WeakMap<Views, Map<number, Reading>>();

  private constructor(registry: SchemaRegistry, prefix: string) {
    this.#registry = registry;
    this.#prefix = prefix;
  }

  /** Registers every schema of `topics` (finding those that are there) so that `encode` never waits. */
  static async connect(registry: SchemaRegistry, topicPrefix: string, topics: readonly TopicName[]): Promise<EventCodec> {
    const codec = new EventCodec(registry, topicPrefix);
    await Promise.all(topics.flatMap((topic) => topology[topic].records.map((record) => codec.#register(topic, record))));
    return codec;
  }

  topicName(topic: TopicName): string {
    return `${this.#prefix}${topic}.v1`;
  }

  /** The framed value. Throws `TypeError` naming the field when the value does not fit its schema. */
  encode<T extends TopicName, R extends RecordsOf<T>>(topic: T, record: R, value: EventTypes[R]): Buffer {
    const id = this.#ids.get(`${topic}/${record}`);
    if (id === undefined) throw new Error(`The codec was not connected for ${topic}: add the topic to its list.`);
    return fitting(record, value, (type) => encodeFramed(id, type, value));
  }

  /**
   * Decodes values of one topic in order. Infrastructure faults reject; bytes at fault become `Undecodable`. Of records
   * that `views` names only those fields are read; pass the same object each time.
   */
  async decode<T extends TopicName, V extends Views = object>(topic: T, values: ReadonlyArray<Buffer | null>, views: V = everything as V): Promise<Array<EventOf<T, V> | Undecodable>> {
    for (const value of values) {
      const id = value === null ? null : schemaIdOf(value);
      if (id !== null && !this.#isKnown(id)) await this.#learn(id);
    }
    const readings = this.#readings.get(views) ?? new Map<number, Reading>();
    this.#readings.set(views, readings);
    return values.map((value) => this.#decodeOne(topic, value, views, readings) as EventOf<T, V> | Undecodable);
  }

  #decodeOne(topic: TopicName, value: Buffer | null, views: Views, readings: Map<number, Reading>): { record: RecordName; value: unknown } | Undecodable {
    if (value === null) return undecodable('The message has no value.');
    if (value.length > valueBytesMax) return undecodable(`The message has ${value.length} bytes, more than ${valueBytesMax}.`);
    const id = schemaIdOf(value);
    if (id === null) return undecodable('The message does not begin with a zero byte and a schema id (Confluent wire format).');
    const writer = this.#writers.get(id);
    if (writer === undefined) return undecodable(`Schema id ${id} is not known.`);
    if ('reason' in writer) return undecodable(writer.reason);
    const { record } = writer;
    const allowed: readonly RecordName[] = topology[topic].records;
    if (!allowed.includes(record)) return undecodable(`A ${record} does not belong on ${topic}.`);
    let reading = readings.get(id);
    if (reading === undefined) readings.set(id, (reading = readingOf(writer, views)));
    try {
      return { record, value: reading.type.fromBuffer(value.subarray(frameBytes), reading.resolver) };
    } catch (error) {
      return undecodable(`The bytes do not fit schema ${id} (${record}): ${messageOf(error)}.`);
    }
  }

  async #register(topic: TopicName, record: RecordName): Promise<void> {
    const subject = subjectOf(this.topicName(topic), record);
    const id = await this.#registry.register(subject, schemas[record]);
    this.#ids.set(`${topic}/${record}`, id);
    this.#writers.set(id, { record, type: readerType(record) });
  }

  #isKnown(id: number): boolean {
    const known = this.#writers.get(id);
    return known !== undefined && (!('reason' in known) || Date.now() < known.untilMs);
  }

  /** Rejects where the registry gives no answer that is one: what it did not say must not condemn the bytes. */
  async #learn(id: number): Promise<void> {
    const schema = id > schemaIdMax ? undefined : await this.#registry.schemaById(id);
    this.#remember(id, schema === undefined ? { reason: `Schema id ${id} is not in the registry.`, untilMs: Date.now() + notThereMs } : writerOf(id, schema));
  }

  /** Hostile ids must not fill the memory: what is known to be bad is forgotten first. */
  #remember(id: number, writer: Writer | Unfit): void {
    if (this.#writers.size > 10_000) {
      for (const [known, value] of this.#writers) if ('reason' in value) this.#writers.delete(known);
    }
    this.#writers.set(id, writer);
  }
}

function writerOf(id: number, schema: string): Writer | Unfit {
  const unfit = (reason: string): Unfit => ({ reason, untilMs: Infinity });
  try {
    const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
    const record = nameOf(type.name ?? '');
    if (!Object.hasOwn(schemas, record)) return unfit(`Schema id ${id} is not one of ours.`);
    // A schema that cannot be read as a whole is refused, whatever part of it a reader asks for.
    readerType(record as RecordName).createResolver(type);
    return { record: record as RecordName, type };
  } catch (error) {
    return unfit(`Schema id ${id} cannot be read with ours: ${messageOf(error)}.`);
  }
}

function readingOf({ record, type: writer }: Writer, views: Views): Reading {
  const view = views[record];
  const type = view === undefined ? readerType(record) : viewType(record, view as Parameters<typeof viewType>[1]);
  return { type, resolver: type === writer ? undefined : type.createResolver(writer) };
}

/** A value as whoever reads its bytes sees it: a lone surrogate, for one, is something else then. Throws as `encode` does. */
export function asRead<R extends RecordName>(record: R, value: EventTypes[R]): EventTypes[R] {
  return fitting(record, value, (type) => type.fromBuffer(type.toBuffer(value)) as EventTypes[R]);
}

function fitting<T>(record: RecordName, value: unknown, encode: (type: avro.Type) => T): T {
  const type = readerType(record);
  try {
    return encode(type);
  } catch (error) {
    throw new TypeError(`${record} does not fit its schema${faultIn(type, value)}.`, { cause: error });
  }
}

function faultIn(type: avro.Type, value: unknown): string {
  let fault = '';
  type.isValid(value, {
    errorHook: (path: string[], part: unknown) => {
      if (fault === '') fault = `: field ${path.join('.')} holds ${String(part)}`;
    },
  });
  return fault;
}

const undecodable = (reason: string): Undecodable => ({ undecodable: true, reason });
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
