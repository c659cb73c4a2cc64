import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';
import type { Message } from 'kafkajs';
import { encodeProduce } from './produce-encoding.ts';

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
});
