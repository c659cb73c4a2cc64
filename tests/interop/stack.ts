import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, kafkaSecuritySettings, openPool, readSettings } from '../../packages/kit/src/index.ts';
import type { CommonSettings } from '../../packages/kit/src/index.ts';
import { developmentIssuer, auditLogEnvironment, ensureSecrets, signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';
import { prepareAll } from '../../packages/stack/src/embedded/setup.ts';
import { startServices } from '../../packages/stack/src/embedded/stack.ts';
import { startInfrastructure } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import type { Endpoints } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import { enterReader, readerId } from './people.ts';
import { activatePolicies, requirePinned } from './policies.ts';

const testPassword = 'test-password';
const repository = join(import.meta.dirname, '..', '..');

/** The whole of Countersign, and what a foreign client must know of it as INTEROP_ variables. */
export type InteropStack = AsyncDisposable & { env: Record<string, string> };

/** Starts all services with the example policies in force; `COUNTERSIGN_TEST_ENDPOINTS` names a Kafka, registry and Postgres to reuse. */
export async function startStack(): Promise<InteropStack> {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'countersign-interop-'));
  // PostgreSQL runs as a user of its own where we are root, and must be able to enter.
  await chmod(home, 0o755);
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const endpoints = await findEndpoints(home, stack);
  const settings = await settingsOf(home, endpoints);
  const log = createLog('interop', settings.logLevel);
  stack.defer(() => dropDatabases(endpoints.postgres, settings));
  await prepareAll({ settings, superuserUrl: endpoints.postgres, log });
  const services = stack.use(await startServices({ settings, env: { ...process.env, COUNTERSIGN_REVIEW_UNDO_MS: '200', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0', ...auditLogEnvironment(home) }, log }));
  const tokenOf = (subject: string, role: string) => signDevelopmentToken(home, { subject, roles: [role] });
  const versions = await activatePolicies(services.url, tokenOf);
  const token = await tokenOf('interop', 'pipeline');
  await requirePinned(services.url, token, versions);
  await enterReader(services.url, await tokenOf('interop-admin', 'admin'));
  const owned = stack.move();
  return {
    env: {
      INTEROP_KAFKA: endpoints.kafka,
      INTEROP_REGISTRY: endpoints.registry,
      INTEROP_HTTP: services.url,
      INTEROP_TOPIC_PREFIX: settings.topicPrefix,
      INTEROP_TOKEN: token,
      INTEROP_AUDITOR_TOKEN: await tokenOf('interop-auditor', 'auditor'),
      INTEROP_READER_TOKEN: await tokenOf(readerId, 'reviewer'),
      INTEROP_RECORDED: join(repository, 'examples', 'recorded'),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function findEndpoints(home: string, stack: AsyncDisposableStack): Promise<Endpoints> {
  const file = process.env['COUNTERSIGN_TEST_ENDPOINTS'];
  if (file !== undefined) return JSON.parse(await readFile(file, 'utf8')) as Endpoints;
  const cache = process.env['COUNTERSIGN_CACHE'] ?? join(repository, '.cache');
  return stack.use(await startInfrastructure({ home, cache, onStep: (step) => console.log(`# starting ${step}`) }));
}

/** Names of this run's own, so that a shared infrastructure serves several runs. */
async function settingsOf(home: string, endpoints: Endpoints): Promise<CommonSettings> {
  const secrets = await ensureSecrets(home);
  const run = `interop_${randomBytes(4).toString('hex')}`;
  const { host } = new URL(endpoints.postgres);
  return {
    environment: 'development',
    brokers: [endpoints.kafka],
    ...readSettings(kafkaSecuritySettings, {}),
    registryUrl: endpoints.registry,
    sessionTimeoutMs: 20_000,
    databaseUrl: `postgres://${host}/${run}`,
    vaultDatabaseUrl: `postgres://${host}/${run}_vault`,
    // The roles belong to the whole server: runs that share one must agree on their password.
    databasePassword: testPassword,
    databasePoolMax: 4,
    topicPrefix: `${run}.`,
    partitions: 12,
    replicationFactor: 1,
    masterKeyFile: secrets.masterKey,
    samplingKeysFile: secrets.samplingKeys,
    jwks: secrets.jwks,
    tokenIssuer: developmentIssuer,
    sessionJwks: null,
    httpHost: '127.0.0.1',
    httpPort: 0,
    trustedProxies: ['loopback'],
    logLevel: 'warn',
    otlpUrl: null,
    traceRatio: 1,
  };
}

async function dropDatabases(superuserUrl: string, settings: CommonSettings): Promise<void> {
  await using database = openPool<unknown>(superuserUrl, 'public', 1);
  for (const url of [settings.databaseUrl, settings.vaultDatabaseUrl]) {
    await database.pool.query(`drop database if exists "${new URL(url).pathname.slice(1)}" with (force)`);
  }
}
