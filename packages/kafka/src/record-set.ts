import { unpack } from './codecs.ts';
import { UndecodedHeaders } from './header-decoding.ts';
import { readVarint, readVarlong } from './varint.ts';

/** A message as kafkajs hands it on; `unreadable` says why a batch has no messages of its own. */
export type FetchedMessage = {
  magicByte: 2;
  attributes: number;
  timestamp: string;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: UndecodedHeaders;
  isControlRecord: boolean;
  batchContext: { producerId: string; inTransaction: boolean };
  unreadable?: string;
};

/** Offset and length, which stand before what the length counts. */
const prefixBytes = 12;
const headerBytes = 61;
const [magicAt, attributesAt, lastOffsetDeltaAt, firstTimestampAt, maxTimestampAt, producerIdAt, countAt] = [16, 21, 23, 27, 35, 43, 57] as const;
const flags = { codec: 0x7, logAppendTime: 0x8, transactional: 0x10, control: 0x20 } as const;
const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** An empty header is two bytes, and what unpacks to 64 MB (codecs.ts) may hold millions: looking through them would stop a process for seconds. */
const headersMax = 1000;
/** Records and headers of one batch: a million take a part of a second. */
const entriesMax = 1_000_000;
const noHeaders = new UndecodedHeaders(Buffer.alloc(1), 0);

type RecordBatchHead = { firstOffset: number; lastOffset: number; count: number; codec: number; stamp(delta: number): string; isControlRecord: boolean; batchContext: FetchedMessage['batchContext'] };

/**
 * The messages of a record set (record batches, magic 2), which may end in the middle of a batch. A batch that cannot
 * be unpacked, or would fill the memory, becomes one message that says so: who wrote it must not stop whoever reads it.
 * A batch whose last messages were compacted away ends in a marker, as of a transaction, so that its reader steps over.
 * Throws `RangeError` for message formats before that of Kafka 0.11.
 */
export async function decodeRecordSet(set: Buffer): Promise<FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  for (let at = 0; at + headerBytes <= set.length; ) {
    const end = at + prefixBytes + set.readInt32BE(at + 8);
    if (end > set.length || end < at + headerBytes) break;
    if (set[magicAt + at] !== 2) throw new RangeError(`Message format ${set[magicAt + at]} is older than Kafka 0.11 and cannot be read.`);
    const head = headOf(set, at);
    const body = set.subarray(at + headerBytes, end);
    const before = messages.length;
    try {
      readRecords(head.codec === 0 ? body : await unpack(head.codec, body), head, messages);
    } catch (error) {
      messages.length = before;
      messages.push(unreadable(head, error));
    }
    const last = messages.length === before ? -1 : Number(messages.at(-1)?.offset);
    if (last < head.lastOffset) messages.push({ ...empty(head), isControlRecord: true });
    at = end;
  }
  return messages;
}

function headOf(set: Buffer, at: number): RecordBatchHead {
  const attributes = set.readInt16BE(at + attributesAt);
  const firstOffset = Number(set.readBigInt64BE(at));
  const firstTimestampMs = Number(set.readBigInt64BE(at + firstTimestampAt));
  const maxTimestamp = String(set.readBigInt64BE(at + maxTimestampAt));
  return {
    firstOffset, lastOffset: firstOffset + set.readInt32BE(at + lastOffsetDeltaAt), count: set.readInt32BE(at + countAt), codec: attributes & flags.codec,
    stamp: (attributes & flags.logAppendTime) === 0 ? (deltaMs) => String(firstTimestampMs + deltaMs) : () => maxTimestamp,
    isControlRecord: (attributes & flags.control) !== 0,
    batchContext: { producerId: String(set.readBigInt64BE(at + producerIdAt)), inTransaction: (attributes & flags.transactional) !== 0 },
  };
}

/** Record: length attributes timestampDelta offsetDelta key value headers. Throws `RangeError` where one does not fit, or there are more than anybody writes. */
function readRecords(body: Buffer, head: RecordBatchHead, messages: FetchedMessage[]): void {
  const cursor = { at: 0 };
  let entries = head.count;
  for (let left = head.count; left > 0; left -= 1) {
    const bytes = readVarint(body, cursor);
    const end = cursor.at + bytes;
    if (bytes < 0 || end > body.length) throw new RangeError(`one of its ${head.count} records does not fit its ${body.length} bytes`);
    const attributes = body[cursor.at++] ?? 0;
    const timestamp = head.stamp(readVarlong(body, cursor));
    const offset = String(head.firstOffset + readVarint(body, cursor));
    const key = readField(body, cursor, end);
    const value = readField(body, cursor, end);
    const headers = new UndecodedHeaders(body, cursor.at);
    const count = headers.count();
    if (count > headersMax) throw new RangeError(`a record has ${count} headers, more than ${headersMax}`);
    if ((entries += count) > entriesMax) throw new RangeError(`it has more than ${entriesMax} records and headers`);
    messages.push({ magicByte: 2, attributes, timestamp, offset, key, value, headers, isControlRecord: head.isControlRecord, batchContext: head.batchContext });
    cursor.at = end;
  }
}

function readField(body: Buffer, cursor: { at: number }, end: number): Buffer | null {
  const bytes = readVarint(body, cursor);
  if (bytes < 0) return null;
  const start = cursor.at;
  cursor.at += bytes;
  if (cursor.at > end) throw new RangeError('a key or value does not fit its record');
  return body.subarray(start, cursor.at);
}

function empty(head: RecordBatchHead): FetchedMessage {
  return { magicByte: 2, attributes: 0, timestamp: head.stamp(0), offset: String(head.lastOffset), key: null, value: null, headers: noHeaders, isControlRecord: false, batchContext: head.batchContext };
}

function unreadable(head: RecordBatchHead, error: unknown): FetchedMessage {
  const reason = error instanceof Error ? error.message : String(error);
  return { ...empty(head), unreadable: `A batch of ${head.count} records (offsets ${head.firstOffset} to ${head.lastOffset}, ${codecNames[head.codec] ?? `codec ${head.codec}`}) cannot be unpacked: ${reason}.` };
}
