import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
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
    // One value a name, see header-decoding.ts.
    headers: message.headers as RecordHeaders,
  }));
  return { topic, partition, records, highWatermark: BigInt(batch.highWatermark), heartbeat, isOwned };
}
