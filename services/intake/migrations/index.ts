import { sql, type Kysely } from 'kysely';
import { createOutbox, createPositions } from '@countersign/kit';

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createPositions(db);
      // What was accepted, without its content: enough to recognise a repeat and to emit the very same event again.
      await sql`
        create table pins (
          system text not null,
          decision_id text not null,
          content_digest bytea not null,
          policy_version text not null,
          accepted_at bigint not null,
          proposed_at bigint not null,
          channel text not null,
          source_topic text not null,
          source_partition integer not null,
          source_offset bigint not null,
          primary key (system, decision_id)
        )`.execute(db);
      await sql`
        create table verdicts (
          system text not null,
          decision_id text not null,
          verdict text not null,
          resolved_by text not null,
          basis text not null,
          reason text not null,
          output_label text,
          resolved_at bigint not null,
          value_sha256 bytea not null,
          reversed_at bigint,
          primary key (system, decision_id)
        )`.execute(db);
      await sql`
        create table idempotency (
          subject text not null,
          idempotency_key text not null,
          body_sha256 bytea not null,
          event_id text not null,
          used_at timestamptz not null default clock_timestamp(),
          primary key (subject, idempotency_key)
        )`.execute(db);
    },
  },
  '002-erasure': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Of an erased decision the pin stays, without the digest of its content: whoever proposes it again is refused. Also of one that never came.
      await sql`alter table pins add column erased boolean not null default false`.execute(db);
      await createOutbox(db);
    },
  },
  '003-reports-of-erased-decisions': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What is kept of a report must go with its decision: the digest of its body could be guessed by trying the few answers there are. Rows of before
      // do not say which decision they are about. They are forgotten: their reports, sent again, are new ones.
      await sql`delete from idempotency`.execute(db);
      await sql`alter table idempotency add column system text not null, add column decision_id text not null`.execute(db);
      await sql`create index idempotency_decision on idempotency (system, decision_id)`.execute(db);
    },
  },
  '004-changed-content': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table verdicts add column content_changed boolean not null default false`.execute(db);
      // Of those of before it is not known: whoever reads one must not take the label for the whole of it.
      await sql`update verdicts set content_changed = true where verdict = 'modified'`.execute(db);
    },
  },
};
