import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { copyRows, type CopyColumns } from './copy-rows.ts';

const { postgres } = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as { postgres: string };
const pool = new pg.Pool({ connectionString: postgres, max: 1 });
let client: pg.PoolClient;
beforeAll(async () => {
  client = await pool.connect();
  await client.query('create temporary table copied (at timestamptz, name text primary key, body bytea, yes boolean, small int, large bigint, real float8)');
});
afterAll(async () => {
  client.release();
  await pool.end();
});

type Row = { at: number | null; name: string; body: Buffer | null; yes: boolean | null; small: number | null; large: number | null; real: number | null };
const columns: CopyColumns<Row> = {
  at: { type: 'timestamptz', of: (row) => row.at },
  name: { type: 'text', of: (row) => row.name },
  body: { type: 'bytea', of: (row) => row.body },
  yes: { type: 'boolean', of: (row) => row.yes },
  small: { type: 'int', of: (row) => row.small },
  large: { type: 'bigint', of: (row) => row.large },
  real: { type: 'float8', of: (row) => row.real },
};
const nothing = { at: null, body: null, yes: null, small: null, large: null, real: null };

test('rows are there as they were', async () => {
  await copyRows(client, 'copied', columns, [
    { at: 1_785_000_000_123_456, name: 'größer €😀\t\\N', body: Buffer.from([0, 255, 10]), yes: true, small: -1, large: 2 ** 52, real: 0.1 },
    { name: 'before 2000', ...nothing, at: 1 },
    { name: '', ...nothing },
  ]);
  const { rows } = await client.query(`select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as at, name, encode(body, 'hex') as body, yes, small, large::text, "real" from copied order by small nulls last, at nulls last`);
  expect(rows).toEqual([
    { at: '2026-07-25 17:20:00.123456', name: 'größer €😀\t\\N', body: '00ff0a', yes: true, small: -1, large: '4503599627370496', real: 0.1 },
    { at: '1970-01-01 00:00:00.000001', name: 'before 2000', body: null, yes: null, small: null, large: null, real: null },
    { at: null, name: '', body: null, yes: null, small: null, large: null, real: null },
  ]);
});

test('no row is there when one violates a constraint, and the connection goes on', async () => {
  await client.query('truncate copied');
  await expect(copyRows(client, 'copied', columns, [{ name: 'twice', ...nothing }, { name: 'twice', ...nothing }])).rejects.toThrow('duplicate key');
  await copyRows(client, 'copied', columns, []);
  expect((await client.query('select * from copied')).rows).toEqual([]);
});

test('rows of any length are whole, wherever one piece of memory ends and the next begins', async () => {
  const lengths = [...Array.from({ length: 400 }, (_, index) => 700 + 13 * index), 131_040, 131_072, 131_100, 0, 400_000, 5, 5, 262_144];
  await client.query('truncate copied');
  await copyRows(client, 'copied', columns, lengths.map((length, index) => ({ ...nothing, name: `${index}-${'ü'.repeat(length / 4)}`, body: Buffer.alloc(length, index % 251), large: length })));
  const { rows } = await client.query<{ place: number; whole: boolean }>(
    `select split_part(name, '-', 1)::int as place, octet_length(body) = large and name = split_part(name, '-', 1) || '-' || repeat('ü', (large / 4)::int) and body = decode(repeat(lpad(to_hex(split_part(name, '-', 1)::int % 251), 2, '0'), large::int), 'hex') as whole
     from copied order by 1`);
  expect(rows).toEqual(lengths.map((_length, place) => ({ place, whole: true })));
});

test('bytes that are told in hex are those bytes, and rows are asked for one after the other', async () => {
  await client.query('create temporary table hexed (place int, digest bytea)');
  const asked: number[] = [];
  function* digests(): Generator<{ place: number; digest: string | null }> {
    for (const [place, digest] of ['00ff7f', '', null, 'ab'.repeat(32)].entries()) yield (asked.push(place), { place, digest });
  }
  await copyRows(client, 'hexed', { place: { type: 'int', of: ({ place }) => place }, digest: { type: 'hex', of: ({ digest }) => digest } }, digests());
  expect((await client.query(`select encode(digest, 'hex') as digest from hexed order by place`)).rows).toEqual([{ digest: '00ff7f' }, { digest: '' }, { digest: null }, { digest: 'ab'.repeat(32) }]);
  expect(asked).toEqual([0, 1, 2, 3]);
});
