import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
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
});
