import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { ServiceName } from '@countersign/contracts';
import { exposeDatabase } from './gauges.ts';
import type { CommonSettings } from './settings.ts';

/** A connection pool that speaks as one service role, in that service's schema. */
export type Database<T> = AsyncDisposable & { pool: pg.Pool; kysely: Kysely<T> };

/** bigint columns here are offsets, micros and counters below 2^53: plain numbers, or an error. */
function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond what a number holds exactly.`);
  return value;
}

const bigintOid = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    oid === bigintOid ? parseInteger : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** How long a database may say nothing until it counts as gone: a host that is lost sends no goodbye. 0 is for ever. */
export type Patience = {
  /** For a connection of the pool, one in use by somebody else or a new one. */
  connectMsMax?: number;
  /** For the answer to a query. */
  queryMsMax?: number;
};

const statementMsMax = 60_000;
const patienceDefault = { connectMsMax: 10_000, queryMsMax: statementMsMax + 10_000 } as const satisfies Patience;
/** For statements that have no limit at the server either (`set statement_timeout = 0`). A lost host is found by its silence on the wire alone. */
export const untilAnswered: Patience = { queryMsMax: 0 };
/** The system asks a silent peer from then on, every second, and gives it up after ten. */
const silentMsMax = 10_000;

export function openDatabase<T>(service: ServiceName, settings: Pick<CommonSettings, 'databaseUrl' | 'databasePassword' | 'databasePoolMax'>, patience?: Patience): Database<T> {
  return openPool<T>(roleUrl(settings.databaseUrl, `countersign_${service}`, settings.databasePassword), service, settings.databasePoolMax, patience);
}

/** The pool of a URL that names its user; `schema` is where unqualified names are looked up. */
export function openPool<T>(url: string, schema: string, max: number, patience: Patience = {}): Database<T> {
  const { connectMsMax, queryMsMax } = { ...patienceDefault, ...patience };
  const pool = new pg.Pool({
    connectionString: url, max, types, application_name: `countersign-${schema}`,
    options: `-c search_path=${schema} -c statement_timeout=${statementMsMax} -c idle_in_transaction_session_timeout=60000`,
    keepAlive: true, keepAliveInitialDelayMillis: silentMsMax, connectionTimeoutMillis: connectMsMax, query_timeout: queryMsMax,
  });
  // A lost idle connection is replaced by the pool; without a listener it would end the process. So would one that is
  // lost in hand between two queries: whoever holds it learns of it from the next.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<T>({ dialect: new PostgresDialect({ pool }) });
  const dispose = async () => {
    await kysely.destroy();
    // Kysely ends the pool only if a query ever went through it.
    if (!pool.ended) await pool.end();
  };
  const service = /^countersign_(\w+)$/.exec(new URL(url).username)?.[1];
  const hide = service === undefined ? undefined : exposeDatabase(service, schema, () => pool.query('select 1'));
  return {
    pool, kysely,
    async [Symbol.asyncDispose]() {
      hide?.();
      await dispose();
    },
  };
}

export function roleUrl(databaseUrl: string, role: string, password: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Runs `work` in one transaction on one connection: commits when it resolves, rolls back when it throws. */
export async function inTransaction<R>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
