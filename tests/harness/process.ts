import { join } from 'node:path';
import type { ServiceName } from '@countersign/contracts';
import type { TestStack } from './stack.ts';

/** What a service is started with as a process of its own, on a port that it chooses. */
export function processOf(service: ServiceName, { settings }: TestStack): { args: string[]; env: NodeJS.ProcessEnv } {
  return {
    args: [join(import.meta.dirname, '../../services', service, 'main.ts')],
    env: {
      PATH: process.env['PATH'], COUNTERSIGN_ENVIRONMENT: 'development', COUNTERSIGN_KAFKA_BROKERS: settings.brokers.join(','),
      COUNTERSIGN_REGISTRY_URL: settings.registryUrl, COUNTERSIGN_DATABASE_URL: settings.databaseUrl, COUNTERSIGN_VAULT_DATABASE_URL: settings.vaultDatabaseUrl,
      COUNTERSIGN_DATABASE_PASSWORD: settings.databasePassword, COUNTERSIGN_TOPIC_PREFIX: settings.topicPrefix, COUNTERSIGN_PARTITIONS: String(settings.partitions),
      COUNTERSIGN_MASTER_KEY_FILE: settings.masterKeyFile, COUNTERSIGN_SAMPLING_KEYS_FILE: settings.samplingKeysFile, COUNTERSIGN_JWKS: settings.jwks, COUNTERSIGN_HTTP_PORT: '0',
    },
  };
}
