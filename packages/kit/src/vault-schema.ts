import { sql, type Kysely } from 'kysely';

export const vaultMigrations = {
  '001-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table subject_keys (
          system text not null,
          subject_kind text not null,
          subject_id text not null,
          wrapped_key bytea not null,
          primary key (system, subject_kind, subject_id)
        )`.execute(db);
      // What caches look at to learn that a key is gone.
      await sql`
        create table erasures (
          erasure_id bigint generated always as identity primary key,
          system text not null,
          subject_kind text not null,
          subject_id text not null,
          erased_at timestamptz not null default clock_timestamp(),
          unique (system, subject_kind, subject_id)
        )`.execute(db);
    },
  },
  '002-tombstones': {
    async up(db: Kysely<unknown>): Promise<void> {
      // The tombstone stands where the key stood: a key in the making and an erasure meet in one unique row.
      await sql`alter table subject_keys alter column wrapped_key drop not null`.execute(db);
      await sql`
        insert into subject_keys (system, subject_kind, subject_id, wrapped_key)
        select system, subject_kind, subject_id, null from erasures
        on conflict (system, subject_kind, subject_id) do update set wrapped_key = null`.execute(db);
    },
  },
};
