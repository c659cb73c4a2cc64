import type { EventOf, TopicName } from '@countersign/contracts';
import { readWholeTopic, type ConsumedRecord, type KafkaConnection } from '@countersign/kafka';
import type { TestStack } from './stack.ts';

const ignore = () => undefined;

/** Everything on a topic now, with the records that carry it. */
export async function readTopic<T extends TopicName>(stack: TestStack, topic: T): Promise<Array<{ record: ConsumedRecord; event: EventOf<T> }>> {
  const connection: KafkaConnection = { brokers: stack.settings.brokers, clientId: 'test', logger: { debug: ignore, info: ignore, warn: ignore, error: ignore } };
  const records: ConsumedRecord[] = [];
  const reader = await readWholeTopic(connection, { topics: [stack.codec.topicName(topic)], onRecord: (record) => void records.push(record), onCrash: (error) => { throw error; } });
  await reader.caughtUp;
  await reader[Symbol.asyncDispose]();
  const events = await stack.codec.decode(topic, records.map((record) => record.value));
  return events.flatMap((event, index) => {
    const record = records[index];
    return 'undecodable' in event || record === undefined ? [] : [{ record, event }];
  });
}
