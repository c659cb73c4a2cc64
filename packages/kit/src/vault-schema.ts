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
  '003-decision-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`drop table subject_keys, erasures`.execute(db);
      await sql`
        create table decision_keys (
          system text not null,
          -- What belongs to no decision stands here by the id of its event.
          decision_id text not null,
          -- Null is a tombstone: whoever is about to make the key meets it.
          wrapped_key bytea,
          -- Whose decision it is, by a keyed digest; null until somebody knows.
          subject_ref bytea,
          -- Of the decision, microseconds; of its publication where nobody knows that it was accepted, or where that is dated earlier.
          accepted_at bigint,
          erased_at timestamptz,
          primary key (system, decision_id),
          check ((wrapped_key is null) = (erased_at is not null))
        )`.execute(db);
      await sql`create index decision_keys_of_subject on decision_keys (system, subject_ref, decision_id) where subject_ref is not null`.execute(db);
      // One id came with content about two people: the second was refused, and its content is on record under the one key.
      await sql`
        create table further_subjects (
          system text not null,
          subject_ref bytea not null,
          decision_id text not null,
          primary key (system, subject_ref, decision_id)
        )`.execute(db);
      // Who was erased, and what was accepted until when: keys that are made later for that are tombstones, too.
      await sql`
        create table subject_tombstones (
          system text not null,
          subject_ref bytea not null,
          erased_through bigint not null,
          primary key (system, subject_ref)
        )`.execute(db);
      // What caches look at to learn that keys are gone. No word of whose.
      await sql`create table erasures (erasure_id bigint generated always as identity primary key, erased_at timestamptz not null default clock_timestamp())`.execute(db);
    },
  },
};
