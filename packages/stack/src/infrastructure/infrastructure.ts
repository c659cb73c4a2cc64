import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Child } from './child.ts';
import { requireDisk } from './disk.ts';
import { kafkaJars, registryFolder } from './download.ts';
import { makeFolder } from './folder.ts';
import { findJava } from './java.ts';
import { formerKafkaPort, startKafka } from './kafka.ts';
import { lockHome } from './lock.ts';
import { distinctPorts, onFreePorts, requirePort } from './ports.ts';
import { startPostgres, superuser, superuserUrl } from './postgres.ts';
import { registryUrl, startRegistry } from './registry.ts';
import { Slot } from './slot.ts';

export type Endpoints = { kafka: string; registry: string; postgres: string };
/** What can be killed and started again on its port and data while its clients live. */
export type Restartable = 'kafka' | 'postgres';
export type Infrastructure = AsyncDisposable & Endpoints & {
  onUnexpectedEnd(listener: (name: string) => void): void;
  /** Ends it by SIGKILL; resolves when it is gone. */
  kill(name: Restartable): Promise<void>;
  /** Starts it again after `kill`; resolves when it answers. */
  revive(name: Restartable): Promise<void>;
};
export type InfrastructureOptions = {
  /** Where data and logs live. */
  home: string;
  /** Where jars are kept between homes. */
  cache: string;
  ports?: Partial<Record<'kafka' | 'registry' | 'postgres', number>>;
  onStep?(step: string): void;
  /** Names a port that is free now. */
  freePort?(): Promise<number>;
};

const registryDatabase = 'registry';

/** Real Kafka, registry and Postgres as child processes. Stops what was started when any of them fails. */
export async function startInfrastructure(options: InfrastructureOptions): Promise<Infrastructure> {
  const step = options.onStep ?? (() => undefined);
  await makeFolder(options.home, 'COUNTERSIGN_HOME');
  await requireDisk(options.home);
  await makeFolder(join(options.home, 'logs'), 'COUNTERSIGN_HOME');
  await makeFolder(options.cache, 'COUNTERSIGN_CACHE');
  await using stack = new AsyncDisposableStack();
  stack.use(lockHome(options.home));
  step('Java and Maven');
  const java = await findJava();
  // Both are waited for: one that fails must not leave the other half way when the process ends.
  const [jars, folder] = (await Promise.allSettled([kafkaJars(options.cache), registryFolder(options.cache)])).map(valueOf);
  if (jars === undefined || folder === undefined) throw new RangeError('Two folders are fetched.');
  const password = await postgresPassword(options.home);
  const { ports: chosen = {} } = options;
  const free = distinctPorts([chosen.kafka, chosen.registry, chosen.postgres, formerKafkaPort(options.home)], options.freePort);
  const ports = await choosePorts(options, free);
  const others = {
    kafka: async () => ((ports.kafka = options.ports?.kafka ?? (await free())), (ports.controller = await free()), true),
    registry: async () => options.ports?.registry === undefined && ((ports.registry = await free()), true),
    postgres: async () => options.ports?.postgres === undefined && ((ports.postgres = await free()), true),
  };
  step('Kafka, PostgreSQL and the schema registry');
  const log = (name: string) => join(options.home, 'logs', `${name}.log`);
  const starts: Record<Restartable, () => Promise<Child>> = {
    kafka: () => startKafka({ home: options.home, java: java.command, jars, port: ports.kafka, controllerPort: ports.controller, logFile: log('kafka') }),
    postgres: () => startPostgres({ home: options.home, port: ports.postgres, password, logFile: log('postgres') }),
  };
  const slots = { kafka: stack.use(new Slot(starts.kafka)), postgres: stack.use(new Slot(starts.postgres)) };
  const started = await Promise.allSettled([
    onFreePorts(() => slots.kafka.start(), others.kafka),
    onFreePorts(() => slots.postgres.start(), others.postgres).then(async () => {
      await ensureDatabase(superuserUrl(ports.postgres, password));
      const database = { host: '127.0.0.1', port: ports.postgres, user: superuser, password, name: registryDatabase };
      return stack.use(await onFreePorts(() => startRegistry({ java: java.command, folder, port: ports.registry, database, logFile: log('registry') }), others.registry));
    }),
  ]);
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  const registry = started[1].status === 'fulfilled' ? started[1].value : undefined;
  const owned = stack.move();
  return {
    kafka: `127.0.0.1:${ports.kafka}`, registry: registryUrl(ports.registry), postgres: superuserUrl(ports.postgres, password),
    onUnexpectedEnd: (listener) => {
      slots.kafka.onUnexpectedEnd(() => listener('Kafka'));
      slots.postgres.onUnexpectedEnd(() => listener('PostgreSQL'));
      registry?.onUnexpectedEnd(() => listener('The schema registry'));
    },
    kill: (name) => slots[name].kill(),
    revive: (name) => slots[name].start(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function choosePorts({ home, ports = {} }: InfrastructureOptions, free: () => Promise<number>) {
  if (ports.kafka !== undefined) await requirePort(ports.kafka, 'Kafka', 'COUNTERSIGN_KAFKA_PORT');
  if (ports.registry !== undefined) await requirePort(ports.registry, 'the schema registry', 'COUNTERSIGN_REGISTRY_PORT');
  if (ports.postgres !== undefined) await requirePort(ports.postgres, 'PostgreSQL', 'COUNTERSIGN_POSTGRES_PORT');
  const former = formerKafkaPort(home);
  const reusable = former !== undefined && (await requirePort(former, 'Kafka', '').then(() => true, () => false));
  return {
    kafka: ports.kafka ?? (reusable ? former : await free()),
    controller: await free(), registry: ports.registry ?? (await free()), postgres: ports.postgres ?? (await free()),
  };
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function postgresPassword(home: string): Promise<string> {
  const file = join(home, 'postgres-password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [registryDatabase]);
    if (rowCount === 0) await client.query(`create database ${registryDatabase}`);
  } finally {
    await client.end();
  }
}
