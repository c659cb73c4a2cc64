import { describe, expect, test } from '@jest/globals';
import { missingPartitions } from './response-check.ts';

describe('response check', () => {
  const message = (partition: number) => ({ key: null, value: null, partition });
  const sent = [{ topic: 'a', messages: [message(0), message(1), message(0)] }, { topic: 'b', messages: [message(1)] }];

  test('is content with an answer for every partition', () => {
    const answer = [['a', 0], ['a', 1], ['b', 1]].map(([topicName, partition]) => ({ topicName: String(topicName), partition: Number(partition), errorCode: 0 }));
    expect(missingPartitions(sent, answer)).toEqual([]);
  });

  test('finds partitions without an answer, or with an error, by topic', () => {
    expect(missingPartitions(sent, [{ topicName: 'a', partition: 1, errorCode: 0 }, { topicName: 'a', partition: 0, errorCode: 6 }])).toEqual([
      { topic: 'a', messages: [message(0), message(0)] },
      { topic: 'b', messages: [message(1)] },
    ]);
  });
});
