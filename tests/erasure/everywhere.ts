/** Looks for somebody everywhere: in every table of both databases and every file of the services, in every encoding, and in everything that a key is left for. */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { contentKeyOf, openContent, readMasterKey, unwrapKey } from '@countersign/kit';
import type { TestStack } from '../harness/stack.ts';

export type Found = { where: string; needle: string; excerpt: string };
/** `digests`: bytes whose plain digests would let them be guessed. */
export type Needles = { texts: readonly string[]; digests: readonly Buffer[] };

/** Empty where nothing of them is left. */
export async function findEverywhere(stack: TestStack, needles: Needles): Promise<Found[]> {
  const patterns = [...needles.texts.flatMap(encodings), ...needles.digests.flatMap(digestsOf)];
  const found: Found[] = [];
  const keys = await keysLeft(stack);
  for (const url of [stack.settings.databaseUrl, stack.settings.vaultDatabaseUrl]) {
    await withDatabase(stack, url, async (client) => {
      for (const table of await tablesOf(client)) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${table} t`);
        for (const { row } of rows) found.push(...matches(`${table}`, row, patterns));
      }
      for (const { table, column } of await bytesColumns(client)) {
        const { rows } = await client.query<{ bytes: Buffer }>(`select ${column} as bytes from ${table} where ${column} is not null`);
        for (const { bytes } of rows) {
          const opened = tryOpen(keys, bytes);
          if (opened !== null) found.push(...matches(`${table}.${column}, opened`, textOf(opened), patterns));
        }
      }
    });
  }
  for (const file of await filesOf(stack)) found.push(...matches(file, textOf(await readFile(file)), patterns));
  return found;
}

/** Tiles, entries and anchors of the log, exports, whatever else the services write. */
async function filesOf(stack: TestStack): Promise<string[]> {
  const home = dirname(stack.logEnv['COUNTERSIGN_AUDIT_LOG_FOLDER'] ?? '');
  return (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** How much of the sealed content can still be opened: a search that opens nothing would find nothing. */
export async function countOpenable(stack: TestStack): Promise<number> {
  const keys = await keysLeft(stack);
  let count = 0;
  await withDatabase(stack, stack.settings.databaseUrl, async (client) => {
    for (const { table, column } of await bytesColumns(client)) {
      const { rows } = await client.query<{ bytes: Buffer }>(`select ${column} as bytes from ${table} where ${column} is not null`);
      count += rows.filter(({ bytes }) => tryOpen(keys, bytes) !== null).length;
    }
  });
  return count;
}

export async function withDatabase<T>(stack: TestStack, databaseUrl: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

const own = `not in ('pg_catalog', 'information_schema')`;

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema ${own} and table_type = 'BASE TABLE' order by 1`);
  return rows.map(({ name }) => name);
}

async function bytesColumns(client: pg.Client): Promise<Array<{ table: string; column: string }>> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select format('%I.%I', table_schema, table_name) as table, format('%I', column_name) as column from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema ${own} and table_type = 'BASE TABLE' and data_type = 'bytea'`);
  return rows;
}

/** By what stands in sealed bytes for their key. */
async function keysLeft(stack: TestStack): Promise<Map<string, Buffer>> {
  const master = readMasterKey(stack.settings.masterKeyFile);
  return await withDatabase(stack, stack.settings.vaultDatabaseUrl, async (client) => {
    const { rows } = await client.query<{ wrapped: Buffer }>('select wrapped_key as wrapped from vault.decision_keys where wrapped_key is not null');
    return new Map(rows.map(({ wrapped }) => unwrapKey(master, wrapped)).map((key) => [contentKeyOf(key).id.toString('hex'), key]));
  });
}

function tryOpen(keys: ReadonlyMap<string, Buffer>, bytes: Buffer): Buffer | null {
  if (bytes[0] !== 3 || bytes.length < 73) return null;
  const key = keys.get(bytes.subarray(1, 33).toString('hex'));
  return key === undefined ? null : openContent(contentKeyOf(key), bytes);
}

/** Text, and the same as hex, so that patterns of either kind are found in it. */
function textOf(bytes: Buffer): string {
  return `${bytes.toString('latin1')}\n${bytes.toString('hex')}`;
}

function matches(where: string, text: string, patterns: ReadonlyArray<{ needle: string; pattern: string }>): Found[] {
  return patterns.flatMap(({ needle, pattern }) => {
    const at = text.indexOf(pattern);
    return at < 0 ? [] : [{ where, needle, excerpt: text.slice(Math.max(0, at - 60), at + 100) }];
  });
}

/** As Postgres, JSON, URLs, headers, cursors and other programs would write it. */
function encodings(text: string): Array<{ needle: string; pattern: string }> {
  const bytes = Buffer.from(text);
  const forms: Record<string, string> = {
    plain: text, upper: text.toUpperCase(), hex: bytes.toString('hex'), url: encodeURIComponent(text), utf16: Buffer.from(text, 'utf16le').toString('hex'),
    reversed: [...text].reverse().join(''), entities: [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join(''), escaped: [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  };
  for (const shift of [0, 1, 2]) {
    // Base64 of the text at each of its three alignments, without the letters that its neighbours reach into.
    const aligned = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -1);
    forms[`base64 at ${shift}`] = aligned;
    forms[`base64url at ${shift}`] = aligned.replaceAll('+', '-').replaceAll('/', '_');
  }
  return [...new Map(Object.entries(forms).map(([form, pattern]) => [pattern, { needle: `${text} (${form})`, pattern }])).values(), ...digestsOf(bytes)];
}

/** Digests without a key: whoever knows what they look for could try them. */
function digestsOf(bytes: Buffer): Array<{ needle: string; pattern: string }> {
  return ['sha256', 'sha1', 'sha512', 'md5'].flatMap((name) => {
    const digest = createHash(name).update(bytes).digest();
    return [{ needle: `${name} of ${bytes.length} bytes`, pattern: digest.toString('hex') }, { needle: `${name} of ${bytes.length} bytes, base64`, pattern: digest.toString('base64').slice(0, 20) }];
  });
}
