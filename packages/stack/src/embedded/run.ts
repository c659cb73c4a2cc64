import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildConsole } from '@countersign/console';
import type { ServiceName } from '@countersign/contracts';
import { commonSettings, createLog, kafkaSecuritySettings, readSettings, type CommonSettings } from '@countersign/kit';
import { reasonOfEnd, watchDisk } from '../infrastructure/disk.ts';
import { SetupError } from '../infrastructure/failure.ts';
import { startInfrastructure, type Endpoints } from '../infrastructure/infrastructure.ts';
import { requirePort } from '../infrastructure/ports.ts';
import { folderEnvironment } from './folders.ts';
import { developmentIssuer, ensureSecrets, secretFiles } from './secrets.ts';
import { prepareAll } from './setup.ts';
import { startServices, type ServiceStack } from './stack.ts';

export type EmbeddedOptions = { home: string; cache: string; httpPort: number; ports?: Partial<Record<'kafka' | 'registry' | 'postgres', number>>; onStep?(step: string): void; logLevel?: string; /** Settings of services, under what the environment says. */ settings?: Readonly<Record<string, string>> };
export type Embedded = AsyncDisposable & Endpoints & {
  home: string;
  http: string;
  stack: ServiceStack;
  /** Why it cannot go on, once it cannot. */
  failure(): Error | undefined;
  /** Rejects when something failed that a restart inside this process cannot mend. */
  failed: Promise<never>;
};

const restartsMax = 5;
/** What services wait for when they stop does not come once Kafka or Postgres is gone. */
const stopMsMax = 5000;

/** The whole product in one process: infrastructure as children, services behind one port. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const step = options.onStep ?? (() => undefined);
  if (process.env['COUNTERSIGN_ENVIRONMENT'] === 'production') {
    throw new SetupError('This would start a development copy, where anybody signs in without a password, and COUNTERSIGN_ENVIRONMENT says production.', 'Use docker compose (docker-compose.yml) for production, or unset COUNTERSIGN_ENVIRONMENT.');
  }
  if (options.httpPort !== 0) await requirePort(options.httpPort, 'the API', 'COUNTERSIGN_HTTP_PORT', 'npm start -- --port N');
  await using owned = new AsyncDisposableStack();
  // Beside the infrastructure: a build takes less than that does, and nothing where the console is as it was.
  const building = buildConsole();
  building.catch(() => undefined);
  const infrastructure = owned.use(await startInfrastructure(options));
  const failed = Promise.withResolvers<never>();
  let failure: Error | undefined;
  failed.promise.catch((error: Error) => (failure = error));
  const lost = Promise.withResolvers<void>();
  infrastructure.onUnexpectedEnd((name) => {
    lost.resolve();
    void reasonOfEnd(name, options.home, join(options.home, 'logs')).then(failed.reject);
  });
  step('Topics, event schemas and tables');
  const settings = await embeddedSettings(options, infrastructure);
  const log = createLog('countersign', settings.logLevel);
  owned.use(watchDisk(options.home, { onLow: (message) => log.warn(message), onFull: failed.reject }));
  await prepareAll({ settings, superuserUrl: infrastructure.postgres, log, biPassword: (await readFile(secretFiles(options.home).biPassword, 'utf8')).trim() });
  step('Seven services');
  const supervised = owned.use(await superviseServices(settings, servicesEnvironment(options, (await building).directory), { giveUp: failed.reject, lost: lost.promise }));
  const endpoints = { http: supervised.current.url, kafka: infrastructure.kafka, registry: infrastructure.registry, postgres: infrastructure.postgres };
  const file = join(options.home, 'endpoints.json');
  // Whole or not at all: others wait for this file.
  await writeFile(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  owned.defer(() => rm(file, { force: true }));
  const stack = owned.move();
  return { ...endpoints, home: options.home, get stack() { return supervised.current; }, failure: () => failure, failed: failed.promise, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type Supervised = AsyncDisposable & { current: ServiceStack };

/** A crashed client ends its service; here, inside one process, all are started again: from their positions, in about a second. */
async function superviseServices(settings: CommonSettings, env: NodeJS.ProcessEnv, { giveUp, lost }: { giveUp(error: Error): void; lost: Promise<void> }): Promise<Supervised> {
  const developmentProvider = foreignProvider(env) === null;
  let restarts = 0;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();
  const onCrash = (service: ServiceName, error: Error) => {
    if (stopping) return;
    restarts += 1;
    if (restarts > restartsMax) return giveUp(new Error(`The service ${service} failed ${restarts} times: ${error.message}`, { cause: error }));
    restarting = restarting.then(restart).catch((failure: Error) => giveUp(failure));
  };
  const supervised: Supervised = {
    current: await startServices({ settings, env, onCrash, developmentProvider }),
    async [Symbol.asyncDispose]() {
      stopping = true;
      const stopped = restarting.then(() => supervised.current[Symbol.asyncDispose]());
      await Promise.race([stopped, lost.then(() => wait(stopMsMax))]);
    },
  };
  const port = Number(new URL(supervised.current.url).port);
  const restart = async () => {
    await supervised.current[Symbol.asyncDispose]();
    await wait(200 * restarts);
    supervised.current = await startServices({ settings: { ...settings, httpPort: port }, env, onCrash, developmentProvider });
  };
  return supervised;
}

/** Where people sign in who have accounts already: whoever names such a provider gets that one, instead of ours and its made-up people. */
export function foreignProvider(env: NodeJS.ProcessEnv): string | null {
  return env['COUNTERSIGN_OIDC_ISSUER'] || null;
}

/** What review and audit read besides the common settings. */
function servicesEnvironment({ home, settings }: EmbeddedOptions, consoleDirectory: string): NodeJS.ProcessEnv {
  return {
    COUNTERSIGN_CONSOLE_DIR: consoleDirectory,
    ...folderEnvironment(home),
    ...settings,
    ...process.env,
    COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true', COUNTERSIGN_ISSUER_KEY_FILE: secretFiles(home).sessionKey,
  };
}

/** The settings of the embedded mode: what a person would put in the environment, made from the home. */
async function embeddedSettings(options: EmbeddedOptions, infrastructure: Endpoints): Promise<CommonSettings> {
  const files = await ensureSecrets(options.home);
  const postgres = new URL(infrastructure.postgres);
  return readSettings(commonSettings, {
    COUNTERSIGN_LOG_LEVEL: options.logLevel ?? 'warn',
    ...process.env,
    COUNTERSIGN_ENVIRONMENT: 'development',
    // Our own broker, on the loopback interface: what the environment says of another one is not for it.
    ...Object.fromEntries(Object.values(kafkaSecuritySettings).map(({ env }) => [env, ''])),
    COUNTERSIGN_KAFKA_BROKERS: infrastructure.kafka,
    COUNTERSIGN_REGISTRY_URL: infrastructure.registry,
    COUNTERSIGN_DATABASE_URL: `postgres://${postgres.host}/countersign`,
    COUNTERSIGN_VAULT_DATABASE_URL: `postgres://${postgres.host}/countersign_vault`,
    COUNTERSIGN_DATABASE_PASSWORD: (await readFile(files.databasePassword, 'utf8')).trim(),
    COUNTERSIGN_MASTER_KEY_FILE: files.masterKey,
    COUNTERSIGN_SAMPLING_KEYS_FILE: files.samplingKeys,
    COUNTERSIGN_JWKS: files.jwks,
    COUNTERSIGN_SESSION_JWKS: files.sessionJwks,
    COUNTERSIGN_TOKEN_ISSUER: developmentIssuer,
    COUNTERSIGN_HTTP_HOST: '127.0.0.1',
    COUNTERSIGN_HTTP_PORT: String(options.httpPort),
  });
}
