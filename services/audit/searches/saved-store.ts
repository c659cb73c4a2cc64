import type { Pool } from 'pg';
import { inTransaction } from '@countersign/kit';

export type SearchTarget = 'events' | 'decisions';
/** Query parameters, as text or as a list of texts. */
export type SavedFilter = Readonly<Record<string, string | readonly string[]>>;
export type SavedSearch = { searchId: string; name: string; of: SearchTarget; filter: SavedFilter; shared: boolean; owner: string; updatedAt: string };
export type SaveOutcome = { saved: SavedSearch } | { refused: 'not-yours' | 'not-visible' | 'too-many' };

const columns = `search_id as "searchId", name, target as "of", filter, shared, owner, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "updatedAt"`;
/** What one page holds: nobody looks through more. */
const listMax = 500;

/** Own ones and those that others share, by name. */
export async function readSavedSearches(pool: Pool, person: string): Promise<SavedSearch[]> {
  const { rows } = await pool.query<SavedSearch>(`
    select ${columns} from (
      (select * from saved_searches where owner = $1 limit ${listMax}) union all (select * from saved_searches where shared and owner <> $1 order by name limit ${listMax})
    ) s order by name, search_id limit ${listMax}`, [person]);
  return rows;
}

/** Makes or replaces a search of this person, who keeps `ownMax` at the most. */
export async function saveSearch(pool: Pool, person: string, search: Omit<SavedSearch, 'owner' | 'updatedAt'>, ownMax: number): Promise<SaveOutcome> {
  return await inTransaction(pool, async (client) => {
    // One at a time a person, so that the count holds.
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`audit.saved-searches/${person}`]);
    const { rows: known } = await client.query<{ owner: string; shared: boolean }>('select owner, shared from saved_searches where search_id = $1 for update', [search.searchId]);
    const [there] = known;
    if (there !== undefined && there.owner !== person) return { refused: there.shared ? 'not-yours' : 'not-visible' };
    if (there === undefined) {
      const { rows: counts } = await client.query<{ count: number }>('select count(*) as count from saved_searches where owner = $1', [person]);
      if ((counts[0]?.count ?? 0) >= ownMax) return { refused: 'too-many' };
    }
    const { rows } = await client.query<SavedSearch>(`
      insert into saved_searches (search_id, owner, name, target, filter, shared) values ($1, $2, $3, $4, $5, $6)
      on conflict (search_id) do update set name = excluded.name, target = excluded.target, filter = excluded.filter, shared = excluded.shared, updated_at = clock_timestamp()
      where saved_searches.owner = excluded.owner
      returning ${columns}`, [search.searchId, person, search.name, search.of, JSON.stringify(search.filter), search.shared]);
    const [saved] = rows;
    return saved === undefined ? { refused: 'not-visible' } : { saved };
  });
}

/** False where this person has no such search. */
export async function deleteSearch(pool: Pool, person: string, searchId: string): Promise<boolean> {
  const { rowCount } = await pool.query('delete from saved_searches where search_id = $1 and owner = $2', [searchId, person]);
  return (rowCount ?? 0) > 0;
}
