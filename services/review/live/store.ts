/** SQL of telling the other instances. */

import type { Sql } from '../sql.ts';

export const channel = 'countersign_review_desk';

/** Heard by every instance that listens. */
export async function notify(sql: Sql, payloads: readonly string[]): Promise<void> {
  await sql.run('select pg_notify($1, piece) from unnest($2::text[]) as piece', [channel, payloads]);
}
