import { createRequire } from 'node:module';
import { decodeRecordSet, type FetchedMessage } from './record-set.ts';

type Partition = {
  partition: number;
  errorCode: number;
  highWatermark: string;
  lastStableOffset: string;
  lastStartOffset: string;
  abortedTransactions: Array<{ producerId: string; firstOffset: string }>;
  preferredReadReplica: number;
  messages: FetchedMessage[];
};
type FetchResponse = { throttleTime: number; clientSideThrottleTime: number; errorCode: number; sessionId: number; responses: Array<{ topicName: string; partitions: Partition[] }> };
type Exchange = { request: unknown; response: { decode(raw: Buffer): Promise<FetchResponse>; parse: unknown } };
type FetchRequests = { protocol(options: { version: number }): (args: object) => Exchange };

/** What every broker since Kafka 2.3 speaks. */
const fetchVersion = 11;
let patched = false;

/**
 * kafkajs fails a fetch, and with it everything that reads the partition, when one batch in it cannot be unpacked; it
 * builds eight objects for each message and its headers anew for each header; and it stands still before a batch that
 * compaction left empty. This reads the same response into the same shape.
 */
export function patchFetchDecoding(): void {
  if (patched) return;
  patched = true;
  const { requests } = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as { requests: { Fetch: FetchRequests } };
  const original = requests.Fetch.protocol;
  requests.Fetch.protocol = ({ version }) => {
    if (version !== fetchVersion) throw new Error(`The broker speaks version ${version} of Fetch, not ${fetchVersion}: Kafka 2.3 or newer is needed.`);
    const protocol = original({ version });
    return (args) => {
      const exchange = protocol(args);
      return { ...exchange, response: { ...exchange.response, decode: decodeFetch } };
    };
  };
}

class Cursor {
  readonly buffer: Buffer;
  at = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  int16(): number {
    this.at += 2;
    return this.buffer.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.buffer.readInt32BE(this.at - 4);
  }

  int64(): string {
    this.at += 8;
    return String(this.buffer.readBigInt64BE(this.at - 8));
  }

  bytes(length: number): Buffer {
    this.at += Math.max(0, length);
    return this.buffer.subarray(this.at - Math.max(0, length), this.at);
  }
}

/** Fetch Response v11: throttle_time_ms error_code session_id [topic [partition_header record_set]]. */
export async function decodeFetch(raw: Buffer): Promise<FetchResponse> {
  const cursor = new Cursor(raw);
  const clientSideThrottleTime = cursor.int32();
  const errorCode = cursor.int16();
  const sessionId = cursor.int32();
  const responses: FetchResponse['responses'] = [];
  for (let topics = cursor.int32(); topics > 0; topics -= 1) {
    const topicName = cursor.bytes(cursor.int16()).toString();
    const partitions: Partition[] = [];
    for (let left = cursor.int32(); left > 0; left -= 1) partitions.push(await decodePartition(cursor));
    responses.push({ topicName, partitions });
  }
  // The client waits by itself, by `clientSideThrottleTime`; the broker has not waited.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(cursor: Cursor): Promise<Partition> {
  const partition = cursor.int32();
  const errorCode = cursor.int16();
  const [highWatermark, lastStableOffset, lastStartOffset] = [cursor.int64(), cursor.int64(), cursor.int64()];
  const abortedTransactions: Partition['abortedTransactions'] = [];
  for (let left = cursor.int32(); left > 0; left -= 1) abortedTransactions.push({ producerId: cursor.int64(), firstOffset: cursor.int64() });
  const preferredReadReplica = cursor.int32();
  const messages = await decodeRecordSet(cursor.bytes(cursor.int32()));
  return { partition, errorCode, highWatermark, lastStableOffset, lastStartOffset, abortedTransactions, preferredReadReplica, messages };
}
