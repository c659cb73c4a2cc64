import type { Message, RecordMetadata } from 'kafkajs';

export type TopicMessages = { topic: string; messages: Array<Message & { partition: number }> };

/**
 * What a produce response does not cover. While a leader moves, kafkajs drops a partition from a request over two
 * brokers and resolves all the same.
 */
export function missingPartitions(sent: readonly TopicMessages[], response: readonly RecordMetadata[]): TopicMessages[] {
  const covered = new Set(response.filter(({ errorCode }) => errorCode === 0).map(({ topicName, partition }) => `${topicName}/${partition}`));
  return sent
    .map(({ topic, messages }) => ({ topic, messages: messages.filter(({ partition }) => !covered.has(`${topic}/${partition}`)) }))
    .filter(({ messages }) => messages.length > 0);
}
