import type { Pool } from 'pg';

/** Instants in microseconds. */
export type KeyRow = { version: string; commitment: string; validFrom: number; recordedAt: number };

export async function findKeys(pool: Pool): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>(
    `select key_version as version, commitment, valid_from as "validFrom", (extract(epoch from recorded_at) * 1000000)::bigint as "recordedAt" from sampling_keys order by valid_from, key_version`);
  return rows;
}

/** Keys that come together are recorded at one instant. */
export async function insertKeys(pool: Pool, rows: ReadonlyArray<Omit<KeyRow, 'recordedAt'>>): Promise<void> {
  if (rows.length === 0) return;
  await pool.query(
    `insert into sampling_keys (key_version, commitment, valid_from, recorded_at)
     select k.*, statement_timestamp() from unnest($1::text[], $2::text[], $3::bigint[]) as k(key_version, commitment, valid_from) on conflict do nothing`,
    [rows.map(({ version }) => version), rows.map(({ commitment }) => commitment), rows.map(({ validFrom }) => validFrom)],
  );
}
