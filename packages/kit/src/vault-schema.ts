import { sql, type Kysely } from 'kysely';

export const vaultMigrations = {
  '001-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table subject_keys (
          system text not null,
          subject_kind text not null,
          subject_id text not null,
          key_id uuid not null default gen_random_uuid(),
          wrapped_key bytea not null,
          primary key (system, subject_kind, subject_id)
        )`.execute(db);
      // A tombstone: the key is gone and must not be made again.
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
};
