/** SQL of people and what they are qualified for. */

import type { Sql } from '../sql.ts';

export type Person = {
  personId: string;
  name: string;
  roles: readonly string[];
  active: boolean;
  version: number;
  queues: readonly string[];
};

const personColumns = `person_id as "personId", name, roles, active, version,
  coalesce((select array_agg(queue order by queue) from qualifications q where q.person_id = people.person_id), '{}') as queues`;

export async function readPerson(sql: Sql, personId: string): Promise<Person | null> {
  return await sql.row(`select ${personColumns} from people where person_id = $1`, [personId]);
}

export async function readPeople(sql: Sql, after: string, limit: number): Promise<Person[]> {
  return await sql.rows(`select ${personColumns} from people where person_id > $1 order by person_id limit $2`, [after, limit]);
}

export type PersonChange = { personId: string; name: string; roles: readonly string[]; active: boolean; queues: readonly string[] };

/** Replaces a person and all their qualifications; answers the new version. */
export async function replacePerson(sql: Sql, person: PersonChange, now: number): Promise<number> {
  const row = await sql.row<{ version: number }>(
    `insert into people (person_id, name, roles, active, changed_at) values ($1, $2, $3, $4, $5)
     on conflict (person_id) do update set name = excluded.name, roles = excluded.roles, active = excluded.active,
       changed_at = excluded.changed_at, version = people.version + 1
     returning version`,
    [person.personId, person.name, person.roles, person.active, now],
  );
  await sql.run('delete from qualifications where person_id = $1 and queue <> all($2::text[])', [person.personId, person.queues]);
  await sql.run('insert into qualifications (person_id, queue) select $1, unnest($2::text[]) on conflict do nothing', [
    person.personId,
    person.queues,
  ]);
  return row?.version ?? 1;
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

/** Lets one transaction at a time act for a person. */
export async function lockPerson(sql: Sql, personId: string): Promise<void> {
  await sql.row('select 1 from people where person_id = $1 for no key update', [personId]);
}

/** Remembers that a person looked for work; once in ten seconds is enough. */
export async function touchPerson(sql: Sql, personId: string, now: number): Promise<void> {
  await sql.run('update people set last_seen_at = $2::bigint where person_id = $1 and last_seen_at < $2::bigint - 10000000', [personId, now]);
}

/** Work that somebody may see: its queue, and the one that it was escalated from. */
export type Visible = { queue: string; escalatedFrom: string | null; seniority: 'any' | 'senior'; openedAt: number };

/** True where somebody active and qualified for the queue looked for work since it was opened, and could have seen what waited. */
export async function somebodyCouldSee(sql: Sql, { queue, escalatedFrom, seniority, openedAt }: Visible): Promise<boolean> {
  const row = await sql.row<{ seen: boolean }>(
    `select exists (select 1 from people p where p.active and p.last_seen_at >= $3::bigint - 10000000 and (not $2 or 'senior' = any(p.roles))
       and exists (select 1 from qualifications q where q.person_id = p.person_id and q.queue in ('*', $1, split_part($1, '/', 1), $4::text))) as seen`,
    [queue, seniority === 'senior', openedAt, escalatedFrom],
  );
  return row?.seen ?? false;
}
