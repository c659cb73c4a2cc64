import { sql, type Kysely } from 'kysely';

const insertOnly = { log_entries: 'an entry of the log is for ever', checkpoints: 'what was signed is for ever', cosignatures: 'what was signed is for ever' } as const;

/**
 * The Merkle log behind the events: writers announce each transaction's rows as a batch, and one sequencer gives them
 * their places, in transactions of its own.
 */
export const log = {
  async up(db: Kysely<unknown>): Promise<void> {
    // No default and no index: batches are found by their instants. A row without a batch was not written by the service.
    await sql`alter table events add column batch bigint`.execute(db);
    await sql`create sequence log_batch_numbers cache 1`.execute(db);
    // What waits to be sequenced: a row a transaction, gone once it is.
    await sql`
      create table log_batches (
        batch bigint primary key,
        recorded_from timestamptz not null,
        recorded_to timestamptz not null,
        rows integer not null check (rows > 0)
      )`.execute(db);
    // Kept when a partition of events is detached: proofs need leaf hashes only.
    await sql`
      create table log_entries (
        log_index bigint primary key,
        recorded_at timestamptz not null,
        event_id text not null,
        leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
        unique (recorded_at, event_id)
      )`.execute(db);
    // One row. "anchored": records under the newest checkpoint that is outside the database, in the anchor file and on Kafka.
    await sql`
      create table log_state (
        only_row boolean primary key default true check (only_row),
        size bigint not null default 0,
        anchored_size bigint not null default 0 check (anchored_size <= size)
      )`.execute(db);
    await sql`insert into log_state default values`.execute(db);
    await sql`
      create table checkpoints (
        size bigint primary key,
        note text not null,
        signed_at timestamptz not null default clock_timestamp()
      )`.execute(db);
    // Signature lines of witnesses, as they came; the first of each witness counts.
    await sql`
      create table cosignatures (
        size bigint not null references checkpoints,
        key_name text not null,
        key_id bigint not null,
        signed_at_s bigint not null,
        signature bytea not null,
        received_at timestamptz not null default clock_timestamp(),
        primary key (size, key_name, key_id)
      )`.execute(db);
    await sql`create index cosignatures_by_key on cosignatures (key_name, key_id, size)`.execute(db);
    // Every key that ever signed, so that old checkpoints can be checked.
    await sql`
      create table log_keys (
        verifier_key text primary key,
        origin text not null,
        added_at timestamptz not null default clock_timestamp(),
        retired_at timestamptz
      )`.execute(db);
    for (const [table, why] of Object.entries(insertOnly)) {
      await sql`comment on table ${sql.table(table)} is ${sql.lit(`insert-only: ${why}`)}`.execute(db);
      await sql`create trigger log_only_grows before update or delete or truncate on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
    }
  },
};
