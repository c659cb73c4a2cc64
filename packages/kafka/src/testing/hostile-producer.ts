import kafkajs from 'kafkajs';
import { testBroker } from './test-cluster.ts';

/** Sends one batch packed with gzip, as a hostile producer would: with the client itself, past our own limits. */
export async function sendPacked(topic: string, values: readonly Buffer[]): Promise<void> {
  const producer = new kafkajs.Kafka({ clientId: 'hostile', brokers: [testBroker()], logLevel: kafkajs.logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic, compression: kafkajs.CompressionTypes.GZIP, messages: values.map((value) => ({ key: 'k', value })) });
  await producer.disconnect();
}
