import type { Pool } from 'pg';
import type { EventFilter } from '../searches/filter.ts';
import { SearchQuery, where } from '../searches/query-store.ts';

/** How many events match. */
export async function countEvents(pool: Pool, filter: EventFilter): Promise<number> {
  const search = new SearchQuery();
  const conditions = where(search.conditionsOn('e', filter));
  return (await pool.query<{ count: number }>(`select count(*) as count from events e ${conditions}`, search.values)).rows[0]?.count ?? 0;
}
