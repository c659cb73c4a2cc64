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

export function openDatabase<T>(service: ServiceName, settings: Pick<CommonSettings, 'databaseUrl' | 'databasePassword' | 'databasePoolMax'>): Database<T> {
  return openPool<T>(roleUrl(settings.databaseUrl, `countersign_${service}`, settings.databasePassword), service, settings.databasePoolMax);
}

/** The pool of a URL that names its user; `schema` is where unqualified names are looked up. */
export function openPool<T>(url: string, schema: string, max: number): Database<T> {
  const pool = new pg.Pool({
    connectionString: url, max, types, application_name: `countersign-${schema}`,
    options: `-c search_path=${schema} -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000`,
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
