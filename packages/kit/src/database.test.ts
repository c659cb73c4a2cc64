import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { until } from '../../../tests/harness/stack.ts';
import { inTransaction, openPool, type Database } from './database.ts';
import { isOutage } from './network-fault.ts';

const { postgres } = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as { postgres: string };
let database: Database<unknown>;
let admin: pg.Client;

beforeAll(async () => {
  database = openPool(postgres, 'public', 2);
  admin = new pg.Client({ connectionString: postgres });
  await admin.connect();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await admin.end();
});

test('a connection that is lost in the middle of a transaction fails that one, not the process', async () => {
  await expect(inTransaction(database.pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const lost = new Promise((resolve) => client.once('end', resolve));
    await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await lost;
    await client.query('select 1');
  })).rejects.toThrow();
  expect((await database.pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a transaction that throws leaves nothing, and gives its connection back', async () => {
  await admin.query('create temporary table unused (x int)');
  for (let index = 0; index < 5; index += 1) await expect(inTransaction(database.pool, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(database.pool.idleCount + database.pool.waitingCount).toBe(database.pool.totalCount);
});

test('numbers beyond what JavaScript holds exactly are an error, never rounded', async () => {
  expect((await database.pool.query<{ n: number }>('select 9007199254740991::bigint as n')).rows).toEqual([{ n: 9_007_199_254_740_991 }]);
  await expect(database.pool.query('select 9007199254740993::bigint as n')).rejects.toThrow(RangeError);
});

test('disposing ends the connections, also of a pool that was used directly', async () => {
  const own = openPool<unknown>(postgres, 'disposed_schema', 3);
  await Promise.all([1, 2, 3].map(() => own.pool.query('select 1')));
  await own[Symbol.asyncDispose]();
  await until('the server has let go', async () => {
    const { rows } = await admin.query("select 1 from pg_stat_activity where application_name = 'countersign-disposed_schema'");
    return rows.length === 0 ? true : undefined;
  });
});

/** Somebody who takes connections, answers `bytes` to whatever is sent first, and says nothing more. */
async function mutePeer(bytes: Buffer) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `postgres://anybody@127.0.0.1:${port}/any`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** AuthenticationOk and ReadyForQuery (PostgreSQL: Message Formats). */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

test.each<[string, Buffer]>([['is silent when it is connected to', Buffer.alloc(0)], ['falls silent at a query', welcome]])('a database that %s is given up, and is known to be away', async (_what, bytes) => {
  await using peer = await mutePeer(bytes);
  await using silent = openPool<unknown>(peer.url, 'public', 1, { connectMsMax: 50, queryMsMax: 50 });
  const failures = await Promise.all([silent.pool.query('select 1'), inTransaction(silent.pool, async (client) => await client.query('select 1'))].map((asked) => asked.then(() => null, (error: unknown) => error)));
  expect(failures.map(isOutage)).toEqual([true, true]);
});
