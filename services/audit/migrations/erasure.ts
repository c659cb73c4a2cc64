import { sql, type Kysely } from 'kysely';
import { createOutbox } from '@countersign/kit';

/**
 * Erasures and legal holds: workflow, so these rows change; that they did is on the log. Subjects stand in them by reference. Instants
 * are microseconds.
 */
export async function createErasureTables(db: Kysely<unknown>): Promise<void> {
  await createOutbox(db);
  await sql`
    create table erasures (
      erasure_id text primary key,
      kind text not null check (kind in ('subject', 'decisions', 'events')),
      -- Empty only where events belong to no system.
      system text not null,
      subject_ref bytea,
      -- Kind and id of the subject, for whoever approves, under a key of its own that is destroyed with those of the subject.
      sealed_subject bytea,
      event_ids text[] not null default '{}',
      reason text not null,
      requested_by text not null,
      requested_at bigint not null,
      -- Each step is done, and may be done again, before the next is named here.
      state text not null check (state in ('requested', 'refused', 'approved', 'entombed', 'listed', 'destroyed', 'announced', 'completed')),
      decided_by text,
      decided_at bigint,
      refusal text,
      -- Of a subject, what was accepted until then.
      erased_through bigint,
      destroyed_at bigint,
      completed_at bigint,
      check (decided_by <> requested_by),
      check ((kind = 'subject') = (subject_ref is not null))
    )`.execute(db);
  await sql`create index erasures_newest on erasures (requested_at desc, erasure_id desc)`.execute(db);
  await sql`create index erasures_running on erasures (decided_at) where state in ('approved', 'entombed', 'listed', 'destroyed', 'announced')`.execute(db);
  await sql`
    create table erasure_decisions (
      erasure_id text not null references erasures,
      decision_id text not null,
      -- The legal hold that keeps it.
      held_by text,
      primary key (erasure_id, decision_id)
    )`.execute(db);
  await sql`
    create table erasure_acknowledgements (
      erasure_id text not null references erasures,
      service text not null,
      decision_id text not null,
      primary key (erasure_id, service, decision_id)
    )`.execute(db);
  await sql`
    create table legal_holds (
      hold_id text primary key,
      system text not null,
      subject_ref bytea,
      decision_ids text[] not null default '{}',
      decision_type text,
      held_from bigint,
      held_to bigint,
      reason text not null,
      placed_by text not null,
      placed_at bigint not null,
      lift_asked_by text,
      lift_asked_at bigint,
      lift_reason text,
      lifted_by text,
      lifted_at bigint,
      check (lifted_by <> lift_asked_by)
    )`.execute(db);
  await sql`create index legal_holds_standing on legal_holds (system) where lifted_at is null`.execute(db);
}
