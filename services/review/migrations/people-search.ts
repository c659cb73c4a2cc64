/** Finding people by a part of their name or id, and listing them by name. */
export const peopleSearch = `
-- Name and id without case and accents, a line each; by a collation of PostgreSQL's own, since a database of the locale C folds A to Z only.
alter table people add column searched text not null generated always as
  (lower(regexp_replace(normalize(name || E'\\n' || person_id, NFD), '[\\u0300-\\u036f]', '', 'g') collate "pg_c_utf8")) stored;
-- The order of the register. Bounded, since what an identity provider calls a person can be longer than an entry of an index.
create index people_listed on people ((left(searched, 100)) collate "C", person_id);
`;
