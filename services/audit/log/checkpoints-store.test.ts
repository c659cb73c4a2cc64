import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { PoolClient } from 'pg';
import { LogWorld } from '../testing/log-world.ts';
import { firstSizeOf, readThinned } from './checkpoints-store.ts';

let world: LogWorld;
let client: PoolClient;
beforeAll(async () => { world = await LogWorld.prepare(); }, 120_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);
beforeEach(async () => {
  const log = await world.fresh();
  client = await log.pool.connect();
});
afterEach(() => client.release(true));

/** A checkpoint of each of these sizes; every hundredth is cosigned up to a size. */
async function signed(origin: string, from: number, to: number, step: number, cosignedTo = 0): Promise<void> {
  await client.query(`insert into checkpoints (size, note) select s, $1 || E'\\n' || s || E'\\n' from generate_series($2::bigint, $3::bigint, $4::bigint) s`, [origin, from, to, step]);
  await client.query(`insert into cosignatures (size, key_name, key_id, signed_at_s, signature) select s, 'w', 1, 1, '\\x00' from generate_series($1::bigint, $2::bigint, $3::bigint) s where s <= $4`, [from, to, step * 100, cosignedTo]);
}

test('of a log that goes on in the tables of another, only its own are found', async () => {
  await signed('old.example/log', 3, 900, 3);
  await signed('old.example/log/2', 1000, 2000, 10);
  expect(await firstSizeOf(client, 'old.example/log/2', 2000)).toBe(901);
  const own = await readThinned(client, { first: 901, newest: 2000, records: 5, max: 200 });
  expect([own.length, own[0]?.size, own.at(-1)?.size]).toEqual([101, 1000, 2000]);
});

test('of one log all are its own, and none are read for that', async () => {
  await signed('log', 7, 70_000, 7);
  expect(await firstSizeOf(client, 'log', 70_000)).toBe(0);
});

test('of very many some are taken, and always those that others have signed: the newest, and the one next above the last record', async () => {
  await signed('log', 10, 100_000, 10, 60_000);
  const sizes = (await readThinned(client, { first: 0, newest: 100_000, records: 33_333, max: 50 })).map(({ size }) => size);
  // Cosigned are 10, 1010, 2010 and so on.
  expect(sizes).toEqual(expect.arrayContaining([34_010, 59_010, 100_000]));
  expect(sizes.length).toBeLessThanOrEqual(54);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(await readThinned(client, { first: 0, newest: 100_000, records: 5, max: 20_000 })).toHaveLength(10_000);
});
