/** SQL of telling the other instances. */

import type { Sql } from '../sql.ts';
import { payloadsOf } from './notices.ts';
import type { Notice } from './notices.ts';

export const channel = 'countersign_review_desk';

/** Inside a transaction: heard by every instance when it commits, and by none when it does not. */
export async function tell(sql: Sql, notice: Notice): Promise<void> {
  const payloads = payloadsOf(notice);
  if (payloads.length > 0) await sql.run('select pg_notify($1, piece) from unnest($2::text[]) as piece', [channel, payloads]);
}
