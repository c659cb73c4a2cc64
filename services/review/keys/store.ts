/** SQL of API keys. */

import type { Sql } from '../sql.ts';

export type StoredApiKey = {
  keyId: string;
  name: string;
  systems: readonly string[];
  secretSha256: Buffer;
  lifetimeDays: number;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  replacedBy: string | null;
  revokedAt: number | null;
  revokedReason: string | null;
  version: number;
  lastUsedAt: number | null;
};

export type NewApiKey = Pick<StoredApiKey, 'keyId' | 'name' | 'systems' | 'secretSha256' | 'lifetimeDays' | 'createdBy' | 'createdAt' | 'expiresAt'>;

const keyColumns = `key_id as "keyId", name, systems, secret_sha256 as "secretSha256", lifetime_days as "lifetimeDays", created_by as "createdBy",
  created_at as "createdAt", expires_at as "expiresAt", replaced_by as "replacedBy", revoked_at as "revokedAt", revoked_reason as "revokedReason",
  version, last_used_at as "lastUsedAt"`;

/** One transaction at a time may make keys of a name. */
export async function lockKeyName(sql: Sql, name: string): Promise<void> {
  await sql.row(`select pg_advisory_xact_lock(hashtextextended('api key ' || $1, 0))`, [name]);
}

/** The key of a name that still counts: neither ended nor replaced. */
export async function readLiveKeyOfName(sql: Sql, name: string, now: number): Promise<StoredApiKey | null> {
  return await sql.row(`select ${keyColumns} from api_keys where name = $1 and revoked_at is null and replaced_by is null and expires_at > $2`, [name, now]);
}

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<StoredApiKey> {
  const row = await sql.row<StoredApiKey>(
    `insert into api_keys (key_id, name, systems, secret_sha256, lifetime_days, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${keyColumns}`,
    [key.keyId, key.name, key.systems, key.secretSha256, key.lifetimeDays, key.createdBy, key.createdAt, key.expiresAt],
  );
  return expectRow(row, key.keyId);
}

export async function lockApiKey(sql: Sql, keyId: string): Promise<StoredApiKey | null> {
  return await sql.row(`select ${keyColumns} from api_keys where key_id = $1 for no key update`, [keyId]);
}

/** Ends a key at `expiresAt` or when it would have anyway, in favour of another. */
export async function replaceApiKey(sql: Sql, keyId: string, replacedBy: string, expiresAt: number): Promise<StoredApiKey> {
  const row = await sql.row<StoredApiKey>(
    `update api_keys set replaced_by = $2, expires_at = least(expires_at, $3), version = version + 1 where key_id = $1 returning ${keyColumns}`,
    [keyId, replacedBy, expiresAt],
  );
  return expectRow(row, keyId);
}

export async function revokeApiKey(sql: Sql, keyId: string, by: string, reason: string, now: number): Promise<StoredApiKey> {
  const row = await sql.row<StoredApiKey>(
    `update api_keys set revoked_at = $2, revoked_by = $3, revoked_reason = $4, version = version + 1 where key_id = $1 returning ${keyColumns}`,
    [keyId, now, by, reason],
  );
  return expectRow(row, keyId);
}

/** A page, newest first, after the key of an id; `null` where there is no such key. */
export async function readApiKeys(sql: Sql, after: string | null, limit: number): Promise<StoredApiKey[] | null> {
  if (after === null) return await sql.rows(`select ${keyColumns} from api_keys order by created_at desc, key_id desc limit $1`, [limit]);
  const last = await sql.row<{ createdAt: number }>('select created_at as "createdAt" from api_keys where key_id = $1', [after]);
  if (last === null) return null;
  return await sql.rows(`select ${keyColumns} from api_keys where (created_at, key_id) < ($1, $2) order by created_at desc, key_id desc limit $3`, [last.createdAt, after, limit]);
}

/** Keeps the latest use of each key, in whatever order and however often they are told. A key that is not here is passed over. */
export async function noteKeyUses(sql: Sql, uses: ReadonlyArray<{ keyId: string; usedAt: number }>): Promise<void> {
  // In the order of the ids, so that two instances never wait for each other.
  await sql.run(
    `with latest as (
       select k.key_id, max(used."usedAt") as used_at from json_to_recordset($1::json) as used ("keyId" text, "usedAt" bigint)
       join api_keys k on k.key_id = used."keyId" group by k.key_id order by k.key_id),
     locked as (select key_id from api_keys where key_id in (select key_id from latest) order by key_id for no key update)
     update api_keys set last_used_at = greatest(last_used_at, latest.used_at) from latest, locked
     where api_keys.key_id = latest.key_id and locked.key_id = latest.key_id`,
    [JSON.stringify(uses)],
  );
}

function expectRow(row: StoredApiKey | null, keyId: string): StoredApiKey {
  if (row === null) throw new Error(`the API key ${keyId} is gone`);
  return row;
}
