import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commonSettings, type CommonSettings } from '@countersign/kit';
import { distinctPorts } from '../../packages/stack/src/infrastructure/ports.ts';
import { proposal } from '../bench/load.ts';
import type { Sources } from '../chaos/checker/reader.ts';
import { Random } from '../chaos/random.ts';
import { DeskWork } from '../harness/desk-work.ts';
import { TestStack, until } from '../harness/stack.ts';
import { RaceClient, type ClientCounts } from './client.ts';
import { Instance } from './instance.ts';
import { readRace } from './reader.ts';
import type { RaceWorld, Told } from './world.ts';

export type RaceSize = {
  clients: number;
  tasks: number;
  /** By SIGKILL at some instant, besides the crash points. */
  kills: number;
  /** Where the instances die by themselves: right after a commit, before anybody is told. */
  points: ReadonlyArray<readonly string[]>;
};
export type RaceReport = { world: RaceWorld; deaths: number; kills: number; seconds: number; counts: ClientCounts };

export const sizes: Readonly<Record<'short' | 'full', RaceSize>> = {
  short: { clients: 20, tasks: 500, kills: 1, points: [['review.judged:60'], ['review.claimed:120']] },
  full: {
    clients: 200, tasks: 20_000, kills: 20,
    points: [['review.judged:60', 'outbox.produced:50', 'review.claimed:400', 'review.finalised:50'], ['review.claimed:90', 'outbox.marked:40', 'review.judged:300', 'outbox.produced:90']],
  },
};

const queues = ['digits/standard', 'digits/senior', 'credit/standard', 'hiring/standard', 'hiring/senior'];
const raceMsMax = 5_400_000;
const readyMsMax = 60_000;
const lookEveryMs = 250;

/** Two instances over one database, people at both, deaths all through; what is left when every task is closed. */
export async function runRace(size: RaceSize, seed: number): Promise<RaceReport> {
  const random = new Random(seed);
  await using stack = await TestStack.prepare();
  const sources = await sourcesOf(stack);
  await using work = await DeskWork.connect(stack.settings, sources.database, proposal('case'));
  await work.open({ first: 1, count: size.tasks, queues });
  const people = Array.from({ length: size.clients }, (_, index) => ({ personId: `racer-${index}`, senior: true, queues: index % 3 === 0 ? ['digits', 'credit/standard'] : ['*'] }));
  await work.enter(people);
  await work.settle();
  await using running = new AsyncDisposableStack();
  // Half of the time of a start is reading TypeScript, which need not be done each time.
  const compiled = await mkdtemp(join(tmpdir(), 'countersign-race-'));
  running.defer(() => rm(compiled, { recursive: true, force: true }));
  const env = { ...envOf(stack.settings), COUNTERSIGN_REVIEW_UNDO_MS: '1000', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0', COUNTERSIGN_REVIEW_CLAIM_TTL_MS: '5000', COUNTERSIGN_LOG_LEVEL: 'silent', COUNTERSIGN_KAFKA_SESSION_TIMEOUT_MS: '6000', NODE_COMPILE_CACHE: compiled, PATH: process.env['PATH'] ?? '' };
  const freePort = distinctPorts();
  const instances = await Promise.all(size.points.map(async (points) => running.use(new Instance(`http://127.0.0.1:${await freePort()}`, env, points))));
  for (const instance of instances) await until('an instance is ready', async () => ((await instance.isReady()) ? true : undefined), readyMsMax);
  const told: Told = { claims: [], judgements: [], undone: [], undoing: [] };
  const stopping = new AbortController();
  const startedMs = Date.now();
  const clients = await Promise.all(people.map(async ({ personId }, index) => new RaceClient({
    person: personId, token: await stack.token(personId, 'senior'), urls: instances.map(({ url }) => url), random: new Random(seed + index + 1), told, stopping: stopping.signal,
  })));
  const working = Promise.all(clients.map((client) => client.work()));
  try {
    await Promise.race([killAll(work, instances, size, random), working.then(() => Promise.reject(new Error('People stopped before the race was over.')))]);
  } finally {
    stopping.abort();
  }
  await working;
  const seconds = (Date.now() - startedMs) / 1000;
  const deaths = instances.reduce((sum, instance) => sum + instance.deaths, 0);
  await until('everything is published', async () => ((await leftOf(work)) === 0 ? true : undefined), readyMsMax);
  await running.disposeAsync();
  return { world: await readRace(sources, told), deaths, kills: size.kills, seconds, counts: sum(clients.map(({ counts }) => counts)) };
}

/** Kills one instance after the other, spread over the work, and resolves when no task is left. */
async function killAll(work: DeskWork, instances: readonly Instance[], { tasks, kills }: RaceSize, random: Random): Promise<void> {
  for (let killed = 0; killed < kills; killed += 1) {
    await closed(work, (tasks * (killed + 1)) / (kills + 1));
    // Who is still to die at a point would have to come near it again, and might not before the end.
    const free = instances.filter(({ isDoomed }) => !isDoomed);
    await random.pick(free.length === 0 ? [...instances] : free).kill();
  }
  await closed(work, tasks);
}

/** Resolves when so many tasks are closed. */
async function closed(work: DeskWork, count: number): Promise<void> {
  const deadline = Date.now() + raceMsMax;
  for (;;) {
    const [row] = await work.query<{ count: string }>(`select count(*) from tasks where state = 'closed'`);
    if (Number(row?.count) >= count) return;
    if (Date.now() > deadline) throw new Error(`Only ${row?.count} of ${count} tasks are closed.`);
    await wait(lookEveryMs);
  }
}

async function leftOf(work: DeskWork): Promise<number> {
  const [row] = await work.query<{ count: string }>(`select (select count(*) from outbox) + (select count(*) from judgements where state = 'pending') as count`);
  return Number(row?.count);
}

async function sourcesOf({ settings, superuserUrl }: TestStack): Promise<Sources> {
  const inDatabase = (url: string) => Object.assign(new URL(superuserUrl), { pathname: new URL(url).pathname }).href;
  return {
    kafka: settings.brokers[0] ?? '', registry: settings.registryUrl, prefix: settings.topicPrefix, masterKey: (await readFile(settings.masterKeyFile, 'utf8')).trim(),
    database: inDatabase(settings.databaseUrl), vault: inDatabase(settings.vaultDatabaseUrl),
  };
}

/** The settings as a process reads them. */
function envOf(settings: CommonSettings): Record<string, string> {
  return Object.fromEntries(Object.entries(commonSettings).flatMap(([name, { env }]) => {
    const value = settings[name as keyof CommonSettings];
    return value === null ? [] : [[env, String(value)]];
  }));
}

function sum(all: readonly ClientCounts[]): ClientCounts {
  const total: ClientCounts = { judged: 0, undone: 0, released: 0, held: 0, escalated: 0, stale: 0, staleRefused: 0, repeated: 0, doubled: 0, lost: 0 };
  for (const counts of all) for (const name of Object.keys(total) as Array<keyof ClientCounts>) total[name] += counts[name];
  return total;
}
