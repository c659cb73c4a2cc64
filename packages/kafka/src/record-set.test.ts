import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeFetch } from './fetch-decoding.ts';
import { encodeProduce } from './produce-encoding.ts';
import { decodeRecordSet, type FetchedMessage } from './record-set.ts';
import { connectProducer } from './producer.ts';
import { sendPacked } from './testing/hostile-producer.ts';
import { createTopic, readAll, testConnection, textOf } from './testing/test-cluster.ts';

type Sent = { key: string | null; value: Buffer | null; headers: Record<string, string> };
const original = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/response') as { decode(raw: Buffer): Promise<{ responses: Array<{ partitions: Array<{ messages: FetchedMessage[] }> }> }> };

/** A record set as our producer writes it: the broker keeps it as it is, but for the offset. */
function recordSet(messages: readonly Sent[], firstOffset = 0): Buffer {
  const { buffer } = encodeProduce({ acks: -1, timeout: 1, producerId: 7n, producerEpoch: 0, topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages: [...messages] }] }] });
  const set = Buffer.from(buffer.subarray(12 + 3 + 4 + 4 + 4));
  set.writeBigInt64BE(BigInt(firstOffset), 0);
  return set;
}

function fetchResponse(set: Buffer): Buffer {
  const head = Buffer.alloc(4 + 2 + 4 + 4 + 3 + 4 + 4 + 2 + 24 + 4 + 4 + 4);
  let at = head.writeInt32BE(1, 10);
  at = head.writeInt16BE(1, at);
  at += head.write('t', at);
  at = head.writeInt32BE(1, at) + 6;
  at = head.writeBigInt64BE(42n, at) + 16;
  at = head.writeInt32BE(-1, at);
  at = head.writeInt32BE(-1, at);
  head.writeInt32BE(set.length, at);
  return Buffer.concat([head, set]);
}

const plain = ({ offset, timestamp, key, value, isControlRecord, batchContext: { producerId, inTransaction } }: FetchedMessage) => ({ offset, timestamp, key: key?.toString('hex'), value: value?.toString('hex'), isControlRecord, producerId, inTransaction });
// Theirs mixes names up with what every object has.
const sent = fc.record({ key: fc.option(fc.string()), value: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))), headers: fc.dictionary(fc.string({ minLength: 1 }).filter((name) => !(name in Object.prototype)), fc.string()) });

describe('a fetched record set', () => {
  test('is read as kafkajs reads it, whole and cut off', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(sent, { minLength: 1, maxLength: 20 }), { maxLength: 4 }), fc.nat(), async (batches, cut) => {
      const set = Buffer.concat(batches.map((messages, index) => recordSet(messages, index * 1000)));
      const kept = set.length - (cut % (set.length + 1));
      // Theirs fails on less than a head.
      const raw = fetchResponse(set.subarray(0, kept < 61 ? 0 : kept));
      const [theirs, ours] = [await original.decode(raw), await decodeFetch(raw)];
      const messagesOf = ({ responses }: typeof theirs) => responses[0]?.partitions[0]?.messages ?? [];
      expect({ ...ours, responses: 0 }).toEqual({ ...theirs, responses: 0 });
      expect(messagesOf(ours).map(plain)).toEqual(messagesOf(theirs).map(plain));
      expect(messagesOf(ours).map(({ headers }) => ({ ...headers.decode() }))).toEqual(messagesOf(theirs).map(({ headers }) => ({ ...headers })));
    }), { numRuns: 100 });
  });

  test('that is damaged anywhere is read or said to be unreadable, and ends', async () => {
    const set = recordSet(Array.from({ length: 20 }, (_, index) => ({ key: `k${index}`, value: randomBytes(30), headers: { a: 'b' } })));
    for (let round = 0; round < 2000; round += 1) {
      const damaged = Buffer.from(set);
      for (let hits = 0; hits <= round % 4; hits += 1) damaged[Math.floor(Math.random() * damaged.length)] = Math.floor(Math.random() * 256);
      const outcome = await decodeRecordSet(damaged).catch((error: unknown) => error);
      expect(Array.isArray(outcome) || outcome instanceof RangeError).toBe(true);
    }
  });

  test('of more records than a call takes arguments is read', async () => {
    const set = recordSet(Array.from({ length: 200_000 }, () => ({ key: null, value: Buffer.alloc(1), headers: {} })));
    expect(await decodeRecordSet(set)).toHaveLength(200_000);
  });

  test('whose last records were compacted away ends in a marker, so that its reader steps over', async () => {
    const set = recordSet([{ key: 'k', value: Buffer.from('v'), headers: {} }]);
    set.writeInt32BE(4, 23);
    expect((await decodeRecordSet(set)).map(({ offset, isControlRecord }) => [offset, isControlRecord])).toEqual([['0', false], ['4', true]]);
    set.writeInt32BE(0, 57);
    expect((await decodeRecordSet(set)).map(({ offset, isControlRecord }) => [offset, isControlRecord])).toEqual([['4', true]]);
  });

  test.each([[1, 'gzip'], [2, 'snappy'], [3, 'lz4'], [4, 'zstd'], [6, 'codec 6']])('packed by codec %s with bytes that are none is one unreadable message', async (codec, name) => {
    const set = recordSet([{ key: 'k', value: randomBytes(400), headers: {} }, { key: 'k', value: randomBytes(4), headers: {} }], 10);
    set.writeInt16BE(codec, 21);
    expect(await decodeRecordSet(set)).toMatchObject([{ offset: '11', value: null, unreadable: expect.stringContaining(`A batch of 2 records (offsets 10 to 11, ${name}) cannot be unpacked: `) as unknown }]);
  });

  test('with more records and headers than anybody writes is one unreadable message', async () => {
    const headers = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`h${index}`, '']));
    const set = recordSet(Array.from({ length: 1000 }, () => ({ key: null, value: null, headers })));
    expect(await decodeRecordSet(set)).toMatchObject([{ offset: '999', value: null, unreadable: expect.stringContaining('it has more than 1000000 records and headers') as unknown }]);
  });

  test('with more headers in a record than anybody writes is one unreadable message, whoever may ask for them; what stands beside it is read', async () => {
    const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, '']));
    const set = Buffer.concat([
      recordSet([{ key: 'k', value: Buffer.from('few'), headers: headers(1000) }]),
      recordSet([{ key: 'k', value: Buffer.from('beside'), headers: {} }, { key: 'k', value: Buffer.from('many'), headers: headers(1001) }], 1),
      recordSet([{ key: 'k', value: Buffer.from('behind'), headers: {} }], 3),
    ]);
    const messages = await decodeRecordSet(set);
    expect(messages.map(({ offset, value }) => [offset, value?.toString()])).toEqual([['0', 'few'], ['2', undefined], ['3', 'behind']]);
    expect(Object.keys(messages[0]?.headers.decode() ?? {})).toHaveLength(1000);
    expect(messages[1]?.unreadable).toBe('A batch of 2 records (offsets 1 to 2, none) cannot be unpacked: a record has 1001 headers, more than 1000.');
  });
});

test('a batch that would fill the memory stops nobody: its neighbours are read, and it is told of', async () => {
  const topic = await createTopic(1);
  await using producer = await connectProducer(testConnection());
  await producer.send([{ topic, key: 'k', value: Buffer.from('before') }]);
  await sendPacked(topic, [Buffer.alloc(80_000_000), Buffer.from('in the same batch')]);
  await producer.send([{ topic, key: 'k', value: Buffer.from('behind') }]);
  const all = await readAll(topic);
  expect(all.map((record) => [Number(record.offset), textOf(record)])).toEqual([[0, 'before'], [2, ''], [3, 'behind']]);
  expect(all.map(({ unreadable }) => unreadable)).toEqual([undefined, expect.stringMatching(/^A batch of 2 records \(offsets 1 to 2, gzip\) cannot be unpacked: /), undefined]);
}, 60_000);
