import type { Batch, KafkaMessage } from 'kafkajs';
import type { UndecodedHeaders } from './header-decoding.ts';
import type { FetchedMessage } from './record-set.ts';
import type { ConsumedRecord, RecordBatch, RecordHeaders } from './types.ts';

/** The boundary's view of messages that the client fetched. */
export function toRecordBatch({ topic, partition, highWatermark }: Batch, messages: readonly KafkaMessage[], ownership: Pick<RecordBatch, 'isOwned' | 'progressed'>): RecordBatch {
  const records = messages.map((message) => new FetchedRecord(topic, partition, message));
  return { topic, partition, records, highWatermark: BigInt(highWatermark), ...ownership };
}

/** Names are asked for by code, never by what came in: there are few. */
const nameBytes = new Map<string, Buffer>();

class FetchedRecord implements ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly unreadable?: string;
  readonly #undecoded: UndecodedHeaders;
  #headers: RecordHeaders | undefined;

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(message.offset);
    this.timestampMs = Number(message.timestamp);
    this.key = message.key;
    this.value = message.value;
    // Bytes until somebody asks, see header-decoding.ts.
    const { headers, unreadable } = message as unknown as FetchedMessage;
    this.#undecoded = headers;
    if (unreadable !== undefined) this.unreadable = unreadable;
  }

  header(name: string): Buffer | undefined {
    let bytes = nameBytes.get(name);
    if (bytes === undefined) nameBytes.set(name, (bytes = Buffer.from(name)));
    return this.#undecoded.find(bytes);
  }

  get headers(): RecordHeaders {
    return (this.#headers ??= this.#undecoded.decode());
  }
}
