import { createRequire } from 'node:module';
import type { Message } from 'kafkajs';
import { crc32c } from '@node-rs/crc32';
import { sizeOfField, sizeOfHeader, writeField, writeHeader } from './header-encoding.ts';
import { sizeOfVarint, writeVarint } from './varint.ts';

type PartitionData = { partition: number; firstSequence: number; messages: Message[] };
type ProduceArguments = {
  acks: number;
  timeout: number;
  compression?: number;
  transactionalId?: string | null;
  producerId: { toString(): string };
  producerEpoch: number;
  topicData: Array<{ topic: string; partitions: PartitionData[] }>;
};
/** What kafkajs takes for an encoder: it copies `buffer` behind the request header. */
type Encoded = { buf: Buffer; buffer: Buffer };
type Protocol = (args: ProduceArguments) => { request: { encode(): Promise<Encoded> }; response: unknown };
type ProduceRequests = { protocol(options: { version: number }): Protocol };

const recordBatchVersionMin = 3;
const batchHeaderBytes = 61;
const crcAt = 17;
const attributesAt = 21;
const largeBytes = 65_536;
let patched = false;

/**
 * kafkajs allocates a buffer for each field of each record, which costs more than everything else on the way out. This
 * writes a whole request into one buffer: same protocol versions, same bytes. Other codecs and transactions stay its own.
 */
export function patchProduceEncoding(): void {
  if (patched) return;
  patched = true;
  patchEncoderGrowth();
  const { requests } = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as { requests: { Produce: ProduceRequests } };
  const original = requests.Produce.protocol;
  requests.Produce.protocol = ({ version }) => {
    const protocol = original({ version });
    if (version < recordBatchVersionMin) return protocol;
    return (args) => {
      const { request, response } = protocol(args);
      const ours = (args.compression ?? 0) === 0 && (args.transactionalId ?? null) === null && args.topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(isPlain)));
      return ours ? { request: { ...request, encode: () => Promise.resolve(encodeProduce(args)) }, response } : { request, response };
    };
  };
}

/**
 * kafkajs puts a request's bytes behind its header twice, each time into a zeroed buffer of the next power of two. Large
 * ones get exactly what they need, and no zeros: what is behind the offset is never sent.
 */
function patchEncoderGrowth(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as { prototype: { buf: Buffer; offset: number; ensureAvailable(bytes: number): void } };
  const grow = prototype.ensureAvailable;
  prototype.ensureAvailable = function growExactly(bytes) {
    if (bytes < largeBytes || this.offset + bytes <= this.buf.length) return grow.call(this, bytes);
    const larger = Buffer.allocUnsafeSlow(this.offset + bytes);
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
}

function isPlain({ timestamp, headers }: Message): boolean {
  if (timestamp !== undefined) return false;
  for (const name in headers) if (Array.isArray(headers[name])) return false;
  return true;
}

/** Produce Request v3 to v8: transactional_id acks timeout [topic [partition record_set]]. */
export function encodeProduce({ acks, timeout, producerId, producerEpoch, topicData }: ProduceArguments): Encoded {
  const sizes = topicData.map(({ partitions }) => partitions.map(({ messages }) => messages.map(sizeOfRecord)));
  let bytes = 12;
  topicData.forEach(({ topic, partitions }, topicIndex) => {
    bytes += 6 + Buffer.byteLength(topic);
    partitions.forEach((_, index) => {
      bytes += 8 + batchHeaderBytes;
      for (const size of sizes[topicIndex]?.[index] ?? []) bytes += sizeOfVarint(size) + size;
    });
  });
  const buffer = Buffer.allocUnsafe(bytes);
  const id = BigInt(producerId.toString());
  let at = buffer.writeInt16BE(-1, 0);
  at = buffer.writeInt16BE(acks, at);
  at = buffer.writeInt32BE(timeout, at);
  at = buffer.writeInt32BE(topicData.length, at);
  topicData.forEach(({ topic, partitions }, topicIndex) => {
    at = buffer.writeInt16BE(Buffer.byteLength(topic), at);
    at += buffer.write(topic, at);
    at = buffer.writeInt32BE(partitions.length, at);
    partitions.forEach((data, index) => {
      at = buffer.writeInt32BE(data.partition, at);
      const end = writeBatch(buffer, at + 4, data, sizes[topicIndex]?.[index] ?? [], id, producerEpoch);
      buffer.writeInt32BE(end - at - 4, at);
      at = end;
    });
  });
  return { buf: buffer, buffer };
}

/** RecordBatch, magic 2. */
function writeBatch(buffer: Buffer, start: number, { messages, firstSequence }: PartitionData, sizes: readonly number[], producerId: bigint, producerEpoch: number): number {
  const now = BigInt(Date.now());
  let at = buffer.writeBigInt64BE(0n, start) + 4;
  at = buffer.writeInt32BE(0, at);
  at = buffer.writeInt8(2, at) + 4;
  at = buffer.writeInt16BE(0, at);
  at = buffer.writeInt32BE(messages.length - 1, at);
  at = buffer.writeBigInt64BE(now, at);
  at = buffer.writeBigInt64BE(now, at);
  at = buffer.writeBigInt64BE(producerId, at);
  at = buffer.writeInt16BE(producerEpoch, at);
  at = buffer.writeInt32BE(firstSequence, at);
  at = buffer.writeInt32BE(messages.length, at);
  for (let index = 0; index < messages.length; index += 1) at = writeRecord(buffer, at, messages[index]!, index, sizes[index]!);
  buffer.writeInt32BE(at - start - 12, start + 8);
  buffer.writeUInt32BE(crc32c(buffer.subarray(start + attributesAt, at)), start + crcAt);
  return at;
}

function writeRecord(buffer: Buffer, start: number, { key = null, value, headers }: Message, offsetDelta: number, size: number): number {
  let at = writeVarint(buffer, start, size);
  buffer[at] = 0;
  buffer[at + 1] = 0;
  at = writeVarint(buffer, at + 2, offsetDelta);
  at = writeField(buffer, at, key);
  at = writeField(buffer, at, value);
  at = writeVarint(buffer, at, headers === undefined ? 0 : Object.keys(headers).length);
  for (const name in headers) at = writeHeader(buffer, at, name, headers[name] as string | Buffer);
  return at;
}

/** Record sizes depend on their place in the batch through the offset delta. */
function sizeOfRecord({ key = null, value, headers }: Message, offsetDelta: number): number {
  let bytes = 2 + sizeOfVarint(offsetDelta) + sizeOfField(key) + sizeOfField(value) + sizeOfVarint(headers === undefined ? 0 : Object.keys(headers).length);
  for (const name in headers) bytes += sizeOfHeader(name, headers[name] as string | Buffer);
  return bytes;
}
