/** SQL of people and what they are qualified for. */

import type { Sql } from '../sql.ts';

export type Person = {
  personId: string;
  name: string;
  roles: readonly string[];
  active: boolean;
  /** Takes new work; what they hold stays theirs. */
  available: boolean;
  /** How many tasks they may hold at once; `null` is the setting. */
  claimsMax: number | null;
  version: number;
  queues: readonly string[];
};

const personColumns = `person_id as "personId", name, roles, active, available, claims_max as "claimsMax", version,
  coalesce((select array_agg(queue order by queue) from qualifications q where q.person_id = people.person_id), '{}') as queues`;

export async function readPerson(sql: Sql, personId: string): Promise<Person | null> {
  return await sql.row(`select ${personColumns} from people where person_id = $1`, [personId]);
}

/** Where somebody stands in the register. */
export type Place = { listedAs: string; personId: string };

/**
 * Parameters: place (two), limit, what is searched. By name. A search looks at everybody on its way through the index: a register
 * holds thousands, and trigrams would need an extension that not every database has.
 */
export const peoplePageStatement = `select ${personColumns}, left(searched, 100) as "listedAs" from people
  where ($1::text is null or (left(searched, 100) collate "C", person_id) > ($1, $2::text))
    and ($4::text is null or strpos(searched, lower(regexp_replace(normalize($4, NFD), '[\\u0300-\\u036f]', '', 'g') collate "pg_c_utf8")) > 0)
  order by left(searched, 100) collate "C", person_id limit $3`;

/** A page of the register by name: all, or those whose name or id holds a text, whatever its case and accents. */
export async function readPeople(sql: Sql, wanted: string | null, after: Place | null, limit: number): Promise<Array<Person & Place>> {
  return await sql.rows(peoplePageStatement, [after?.listedAs ?? null, after?.personId ?? null, limit, wanted]);
}

/** What people are called; whoever is not entered is missing. */
export async function readNames(sql: Sql, personIds: ReadonlyArray<string | null>): Promise<Map<string, string>> {
  const wanted = [...new Set(personIds.filter((personId) => personId !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await sql.rows<{ personId: string; name: string }>('select person_id as "personId", name from people where person_id = any($1)', [wanted]);
  return new Map(rows.map(({ personId, name }) => [personId, name]));
}

export function nameOf(names: ReadonlyMap<string, string>, personId: string | null): string | null {
  return personId === null ? null : (names.get(personId) ?? null);
}

/** What is left out stays as it is; somebody new is available, under the cap of the setting. */
export type PersonChange = { personId: string; name: string; roles: readonly string[]; active: boolean; queues: readonly string[]; available?: boolean; claimsMax?: number | null };

/** Replaces a person and all their qualifications; answers the person as they are then, or `null` where they had to be new and are not. */
export async function replacePerson(sql: Sql, person: PersonChange, now: number, mustBeNew = false): Promise<Person | null> {
  const { personId, available = null, claimsMax = null } = person;
  const touched = await sql.run(
    `insert into people (person_id, name, roles, active, changed_at, available, claims_max) values ($1, $2, $3, $4, $5, coalesce($6, true), $7)
     on conflict (person_id) do update set name = excluded.name, roles = excluded.roles, active = excluded.active,
       available = coalesce($6, people.available), claims_max = case when $8 then excluded.claims_max else people.claims_max end,
       changed_at = excluded.changed_at, version = people.version + 1 where not $9`,
    [personId, person.name, person.roles, person.active, now, available, claimsMax, person.claimsMax !== undefined, mustBeNew],
  );
  if (touched === 0) return null;
  await sql.run('delete from qualifications where person_id = $1 and queue <> all($2::text[])', [person.personId, person.queues]);
  await sql.run('insert into qualifications (person_id, queue) select $1, unnest($2::text[]) on conflict do nothing', [
    person.personId,
    person.queues,
  ]);
  return await readPerson(sql, personId);
}

/** Says whether a person takes new work; answers them, or `null` where there is nobody of the id. */
export async function setAvailability(sql: Sql, personId: string, available: boolean, now: number): Promise<Person | null> {
  await sql.run('update people set available = $2, changed_at = $3, version = version + 1 where person_id = $1', [personId, available, now]);
  return await readPerson(sql, personId);
}

/** The active admins, none of whom anybody else changes until this transaction ends. */
export async function lockAdmins(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ personId: string }>(`select person_id as "personId" from people where active and 'admin' = any(roles) order by person_id for no key update`);
  return rows.map(({ personId }) => personId);
}

/** Creates a person seen for the first time, qualified for the queues given. Answers true for whoever was first. */
export async function insertSeenPerson(sql: Sql, person: PersonChange, now: number): Promise<boolean> {
  const touched = await sql.run(
    `insert into people (person_id, name, roles, active, changed_at, last_seen_at) values ($1, $2, $3, $4, $5, $5) on conflict do nothing`,
    [person.personId, person.name, person.roles, person.active, now],
  );
  if (touched === 0) return false;
  await sql.run('insert into qualifications (person_id, queue) select $1, unnest($2::text[]) on conflict do nothing', [
    person.personId,
    person.queues,
  ]);
  return true;
}

/** Lets one transaction at a time act for a person; answers what bounds their work. */
export async function lockPerson(sql: Sql, personId: string): Promise<Pick<Person, 'available' | 'claimsMax'> | null> {
  return await sql.row('select available, claims_max as "claimsMax" from people where person_id = $1 for no key update', [personId]);
}

/** Remembers that a person looked for work: each time, since a hold may have come in the instant before. Answers the time. */
export async function touchPerson(sql: Sql, personId: string): Promise<number> {
  const row = await sql.row<{ now: number }>(
    `with clock as materialized (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now),
       touched as (update people set last_seen_at = clock.now from clock where person_id = $1)
     select now from clock`,
    [personId],
  );
  if (row === null) throw new Error('the database did not tell the time');
  return row.now;
}

/** Work that somebody may see: its queue, the one that it was escalated from, and since when it waits for the people it waits for. */
export type Visible = { queue: string; escalatedFrom: string | null; seniority: 'any' | 'senior'; since: number };

/** True where somebody active and qualified for the queue looked for work since it waits for them, and could have seen it. */
export async function somebodyCouldSee(sql: Sql, { queue, escalatedFrom, seniority, since }: Visible): Promise<boolean> {
  const row = await sql.row<{ seen: boolean }>(
    `select exists (select 1 from people p where p.active and p.last_seen_at >= $3 and (not $2 or 'senior' = any(p.roles))
       and exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', $1, split_part($1, '/', 1), $4::text))) as seen`,
    [queue, seniority === 'senior', since, escalatedFrom],
  );
  return row?.seen ?? false;
}
