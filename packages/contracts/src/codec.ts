import avro from 'avsc';
import { patchBlockCounts } from './block-counts.ts';
import { patchBytes } from './bytes-in-place.ts';
import { encodeFramed, frameBytes, schemaIdOf } from './framing.ts';
import { schemas } from './generated/schemas.ts';
import type { EventTypes } from './generated/types.ts';
import { RegistryError, type SchemaRegistry } from './registry.ts';
import { topology, type RecordName, type TopicName } from './topology.ts';

export type RecordsOf<T extends TopicName> = (typeof topology)[T]['records'][number];

/** A decoded event with the name of its record, so that a `switch` narrows it. */
export type EventOf<T extends TopicName> = { [R in RecordsOf<T>]: { record: R; value: EventTypes[R] } }[RecordsOf<T>];

/** Bytes that are no event of their topic. `reason` is one sentence for a person. */
export type Undecodable = { undecodable: true; reason: string };

const namespace = 'io.countersign';
const subjectOf = (topic: string, record: string) => `${topic}-${namespace}.${record}`;
const nameOf = (record: string) => record.slice(record.lastIndexOf('.') + 1);

/** The longest value that is looked at; longer ones cannot come from the broker either. */
const valueBytesMax = 2_000_000;

patchBlockCounts();
patchBytes();

/** The reader type of a record, made once. */
const readerTypes = new Map<string, avro.Type>();
export function readerType(record: RecordName): avro.Type {
  let type = readerTypes.get(record);
  if (type === undefined) {
    type = avro.Type.forSchema(schemas[record]);
    readerTypes.set(record, type);
  }
  return type;
}

type Writer = { record: RecordName; type: avro.Type; resolver: avro.Resolver | undefined };

/**
 * Encodes and decodes events in the Confluent wire format. Schema ids are learnt once: those it writes at `connect`,
 * foreign ones when they first appear. Decoded records are class instances of the Avro library: compare fields, not
 * objects.
 */
export class EventCodec {
  readonly #registry: SchemaRegistry;
  readonly #prefix: string;
  readonly #ids = new Map<string, number>();
  readonly #writers = new Map<number, Writer | string>();

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
    const type = readerType(record);
    try {
      return encodeFramed(id, type, value);
    } catch (error) {
      throw new TypeError(`${record} does not fit its schema${faultIn(type, value)}.`, { cause: error });
    }
  }

  /** Decodes values of one topic in order. Infrastructure faults reject; bytes at fault become `Undecodable`. */
  async decode<T extends TopicName>(topic: T, values: ReadonlyArray<Buffer | null>): Promise<Array<EventOf<T> | Undecodable>> {
    for (const value of values) {
      const id = value === null ? null : schemaIdOf(value);
      if (id !== null && !this.#writers.has(id)) await this.#learn(id);
    }
    return values.map((value) => this.#decodeOne(topic, value));
  }

  #decodeOne<T extends TopicName>(topic: T, value: Buffer | null): EventOf<T> | Undecodable {
    if (value === null) return undecodable('The message has no value.');
    if (value.length > valueBytesMax) return undecodable(`The message has ${value.length} bytes, more than ${valueBytesMax}.`);
    const id = schemaIdOf(value);
    if (id === null) return undecodable('The message does not begin with a zero byte and a schema id (Confluent wire format).');
    const writer = this.#writers.get(id);
    if (writer === undefined) return undecodable(`Schema id ${id} is not known.`);
    if (typeof writer === 'string') return undecodable(writer);
    const allowed: readonly RecordName[] = topology[topic].records;
    if (!allowed.includes(writer.record)) return undecodable(`A ${writer.record} does not belong on ${topic}.`);
    try {
      const type = writer.resolver === undefined ? writer.type : readerType(writer.record);
      const body = value.subarray(frameBytes);
      return { record: writer.record, value: type.fromBuffer(body, writer.resolver) } as EventOf<T>;
    } catch (error) {
      return undecodable(`The bytes do not fit schema ${id} (${writer.record}): ${messageOf(error)}.`);
    }
  }

  async #register(topic: TopicName, record: RecordName): Promise<void> {
    const subject = subjectOf(this.topicName(topic), record);
    const id = await this.#registry.register(subject, schemas[record]);
    this.#ids.set(`${topic}/${record}`, id);
    this.#writers.set(id, { record, type: readerType(record), resolver: undefined });
  }

  async #learn(id: number): Promise<void> {
    let schema: object;
    try {
      schema = await this.#registry.schemaById(id);
    } catch (error) {
      if (!(error instanceof RegistryError) || error.status === null || error.status >= 500) throw error;
      this.#remember(id, `Schema id ${id} is not in the registry.`);
      return;
    }
    this.#remember(id, writerOf(id, schema));
  }

  /** Hostile ids must not fill the memory: what is known to be bad is forgotten first. */
  #remember(id: number, writer: Writer | string): void {
    if (this.#writers.size > 10_000) {
      for (const [known, value] of this.#writers) if (typeof value === 'string') this.#writers.delete(known);
    }
    this.#writers.set(id, writer);
  }
}

function writerOf(id: number, schema: object): Writer | string {
  try {
    const type = avro.Type.forSchema(schema as avro.Schema);
    const record = nameOf(type.name ?? '');
    if (!Object.hasOwn(schemas, record)) return `Schema id ${id} is not one of ours.`;
    const reader = readerType(record as RecordName);
    return { record: record as RecordName, type, resolver: reader.createResolver(type) };
  } catch (error) {
    return `Schema id ${id} cannot be read with ours: ${messageOf(error)}.`;
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
