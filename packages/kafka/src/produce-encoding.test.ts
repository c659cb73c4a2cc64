import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';
import type { Message } from 'kafkajs';
import { openCluster } from './cluster.ts';
import { encodeProduce } from './produce-encoding.ts';
import { testConnection } from './testing/test-cluster.ts';

type Arguments = Parameters<typeof encodeProduce>[0];
const require = createRequire(import.meta.url);
const theirs = require('kafkajs/src/protocol/requests/produce/v3/request') as (args: Arguments) => { encode(): Promise<{ buffer: Buffer }> };
const Long = require('kafkajs/src/utils/long') as { fromValue(value: string): Arguments['producerId'] };

const messages = (count: number, bytes: number): Message[] => Array.from({ length: count }, (_, index) => ({
  key: index % 3 === 0 ? null : index % 3 === 1 ? `schlüssel-${index}` : Buffer.from([index & 0xff]),
  value: index % 5 === 4 ? null : Buffer.alloc(bytes + index, index),
  ...(index % 2 === 0 ? {} : { headers: { traceparent: `00-${index}`, ce_id: Buffer.from([1, 2, index & 0xff]), 'größe': '' } }),
}));

describe('produce encoding', () => {
  test('writes byte for byte what kafkajs writes', async () => {
    jest.useFakeTimers({ now: 1_700_000_000_123 });
    try {
      const args: Arguments = {
        acks: -1, timeout: 30_000, producerId: Long.fromValue('4294967299'), producerEpoch: 3,
        topicData: [
          { topic: 'countersign.décisions', partitions: [{ partition: 0, firstSequence: 7, messages: messages(300, 20) }, { partition: 11, firstSequence: 0, messages: messages(1, 0) }] },
          { topic: 'b', partitions: [{ partition: 2, firstSequence: 2_000_000_000, messages: messages(5, 70_000) }] },
        ],
      };
      const expected = (await theirs(args).encode()).buffer;
      expect(encodeProduce(args).buffer.equals(expected)).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is what the client uses: one buffer of the right size, and copies of large ones without slack', async () => {
    openCluster(testConnection(['127.0.0.1:1']));
    const { requests } = require('kafkajs/src/protocol/requests') as { requests: { Produce: { protocol(options: { version: number }): (args: Arguments) => { request: { encode(): Promise<{ buf: Buffer; buffer: Buffer }> } } } } };
    const argumentsOf = (records: Message[]): Arguments => ({ acks: -1, timeout: 30_000, producerId: Long.fromValue('1'), producerEpoch: 0, topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages: records }] }] });
    const encode = (records: Message[]) => requests.Produce.protocol({ version: 7 })(argumentsOf(records)).request.encode();
    const ours = await encode(messages(3, 20));
    expect(ours.buf.length).toBe(ours.buffer.length);
    // What this package never sends is left to the client, which allocates by powers of two.
    const its = await encode([{ key: null, value: 'a', headers: { twice: ['1', '2'] } }]);
    expect(its.buf.length).toBeGreaterThan(its.buffer.length);
    const Encoder = require('kafkajs/src/protocol/encoder') as new (bytes: number) => { buf: Buffer; offset: number; ensureAvailable(bytes: number): void };
    const encoder = new Encoder(16);
    encoder.ensureAvailable(100_001);
    expect(encoder.buf.length).toBe(100_001);
  });
});
