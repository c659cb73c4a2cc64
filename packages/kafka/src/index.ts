export * from './types.ts';
export * from './errors.ts';
export { connectAdmin } from './admin.ts';
export { bytesOfRecord } from './batching.ts';
export { connectConsumer } from './consumer.ts';
export { connectProducer, producerLimitsDefault } from './producer.ts';
export { partitionForKey } from './partitioner.ts';
export { readWholeTopic, type WholeTopicOptions } from './whole-topic.ts';
