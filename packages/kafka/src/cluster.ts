import kafkajs, { type Kafka, type LogEntry } from 'kafkajs';
import { patchFetchDecoding } from './fetch-decoding.ts';
import { patchKnownBrokers } from './known-brokers-patch.ts';
import { patchOffsetReset } from './offset-reset-patch.ts';
import { patchProduceEncoding } from './produce-encoding.ts';
import { patchThrottleTimer } from './timers-patch.ts';
import type { KafkaConnection, KafkaLogger } from './types.ts';

/** About 30 s of tries: longer than a broker restart, shorter than anybody's patience. */
export const retry = { initialRetryTime: 5, maxRetryTime: 1000, retries: 35, factor: 0.2, multiplier: 2 } as const;

/** The client behind this package; its types stay inside. */
export function openCluster(connection: KafkaConnection): Kafka {
  patchThrottleTimer();
  patchOffsetReset();
  patchKnownBrokers();
  patchFetchDecoding();
  patchProduceEncoding();
  return new kafkajs.Kafka({
    clientId: connection.clientId,
    brokers: [...connection.brokers],
    ...(connection.tls === undefined ? {} : { ssl: connection.tls === true || connection.tls === false ? connection.tls : { ...connection.tls } }),
    ...(connection.sasl === undefined ? {} : { sasl: connection.sasl as { mechanism: 'plain'; username: string; password: string } }),
    connectionTimeout: 3000,
    requestTimeout: connection.requestTimeoutMs ?? 15_000,
    retry,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forwardLog(connection.logger, entry),
  });
}

function forwardLog(logger: KafkaLogger, { level, namespace, log: { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } }: LogEntry): void {
  const text = `kafka ${namespace}: ${message}`;
  // What kafkajs calls an error is often the first of several tries: what fails for good is thrown, and logged by us.
  if (message.startsWith('Limiting retries for the idempotent producer')) return logger.debug(fields, text);
  // For a moment after a broker's start; every caller asks again.
  if (/coordinator is (not available|loading)/.test(`${message} ${String(fields['error'] ?? '')}`)) return logger.debug(fields, text);
  if (level === kafkajs.logLevel.ERROR) return logger.warn(fields, text);
  if (level === kafkajs.logLevel.WARN) return logger.warn(fields, text);
  return logger.debug(fields, text);
}
