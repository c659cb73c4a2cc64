import type { Message, RecordMetadata } from 'kafkajs';

export type TopicMessages = { topic: string; messages: Array<Message & { partition: number }> };

/**
 * What a produce response does not cover. While a leader moves, kafkajs drops a partition from a request over two
 * brokers and resolves all the same.
 */
export function missingPartitions(sent: readonly TopicMessages[], response: readonly RecordMetadata[]): TopicMessages[] {
  return sent
    .map(({ topic, messages }) => {
      const covered = new Set(response.filter(({ errorCode, topicName }) => errorCode === 0 && topicName === topic).map(({ partition }) => partition));
      return { topic, messages: messages.filter(({ partition }) => !covered.has(partition)) };
    })
    .filter(({ messages }) => messages.length > 0);
}
