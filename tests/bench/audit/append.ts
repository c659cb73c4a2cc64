import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { emptyEdge, growTiles } from '@countersign/merkle';
import { startInfrastructure } from '../../../packages/stack/src/infrastructure/infrastructure.ts';
import { startServices } from '../../../packages/stack/src/embedded/stack.ts';
import { leafOfRow } from '../../../services/audit/log/leaf.ts';
import { leafColumns } from '../../../services/audit/log/store.ts';
import { TestStack } from '../../harness/stack.ts';
import { policyText, proposals, sendAll } from '../load.ts';

const decisionCount = Number(process.env['BENCH_DECISIONS'] ?? 60_000);
/** What appending fills; the third guards against repeats. */
const tables = ['events', 'contents', 'event_ids'] as const;
type Table = (typeof tables)[number];

/** The audit service from Kafka to the last anchored checkpoint, against COPY of the same rows into the same tables. */
export async function measureAppend(home: string, cache: string): Promise<{ copy_ratio: number }> {
  const own = join(home, 'append');
  await mkdir(own, { recursive: true });
  await using infrastructure = await startInfrastructure({ home: own, cache });
  const { kafka, registry, postgres } = infrastructure;
  process.env['COUNTERSIGN_TEST_ENDPOINTS'] = join(own, 'endpoints.json');
  await writeFile(process.env['COUNTERSIGN_TEST_ENDPOINTS'], JSON.stringify({ kafka, registry, postgres }));
  await using stack = await TestStack.prepare({ COUNTERSIGN_PARTITIONS: '12' });
  const databases = new Databases(stack);
  await databases.keepEmpty();
  await fillTopics(stack);
  const first = await appended(stack, databases, own, 'warm');
  report('   appended by the service, warming up', first);
  const before = await copied(databases, 'warm', 'copy1');
  const second = await appended(stack, databases, own, 'measured');
  report('   appended by the service, sequenced, signed and anchored', second);
  const after = await copied(databases, 'measured', 'copy2');
  const raw = { rows: second.rows, seconds: (before.seconds + after.seconds) / 2 };
  const rawEvents = { rows: second.rows, seconds: (before.withoutIds + after.withoutIds) / 2 };
  report('   COPY of the same rows', raw, second);
  report('   COPY of the same rows without the table of ids', rawEvents, second);
  await reportTree(databases, 'measured', second.seconds);
  return { copy_ratio: Math.round((rateOf(second) / rateOf(raw)) * 1000) / 1000 };
}

export type Timed = { rows: number; seconds: number };
const rateOf = ({ rows, seconds }: Timed) => rows / seconds;

function report(what: string, timed: Timed, service?: Timed): void {
  process.stdout.write(`${what}: ${Math.round(rateOf(timed))} rows/s${service === undefined ? '' : `, the service ${(rateOf(service) / rateOf(timed)).toFixed(3)} of it`}\n`);
}

/** Real events of a pipeline at work: what was proposed, accepted, routed, drawn and decided. */
export async function fillTopics(stack: TestStack): Promise<void> {
  await stack.start(['intake', 'risk', 'routing', 'sampling', 'review']);
  await stack.activatePolicy(policyText);
  await sendAll(stack, proposals(stack, 'audited', decisionCount));
  await stack.services?.drain(600_000);
  await stack.stop();
}

/** From the first row to the last checkpoint, in empty databases. */
export async function appended(stack: TestStack, databases: Databases, home: string, name: string): Promise<Timed> {
  const settings = await databases.settingsFor(name);
  const env = { ...stack.logEnv, COUNTERSIGN_AUDIT_LOG_FOLDER: join(home, name, 'log'), COUNTERSIGN_AUDIT_ANCHOR_FILE: join(home, name, 'anchors.jsonl') };
  const services = await startServices({ settings, services: ['audit'], env, onCrash: (_service, error) => { throw error; } });
  await services.drain(600_000);
  const endedMs = Date.now();
  await services[Symbol.asyncDispose]();
  const [{ rows, began } = { rows: 0, began: 0 }] = await databases.query<{ rows: number; began: number }>(name, 'select count(*)::int as rows, (extract(epoch from min(recorded_at)) * 1000)::float8 as began from audit.events');
  return { rows, seconds: (endedMs - began) / 1000 };
}

/** The rows of one database, copied into an empty other: made ready before, so that only COPY is measured. */
export async function copied(databases: Databases, from: string, to: string): Promise<{ seconds: number; withoutIds: number }> {
  await databases.settingsFor(to);
  const seconds: Record<Table, number> = { events: 0, contents: 0, event_ids: 0 };
  for (const table of tables) {
    const rows = await databases.read(from, table);
    const startedMs = performance.now();
    await databases.write(to, table, rows);
    seconds[table] = (performance.now() - startedMs) / 1000;
  }
  return { seconds: seconds.events + seconds.contents + seconds.event_ids, withoutIds: seconds.events + seconds.contents };
}

/** What the proof itself costs of the processor, of the time that appending took. */
export async function reportTree(databases: Databases, name: string, seconds: number): Promise<void> {
  const rows = await databases.query<Parameters<typeof leafOfRow>[0]>(name, `select ${leafColumns} from audit.events e`);
  const startedMs = performance.now();
  const leaves = rows.map(leafOfRow);
  const hashedMs = performance.now();
  growTiles(emptyEdge, leaves.map(({ leafHash }) => leafHash));
  const share = (ms: number) => `${((ms / 1000 / seconds) * 100).toFixed(1)} %`;
  process.stdout.write(`   of that time, canonical records and leaf hashes take ${share(hashedMs - startedMs)}, the tree ${share(performance.now() - hashedMs)}\n`);
}

/** Databases of one server, each made from the empty one that was set up. */
export class Databases {
  readonly #stack: TestStack;
  #empty = '';
  #emptyVault = '';

  constructor(stack: TestStack) {
    this.#stack = stack;
  }

  async keepEmpty(): Promise<void> {
    const { databaseUrl, vaultDatabaseUrl } = this.#stack.settings;
    this.#empty = await this.#clone(new URL(databaseUrl).pathname.slice(1), 'empty');
    this.#emptyVault = await this.#clone(new URL(vaultDatabaseUrl).pathname.slice(1), 'empty_vault');
  }

  async settingsFor(name: string): Promise<TestStack['settings']> {
    const { settings } = this.#stack;
    const at = (database: string) => Object.assign(new URL(settings.databaseUrl), { pathname: `/${database}` }).href;
    return { ...settings, databaseUrl: at(await this.#clone(this.#empty, name)), vaultDatabaseUrl: at(await this.#clone(this.#emptyVault, `${name}_vault`)) };
  }

  async query<R extends pg.QueryResultRow>(name: string, text: string): Promise<R[]> {
    // bigint as a number, as the services read it.
    const types = { getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown => (oid === 20 ? Number : (pg.types.getTypeParser(oid, format) as unknown))) as typeof pg.types.getTypeParser };
    return await this.#with(`bench_${name}`, async (client) => (await client.query<R>({ text, types })).rows);
  }

  async read(name: string, table: Table): Promise<Buffer[]> {
    return await this.#with(`bench_${name}`, async (client) => {
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(copyTo(`copy (select * from audit.${table}) to stdout (format binary)`))) chunks.push(chunk as Buffer);
      return chunks;
    });
  }

  async write(name: string, table: Table, rows: readonly Buffer[]): Promise<void> {
    await this.#with(`bench_${name}`, async (client) => await pipeline(Readable.from(rows, { objectMode: false }), client.query(copyFrom(`copy audit.${table} from stdin (format binary)`))));
  }

  async #clone(template: string, name: string): Promise<string> {
    await this.#with('postgres', (client) => client.query(`create database bench_${name} template ${template} owner countersign_owner`));
    return `bench_${name}`;
  }

  async #with<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: Object.assign(new URL(this.#stack.superuserUrl), { pathname: `/${database}` }).href });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
