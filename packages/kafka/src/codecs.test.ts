import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { compressFrameSync } from 'lz4-napi';
import snappy from 'snappyjs';
import { unpack } from './codecs.ts';
import { connectProducer } from './producer.ts';
import { createTopic, readAll, testConnection } from './testing/test-cluster.ts';

describe('codecs', () => {
  // The broker packs again in the topic's codec, so that what we read was packed by the Java libraries.
  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what was packed with %s', async (codec) => {
    const topic = await createTopic(1, { 'compression.type': codec });
    const values = Array.from({ length: 40 }, (_, index) => Buffer.concat([Buffer.alloc(5000, `${index} `), randomBytes(500)]));
    await using producer = await connectProducer(testConnection());
    await producer.send(values.map((value, index) => ({ topic, key: String(index), value, headers: { ce_id: String(index) } })));
    const all = await readAll(topic);
    expect(all.map(({ value }) => value?.toString('hex'))).toEqual(values.map((value) => value.toString('hex')));
    expect(String(all[39]?.headers['ce_id'])).toBe('39');
  });

  const zeros = Buffer.alloc(140_000_000);
  const chunkOf = (packed: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packed.length);
    return Buffer.concat([length, packed]);
  };
  /** As Java chunks it: each chunk is harmless. */
  const xerial = () => {
    const chunk = chunkOf(Buffer.from(snappy.compress(zeros.subarray(0, 14_000_000))));
    return Buffer.concat([Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]), Buffer.alloc(8), ...Array.from({ length: 10 }, () => chunk)]);
  };

  test.each([
    ['gzip', 1, () => gzipSync(zeros)], ['zstd', 4, () => zstdCompressSync(zeros)], ['lz4', 3, () => compressFrameSync(zeros)],
    ['bare snappy', 2, () => Buffer.from(snappy.compress(zeros))], ['chunked snappy', 2, xerial],
  ] as const)('refuses to unpack what fills the memory: %s', async (_name, codec, pack) => {
    const packed = pack();
    await expect(unpack(codec, packed)).rejects.toThrow(/larger than|more than|exceed|limit|too big/i);
  });
});
