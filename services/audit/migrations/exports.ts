import { sql, type Kysely } from 'kysely';
import { rareVerdict } from '../searches/decisions-store.ts';
import { rareActor, rareRecord } from '../searches/query-store.ts';
import { createViews } from './views.ts';

/** What people search, save and take away. */
export async function createExports(db: Kysely<unknown>): Promise<void> {
  await createSearchIndexes(db);
  await createFacts(db);
  await sql`
    create table saved_searches (
      search_id uuid primary key,
      owner text not null,
      name text not null,
      target text not null check (target in ('events', 'decisions')),
      filter jsonb not null,
      shared boolean not null,
      updated_at timestamptz not null default clock_timestamp()
    )`.execute(db);
  await sql`create index saved_searches_by_owner on saved_searches (owner)`.execute(db);
  await sql`create index saved_searches_shared on saved_searches (name) where shared`.execute(db);
  await createJobs(db);
  await createViews(db);
}

async function createSearchIndexes(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`create index events_by_record on events (record, recorded_at) where ${rareRecord('')}`).execute(db);
  await sql.raw(`create index events_by_actor on events (actor, recorded_at) where ${rareActor('')}`).execute(db);
  await sql`create index events_by_system on events (system, recorded_at) where record = 'DecisionAccepted'`.execute(db);
}

/** What sealed events say that is searched and counted by: nothing that anybody wrote, and no evidence. */
async function createFacts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table verdicts (
      recorded_at timestamptz not null,
      event_id text not null,
      system text not null,
      decision_id text not null,
      kind text,
      decision_type text not null,
      policy_version text,
      verdict text not null,
      basis text not null,
      accepted_at bigint not null,
      resolved_at bigint not null
    )`.execute(db);
  await sql`create index verdicts_by_decision on verdicts (system, decision_id)`.execute(db);
  await sql.raw(`create index verdicts_by_verdict on verdicts (verdict, recorded_at) where ${rareVerdict('')}`).execute(db);
  await sql`
    create table judgements (
      recorded_at timestamptz not null,
      event_id text not null,
      system text not null,
      decision_id text not null,
      kind text,
      judgement_id text not null,
      task_id text not null,
      reviewer text,
      queue text not null,
      form text not null,
      decision text not null,
      overrides boolean not null,
      active_time_ms bigint not null,
      fast boolean not null,
      sla_met boolean,
      contradicts boolean,
      finalised_at bigint not null
    )`.execute(db);
  await sql`create index judgements_by_decision on judgements (system, decision_id)`.execute(db);
  await sql`create index judgements_by_time on judgements (recorded_at)`.execute(db);
  for (const table of ['verdicts', 'judgements']) {
    await sql`comment on table ${sql.table(table)} is 'insert-only: told by events, whose rows prove it'`.execute(db);
    await sql`create trigger log_only_grows before update or delete or truncate on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
  }
}

/** Exports that were asked for. The files are in a folder; this says what is in them and when they go. */
async function createJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table exports (
      export_id uuid primary key,
      kind text not null,
      filter jsonb not null,
      formats text[] not null,
      disclose boolean not null,
      reason text not null,
      state text not null check (state in ('waiting', 'running', 'made', 'ready', 'failed', 'expired', 'removed')),
      requested_by text not null,
      requested_at timestamptz not null default clock_timestamp(),
      started_at timestamptz,
      finished_at timestamptz,
      expires_at timestamptz,
      -- Rises with each try: a worker that was thought dead can finish nothing any more.
      attempt integer not null default 0,
      interruptions integer not null default 0,
      -- Until when the instance at work is believed alive.
      lease_until timestamptz,
      records bigint not null default 0,
      bytes bigint not null default 0,
      files jsonb not null default '[]',
      failure jsonb
    )`.execute(db);
  await sql`create index exports_by_request on exports (requested_at, export_id)`.execute(db);
  await sql`create index exports_by_state on exports (state, requested_at) where state in ('waiting', 'running', 'made', 'ready')`.execute(db);
  await sql`create index exports_by_person on exports (requested_by, requested_at, export_id)`.execute(db);
}
