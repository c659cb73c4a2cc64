/** SQL of the vault. Every statement that makes, links or reads keys is one round trip for a batch. */

import type { Pool, PoolClient } from 'pg';
import { arrayParameter } from './array-parameter.ts';

/** One decision's place in the vault. */
export type KeyPlace = { system: string; decisionId: string };
/** What is known of whose decision it is, and of when it was accepted, or published where that is not known, in microseconds. */
export type KeySubject = { subjectRef: Buffer | null; datedAt: number | null };
export type StoredKey = KeyPlace & KeySubject & { wrapped: Buffer | null };

function placesOf(places: readonly KeyPlace[]): Buffer[] {
  return [arrayParameter('text', places.map(({ system }) => system)), arrayParameter('text', places.map(({ decisionId }) => decisionId))];
}

function subjectsOf(places: readonly KeySubject[]): Buffer[] {
  return [arrayParameter('bytea', places.map(({ subjectRef }) => subjectRef)), arrayParameter('bigint', places.map(({ datedAt }) => datedAt))];
}

/** True of a decision of an erased subject that was accepted until the erasure; where nobody knows when, it was. */
const entombed = `exists (select 1 from subject_tombstones t where t.system = w.system and t.subject_ref = w.subject_ref and t.erased_through >= coalesce(w.accepted_at, 0))`;

/** Makes the keys that are not there, or their tombstones. How many are new, and how many of those are tombstones. */
export async function insertKeys(pool: Pool, keys: ReadonlyArray<KeyPlace & KeySubject & { wrapped: Buffer }>): Promise<{ made: number; erased: number }> {
  const { rows } = await pool.query<{ made: number; erased: number }>({
    name: 'insert-decision-keys',
    text: `
      with made as (
        insert into decision_keys (system, decision_id, wrapped_key, subject_ref, accepted_at, erased_at)
        select w.system, w.decision_id, case when not w.gone then w.wrapped_key end, w.subject_ref, w.accepted_at, case when w.gone then clock_timestamp() end
        from (select w.*, w.subject_ref is not null and ${entombed} as gone
          from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::bytea[]) as w(system, decision_id, subject_ref, accepted_at, wrapped_key)) w
        order by 1, 2 on conflict do nothing returning wrapped_key
      )
      select count(*) as made, count(*) filter (where wrapped_key is null) as erased from made`,
    values: [...placesOf(keys), ...subjectsOf(keys), arrayParameter('bytea', keys.map(({ wrapped }) => wrapped))],
  });
  return rows[0] ?? { made: 0, erased: 0 };
}

export async function readKeys(pool: Pool, places: readonly KeyPlace[]): Promise<StoredKey[]> {
  const { rows } = await pool.query<StoredKey>({
    name: 'read-decision-keys',
    // By lateral, or the planner may read the whole table for a few rows of it.
    text: `select k.* from unnest($1::text[], $2::text[]) as w(system, decision_id)
      cross join lateral (
        select k.system, k.decision_id as "decisionId", k.wrapped_key as wrapped, k.subject_ref as "subjectRef", k.accepted_at as "datedAt" from decision_keys k
        where k.system = w.system and k.decision_id = w.decision_id limit 1
      ) k`,
    values: placesOf(places),
  });
  return rows;
}

/** Tells keys whose they are, and since when: the earliest instant counts. Those of an erased subject become tombstones. Answers the places of these. */
export async function linkKeys(pool: Pool, links: ReadonlyArray<KeyPlace & KeySubject>): Promise<KeyPlace[]> {
  const { rows } = await pool.query<KeyPlace>({
    name: 'link-decision-keys',
    // In the order of their keys, or two that link the same would wait for each other.
    text: `
      with w as (select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[]) as w(system, decision_id, subject_ref, accepted_at)),
      locked as (
        select w.*, k.subject_ref as linked, ${entombed} as gone from w join decision_keys k using (system, decision_id)
        where k.wrapped_key is not null order by w.system, w.decision_id for no key update of k
      ),
      further as (
        insert into further_subjects (system, subject_ref, decision_id)
        select system, subject_ref, decision_id from locked where linked <> subject_ref order by 1, 2, 3 on conflict do nothing
      ),
      changed as (
        update decision_keys k set subject_ref = coalesce(k.subject_ref, l.subject_ref), accepted_at = least(k.accepted_at, l.accepted_at),
          wrapped_key = case when not l.gone then k.wrapped_key end, erased_at = case when l.gone then clock_timestamp() end
        from locked l where k.system = l.system and k.decision_id = l.decision_id
        returning k.system, k.decision_id, k.wrapped_key
      )
      select system, decision_id as "decisionId" from changed where wrapped_key is null`,
    values: [...placesOf(links), ...subjectsOf(links)],
  });
  return rows;
}

/**
 * Notes that a subject was erased, with the table held against new keys: a statement that was under way is finished, and its
 * keys are found; one that comes after reads the tombstone. `through` never goes back.
 */
export async function insertTombstone(client: PoolClient, system: string, subjectRef: Buffer, through: number): Promise<void> {
  await client.query('lock table decision_keys in share row exclusive mode');
  await client.query(
    `insert into subject_tombstones as t (system, subject_ref, erased_through) values ($1, $2, $3)
     on conflict (system, subject_ref) do update set erased_through = greatest(t.erased_through, excluded.erased_through)`,
    [system, subjectRef, through],
  );
}

/** The decisions about a subject that were accepted until an instant, or whose acceptance nobody knows; erased ones too, in the order of their ids. */
export async function decisionsOf(pool: Pool, system: string, subjectRef: Buffer, through: number, after: string, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select decision_id as id from (
       (select decision_id from decision_keys where system = $1 and subject_ref = $2 and coalesce(accepted_at, 0) <= $3 and decision_id > $4 order by 1 limit $5)
       union
       (select f.decision_id from further_subjects f join decision_keys k using (system, decision_id)
        where f.system = $1 and f.subject_ref = $2 and coalesce(k.accepted_at, 0) <= $3 and f.decision_id > $4 order by 1 limit $5)
     ) found order by 1 limit $5`,
    [system, subjectRef, through, after, limit],
  );
  return rows.map(({ id }) => id);
}

/** Destroys keys for ever and tells the caches, in one transaction. */
export async function destroyKeys(client: PoolClient, places: readonly KeyPlace[]): Promise<void> {
  await client.query(
    `insert into decision_keys (system, decision_id, wrapped_key, erased_at)
     select system, decision_id, null, clock_timestamp() from unnest($1::text[], $2::text[]) as w(system, decision_id) group by 1, 2 order by 1, 2
     on conflict (system, decision_id) do update set wrapped_key = null, erased_at = coalesce(decision_keys.erased_at, excluded.erased_at)`,
    placesOf(places),
  );
  await client.query('insert into erasures default values');
}

/** How many erasures there were, ever. The count, not the highest number: an erasure may commit after one with a higher number. */
export async function countErasures(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ count: number }>('select count(*) as count from erasures');
  return rows[0]?.count ?? null;
}
