import { sql, type Kysely } from 'kysely';

/**
 * Policies: drafts may change, versions never do. Two people stand behind an active version, and the database holds
 * that: an approval names the proposer it approves and may not be by the same person.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table drafts (
      draft_id uuid primary key default gen_random_uuid(),
      decision_type text not null,
      policy_text text not null,
      written_by text not null,
      written_at timestamptz not null default clock_timestamp(),
      revision integer not null default 1
    )`.execute(db);
  await sql`create index drafts_by_time on drafts (written_at desc, draft_id)`.execute(db);
  await sql`
    create table versions (
      version text primary key,
      decision_type text not null,
      policy_text text not null,
      proposed_by text not null,
      proposed_at timestamptz not null default clock_timestamp(),
      note text not null,
      unique (version, proposed_by),
      unique (version, decision_type)
    )`.execute(db);
  await sql`create index versions_by_type on versions (decision_type, proposed_at desc, version)`.execute(db);
  await sql`
    create table approvals (
      version text primary key,
      proposed_by text not null,
      approved_by text not null,
      approved_at timestamptz not null default clock_timestamp(),
      note text not null,
      foreign key (version, proposed_by) references versions (version, proposed_by),
      constraint approval_by_a_second_person check (approved_by <> proposed_by)
    )`.execute(db);
  await sql`
    create table withdrawals (
      version text primary key references versions (version),
      withdrawn_by text not null,
      withdrawn_at timestamptz not null default clock_timestamp(),
      note text not null
    )`.execute(db);
  await sql`
    create table activations (
      activation_id bigint generated always as identity primary key,
      decision_type text not null,
      version text not null references approvals (version),
      activated_by text not null,
      activated_at timestamptz not null default clock_timestamp(),
      foreign key (version, decision_type) references versions (version, decision_type)
    )`.execute(db);
  await sql`create index activations_by_type on activations (decision_type, activation_id desc)`.execute(db);
  // A version, its approval and its activation are history: nobody edits history.
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'policy history only grows: % on % is refused', tg_op, tg_table_name; end $$`.execute(db);
  for (const table of ['versions', 'approvals', 'withdrawals', 'activations']) {
    await sql`
      create trigger history_only_grows before update or delete or truncate on ${sql.table(table)}
      for each statement execute function refuse_change()`.execute(db);
  }
}
