import { createHttpClient, type HttpOptions } from './http.ts';
import { createKafkaClient, type KafkaOptions } from './kafka.ts';
import type { CountersignClient, CountersignKafkaClient } from './types.ts';

/** Connects a pipeline, over Kafka or over HTTP. */
export function createClient(options: { kafka: KafkaOptions }): Promise<CountersignKafkaClient>;
export function createClient(options: { http: HttpOptions }): Promise<CountersignClient>;
export async function createClient(options: { kafka: KafkaOptions } | { http: HttpOptions }): Promise<CountersignClient> {
  return 'kafka' in options ? await createKafkaClient(options.kafka) : createHttpClient(options.http);
}
