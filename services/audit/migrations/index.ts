import { sql, type Kysely } from 'kysely';
import { createPositions } from '@countersign/kit';
import { createErasureTables } from './erasure.ts';
import { createExports } from './exports.ts';
import { log } from './log.ts';
import { createRetention } from './retention.ts';
import { createRetentionWalls } from './retention-walls.ts';

const refused = ['events', 'contents', 'event_ids', 'event_conflicts'];

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createPositions(db);
      await sql`
        create table events (
          recorded_at timestamptz not null,
          event_id text not null,
          topic text not null,
          partition integer not null,
          log_offset bigint not null,
          record text not null,
          occurred_at bigint not null,
          -- When Kafka had it, in microseconds: what a verdict's latency is measured by, here as in the metrics.
          published_at bigint,
          system text,
          decision_id text,
          decision_type text,
          actor text,
          policy_version text,
          kind text,
          reviewer text,
          -- Of the bytes on Kafka: SHA-256 where the payload is plain, keyed where it is sealed, null where it came after its erasure.
          value_digest bytea,
          payload_kind text not null check (payload_kind in ('plain', 'sealed', 'erased')),
          payload bytea,
          commitment bytea
        ) partition by range (recorded_at)`.execute(db);
      // Pages are in the order of (recorded_at, event_id); instants hardly ever tie, so that the ids need not be in here.
      await sql`create index events_by_time on events (recorded_at)`.execute(db);
      await sql`create index events_by_decision on events (system, decision_id, recorded_at)`.execute(db);
      await sql`create index events_by_type on events (decision_type, recorded_at) where decision_type is not null`.execute(db);
      await sql`create index events_by_reviewer on events (reviewer, recorded_at) where reviewer is not null`.execute(db);
      await sql`create index events_by_kind on events (kind, recorded_at) where kind is not null`.execute(db);
      await sql`create index events_by_policy on events (policy_version, recorded_at) where policy_version is not null`.execute(db);
      // What people and models wrote, sealed under the decision's key, apart from the log that refers to it.
      await sql`
        create table contents (
          -- That of its event: both are found in one partition.
          recorded_at timestamptz not null,
          event_id text not null,
          sealed bytea not null
        ) partition by range (recorded_at)`.execute(db);
      await sql`create index contents_by_time on contents (recorded_at)`.execute(db);
      await sql`create table event_ids (event_id text primary key, value_digest bytea)`.execute(db);
      await sql`
        create table event_conflicts (
          recorded_at timestamptz not null default clock_timestamp(),
          event_id text not null,
          topic text not null,
          partition integer not null,
          log_offset bigint not null,
          first_digest bytea not null,
          other_digest bytea not null,
          primary key (topic, partition, log_offset)
        )`.execute(db);
      await sql`create function refuse_change() returns trigger language plpgsql as $$
        begin raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege'; end $$`.execute(db);
      await createPartitionFunction(db);
      for (const table of refused) {
        await sql`comment on table ${sql.table(table)} is 'insert-only: the audit log only grows'`.execute(db);
        await sql`create trigger log_only_grows before update or delete or truncate on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
      }
      await sql`select ensure_partitions(7)`.execute(db);
    },
  },
  '002-log': log,
  '003-erasure': { up: createErasureTables },
  '004-exports': { up: createExports },
  '005-retention': { up: createRetention },
  '006-retention-walls': { up: createRetentionWalls },
};

/** Makes the partitions of today and the next days. Runs as the owner, so that the service needs no such right. */
async function createPartitionFunction(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function ensure_partitions(days integer) returns void language plpgsql security definer set search_path = audit, pg_temp as $$
    declare
      parent text;
      day date;
    begin
      perform pg_advisory_xact_lock(hashtextextended('audit.partitions', 0));
      foreach parent in array array['events', 'contents'] loop
        for day in select generate_series((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + days, interval '1 day')::date loop
          if to_regclass(format('audit.%I', parent || '_' || to_char(day, 'YYYYMMDD'))) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
              parent || '_' || to_char(day, 'YYYYMMDD'), parent, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
            execute format('create trigger log_only_grows before truncate on %I for each statement execute function refuse_change()', parent || '_' || to_char(day, 'YYYYMMDD'));
          end if;
        end loop;
      end loop;
    end $$`.execute(db);
}
