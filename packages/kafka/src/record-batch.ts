import type { EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import type { ConsumedRecord, RecordBatch, RecordHeaders } from './types.ts';

/** The boundary's view of messages that the client fetched. */
export function toRecordBatch({ batch, heartbeat }: EachBatchPayload, messages: readonly KafkaMessage[], isOwned: () => boolean): RecordBatch {
  const { topic, partition } = batch;
  const records = messages.map((message): ConsumedRecord => ({
    topic,
    partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
  }));
  return { topic, partition, records, highWatermark: BigInt(batch.highWatermark), heartbeat, isOwned };
}

function toHeaders(headers: IHeaders | undefined): RecordHeaders {
  const flat: Record<string, string | Buffer> = {};
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) flat[name] = last;
  }
  return flat;
}
