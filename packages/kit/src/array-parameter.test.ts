import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { arrayParameter } from './array-parameter.ts';
import type { ElementType } from './element-types.ts';

const { postgres } = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as { postgres: string };
const client = new pg.Client({ connectionString: postgres });
beforeAll(async () => { await client.connect(); });
afterAll(async () => { await client.end(); });

it.each<[ElementType, unknown[], string[]]>([
  ['hex', ['', '0001ff5c', null], ['\\x', '\\x0001ff5c', 'none']],
  ['text', ['', 'plain', 'NULL', '{a,"b"}\\', 'größer €😀', null, '\u0001\n'], ['', 'plain', 'NULL', '{a,"b"}\\', 'größer €😀', 'none', '\u0001\n']],
  ['bytea', [Buffer.alloc(0), Buffer.from([0, 1, 255, 92]), null], ['\\x', '\\x0001ff5c', 'none']],
  ['boolean', [true, false, null], ['true', 'false', 'none']],
  ['int', [0, -1, 2_147_483_647, -2_147_483_648, null], ['0', '-1', '2147483647', '-2147483648', 'none']],
  ['bigint', [0, -1, '9223372036854775807', -9_223_372_036_854_775_808n, 1_785_000_000_000_000], ['0', '-1', '9223372036854775807', '-9223372036854775808', '1785000000000000']],
  ['float8', [0.1, -2.5e300, Number.NaN, null], ['0.1', '-2.5e+300', 'NaN', 'none']],
  ['text', [], []],
])('Postgres reads %s as it was', async (type, values, expected) => {
  const { rows } = await client.query<{ value: string }>(`select coalesce(v::text, 'none') as value from unnest($1::${type === 'hex' ? 'bytea' : type}[]) with ordinality as t(v, place) order by place`, [arrayParameter(type, values as never)]);
  expect(rows.map(({ value }) => value)).toEqual(expected);
});

it('refuses numbers that the type cannot hold', () => {
  expect(() => arrayParameter('int', [2_147_483_648])).toThrow('out of range');
  expect(() => arrayParameter('bigint', ['9223372036854775808'])).toThrow('out of range');
  expect(() => arrayParameter('bigint', [0.5])).toThrow('not an integer');
});
