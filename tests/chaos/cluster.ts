import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serviceNames, type ServiceName } from '@countersign/contracts';
import { commonSettings, createLog, readSettings } from '@countersign/kit';
import { auditLogEnvironment, ensureSecrets, signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';
import { prepareAll } from '../../packages/stack/src/embedded/setup.ts';
import { startInfrastructure, type Infrastructure } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import { freePort } from '../../packages/stack/src/infrastructure/ports.ts';
import type { Sources } from './checker/reader.ts';

/** Everything a chaos run stands on: its own broker, registry and Postgres, ready for the services. */
export type ChaosCluster = AsyncDisposable & {
  infrastructure: Infrastructure;
  home: string;
  /** The environment of a service's process. */
  env(service: ServiceName): Record<string, string>;
  url(service: ServiceName): string;
  token(person: string, role: string): Promise<string>;
  /** What the checker reads. */
  sources: Sources;
};

const database = 'chaos';
const password = 'chaos-password';
const partitions = 4;
/** Short, so that minutes hold many crashes: after each, the group waits this long for the dead member. */
const sessionTimeoutMs = 6000;

export async function startCluster(): Promise<ChaosCluster> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-chaos-'));
  await chmod(home, 0o755);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const infrastructure = stack.use(await startInfrastructure({ home, cache: resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache') }));
  const files = await ensureSecrets(home);
  const { host } = new URL(infrastructure.postgres);
  const prefix = 'chaos.';
  const common = {
    COUNTERSIGN_ENVIRONMENT: 'development', COUNTERSIGN_KAFKA_BROKERS: infrastructure.kafka, COUNTERSIGN_REGISTRY_URL: infrastructure.registry,
    COUNTERSIGN_DATABASE_URL: `postgres://${host}/${database}`, COUNTERSIGN_VAULT_DATABASE_URL: `postgres://${host}/${database}_vault`, COUNTERSIGN_DATABASE_PASSWORD: password,
    COUNTERSIGN_DATABASE_POOL_MAX: '6', COUNTERSIGN_TOPIC_PREFIX: prefix, COUNTERSIGN_PARTITIONS: String(partitions), COUNTERSIGN_KAFKA_SESSION_TIMEOUT_MS: String(sessionTimeoutMs),
    COUNTERSIGN_MASTER_KEY_FILE: files.masterKey, COUNTERSIGN_SAMPLING_KEYS_FILE: files.samplingKeys, COUNTERSIGN_JWKS: files.jwks,
    COUNTERSIGN_LOG_LEVEL: 'warn', COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true', COUNTERSIGN_REVIEW_UNDO_MS: '1000', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0', COUNTERSIGN_REVIEW_CLAIM_TTL_MS: '20000',
    ...auditLogEnvironment(home),
  };
  const settings = readSettings(commonSettings, common);
  await prepareAll({ settings, superuserUrl: infrastructure.postgres, log: createLog('chaos', 'silent') });
  const ports = new Map<ServiceName, number>();
  for (const service of serviceNames) ports.set(service, await freePort());
  const inDatabase = (name: string) => Object.assign(new URL(infrastructure.postgres), { pathname: `/${name}` }).href;
  const owned = stack.move();
  return {
    infrastructure, home,
    env: (service) => ({ PATH: process.env['PATH'] ?? '', ...common, COUNTERSIGN_HTTP_PORT: String(ports.get(service) ?? 0) }),
    url: (service) => `http://127.0.0.1:${ports.get(service) ?? 0}`,
    token: (person, role) => signDevelopmentToken(home, { subject: person, roles: [role] }),
    sources: {
      kafka: infrastructure.kafka, registry: infrastructure.registry, database: inDatabase(database), vault: inDatabase(`${database}_vault`), prefix,
      masterKey: (await readFile(files.masterKey, 'utf8')).trim(),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
