/** SQL of checkpoints as evidence. There may be one for each second of years: they are looked for by their sizes, and never counted. */

import type { PoolClient } from 'pg';
import { isOfLog } from './checkpoint.ts';

export type SizedNote = { size: number; note: string };

/** The size from which on checkpoints are of this log: a new one may go on in the tables of one before it. `newest` MUST be one of it. */
export async function firstSizeOf(client: PoolClient, origin: string, newest: number): Promise<number> {
  let [low, high] = [0, newest];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { rows: [next] } = await client.query<SizedNote>({ name: 'checkpoint-from', text: 'select size, note from checkpoints where size >= $1 order by size limit 1', values: [middle] });
    if (next === undefined || isOfLog(next.note, origin)) high = middle;
    else low = next.size + 1;
  }
  return low;
}

/**
 * Checkpoints of a stretch of sizes, ascending: all of them, or about `max` where there are more, in steps of their sizes. Always the newest, the newest that a
 * witness cosigned, and the first such one of at least so many `records`: that is what stands nearest above them that the log alone could not have made.
 */
export async function readThinned(client: PoolClient, { first, newest, records, max }: { first: number; newest: number; records: number; max: number }): Promise<SizedNote[]> {
  const { rows: all } = await client.query<SizedNote>('select size, note from checkpoints where size >= $1 and size <= $2 order by size limit $3', [first, newest, max + 1]);
  if (all.length <= max) return all;
  const { rows } = await client.query<SizedNote>(
    `select distinct c.size, c.note from (
       select generate_series($1::bigint, $2::bigint, $3::bigint) as at union select $2::bigint
       union select max(size) from cosignatures where size >= $1 and size <= $2 union select min(size) from cosignatures where size >= greatest($1, $4::bigint) and size <= $2
     ) w cross join lateral (select size, note from checkpoints where size >= w.at and size <= $2 order by size limit 1) c order by c.size`,
    [first, newest, Math.ceil((newest - first + 1) / max), records]);
  return rows;
}
