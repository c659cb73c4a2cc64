import type { Pool } from 'pg';

export type KeyRow = { version: string; commitment: string; validFrom: number };

export async function findKeys(pool: Pool): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>('select key_version as version, commitment, valid_from as "validFrom" from sampling_keys order by valid_from');
  return rows;
}

export async function insertKey(pool: Pool, row: KeyRow): Promise<void> {
  await pool.query('insert into sampling_keys (key_version, commitment, valid_from) values ($1, $2, $3) on conflict do nothing', [row.version, row.commitment, row.validFrom]);
}
