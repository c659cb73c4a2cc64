import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createContext, createLog, inTransaction, openDatabase, sha256Hex, type Database, type ServiceContext } from '@countersign/kit';
import { TestStack } from '../../../tests/harness/stack.ts';
import { AuditLog, type Waits } from '../log/audit-log.ts';
import type { AuditLogConfig } from '../log/config.ts';
import { RecentRows } from '../log/recent-rows.ts';
import { Sequencer } from '../log/sequencer.ts';
import type { AtStep } from '../log/steps.ts';
import { takeSequencerLock } from '../log/store.ts';
import { appendEvents, type LogRow } from '../store.ts';

/** Kafka, registry and a migrated Postgres; each log in it has a database, a folder, keys and a name of its own. */
export class LogWorld implements AsyncDisposable {
  readonly stack: TestStack;
  readonly context: ServiceContext<'audit'>;
  readonly #owned = new AsyncDisposableStack();
  readonly #logs: TestLog[] = [];

  private constructor(stack: TestStack, context: ServiceContext<'audit'>) {
    this.stack = stack;
    this.context = context;
  }

  static async prepare(): Promise<LogWorld> {
    const stack = await TestStack.prepare();
    return new LogWorld(stack, await createContext('audit', stack.settings, (error) => stack.crashes.push(error)));
  }

  /** An empty log. Those before it are done with: they hold no connections any more. */
  async fresh(): Promise<TestLog> {
    for (const log of this.#logs.splice(0)) await log.close();
    const folder = await mkdtemp(join(tmpdir(), 'countersign-log-'));
    this.#owned.defer(() => rm(folder, { recursive: true, force: true }));
    const origin = `test.example/${randomUUID()}`;
    const config: AuditLogConfig = { folder: join(folder, 'log'), keyFile: join(folder, 'keys.json'), anchorFile: join(folder, 'anchors', 'checkpoints.jsonl'), witnessKeysFile: null, checkpointIntervalMs: 100 };
    await writeFile(config.keyFile, JSON.stringify({ origin, keys: [{ name: origin, privateKey: randomBytes(32).toString('base64') }] }));
    return await this.#copied(new URL(this.stack.settings.databaseUrl).pathname.slice(1), origin, config);
  }

  /** A log over a copy of another's database, as a backup of it would be; everything else is the other's own. */
  async backupOf(log: TestLog, change: Partial<AuditLogConfig> = {}): Promise<TestLog> {
    await log.close();
    const copy = await this.#copied(log.databaseName, log.origin, { ...log.config, ...change });
    await log.reopen();
    return copy;
  }

  async asSuperuser<R extends pg.QueryResultRow>(database: string, text: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: Object.assign(new URL(this.stack.superuserUrl), { pathname: `/${database}` }).href });
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
    await this.context[Symbol.asyncDispose]();
    await this.stack[Symbol.asyncDispose]();
  }

  async #copied(template: string, origin: string, config: AuditLogConfig): Promise<TestLog> {
    const name = `t_${randomUUID().slice(0, 8)}_log`;
    await this.asSuperuser('postgres', `create database ${name} template ${template} owner countersign_owner`);
    this.#owned.defer(async () => void (await this.asSuperuser('postgres', `drop database if exists ${name} with (force)`)));
    const log = new TestLog(this, name, origin, config);
    this.#owned.use(log);
    this.#logs.push(log);
    return log;
  }
}

/** One log: its tables, and sequencers over them. */
export class TestLog implements AsyncDisposable {
  readonly world: LogWorld;
  readonly databaseName: string;
  readonly origin: string;
  readonly config: AuditLogConfig;
  readonly recent = new RecentRows();
  #database: Database<unknown> | null = null;
  #offset = 0;

  constructor(world: LogWorld, databaseName: string, origin: string, config: AuditLogConfig) {
    this.world = world;
    this.databaseName = databaseName;
    this.origin = origin;
    this.config = config;
  }

  get pool(): pg.Pool {
    this.#database ??= openDatabase('audit', { ...this.world.context.settings, databaseUrl: Object.assign(new URL(this.world.context.settings.databaseUrl), { pathname: `/${this.databaseName}` }).href, databasePoolMax: 12 });
    return this.#database.pool;
  }

  /** Rows as the service would make them: of one partition, in order. */
  rows(count: number, partition = 0): LogRow[] {
    return Array.from({ length: count }, () => {
      const offset = (this.#offset += 1);
      const sealed = offset % 3 === 0 ? randomBytes(40) : null;
      return {
        recordedAtUs: 0, batch: 0, eventId: randomUUID(), topic: 'decisions.accepted', partition, offset, record: 'DecisionAccepted', occurredAt: 1_770_000_000_000_000 + offset, publishedAt: offset % 5 === 0 ? null : 1_770_000_000_000_000, system: 'mailroom "ü\u2028"',
        decisionId: `d-${offset}`, decisionType: offset % 7 === 0 ? null : 'digits.routing', actor: null, policyVersion: 'sha256:1', kind: null, reviewer: null, payloadKind: sealed === null ? 'plain' : 'sealed', valueDigest: sha256Hex(String(offset)),
        payload: sealed === null ? Buffer.from(`payload ${offset}`) : null, commitment: sealed === null ? null : sha256Hex(sealed), sealed,
      };
    });
  }

  /** `remembered`: by the process that sequences, as what it wrote itself is. */
  async append(rows: readonly LogRow[], { remembered = false } = {}): Promise<void> {
    await inTransaction(this.pool, (client) => appendEvents(client, rows, remembered ? this.recent : undefined));
  }

  /** A sequencer that holds the lock, on a connection of its own; `die` takes its connection away. */
  async open(at?: AtStep): Promise<{ sequencer: Sequencer; client: pg.PoolClient; die(): void }> {
    const client = await this.pool.connect();
    // As a process that is killed leaves it: without a word.
    const die = () => {
      (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
      client.release(true);
    };
    try {
      while (!(await takeSequencerLock(client))) await new Promise((resolve) => setTimeout(resolve, 5));
      return { client, die, sequencer: await Sequencer.open(client, { announcer: this.world.context, config: this.config, recent: this.recent, ...(at === undefined ? {} : { at }) }) };
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Sequences, signs and anchors everything there is, as one who just took over. */
  async finish(): Promise<void> {
    const { sequencer, die } = await this.open();
    try {
      while ((await sequencer.sequence()) > 0);
      await sequencer.publish();
    } finally {
      die();
    }
  }

  /** The loop of an instance. */
  run(at?: AtStep, waits: Partial<Waits> = {}): AuditLog {
    return new AuditLog({ pool: this.pool, log: createLog('test', 'silent'), announcer: this.world.context, config: this.config, recent: this.recent, waits: { pollMs: 20, takeoverMs: 50, retryMs: 50, ...waits }, ...(at === undefined ? {} : { at }) });
  }

  /** Notes of the anchor file, in its order. */
  async anchors(): Promise<string[]> {
    const text = await readFile(this.config.anchorFile, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      try {
        return [(JSON.parse(line) as { checkpoint: string }).checkpoint];
      } catch {
        return [];
      }
    });
  }

  async close(): Promise<void> {
    await this.#database?.[Symbol.asyncDispose]();
    this.#database = null;
  }

  async reopen(): Promise<void> {
    await this.pool.query('select 1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
