import { sql, type Kysely } from 'kysely';
import { createOutbox, createPositions } from '@countersign/kit';

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createPositions(db);
      await createOutbox(db);
      // One row a decision. Every column is set by one kind of event and never changed by a repeat, so that order and
      // redelivery do not matter and a rebuild from the log gives the same rows.
      await sql`
        create table decision_facts (
          system text not null,
          decision_id text not null,
          decision_type text,
          accepted_at bigint,
          output_label text,
          confidence double precision,
          model_name text,
          model_version text,
          route text,
          tier text,
          kind text,
          form text,
          known boolean,
          verdict_by text,
          rule_ids text[],
          verdict text,
          basis text,
          resolved_by text,
          resolved_at bigint,
          reversed_at bigint,
          outcome text,
          primary key (system, decision_id)
        ) with (fillfactor = 70)`.execute(db);
      await sql`create index decision_facts_by_time on decision_facts (accepted_at)`.execute(db);
      await sql`create index decision_facts_unresolved on decision_facts (accepted_at) where resolved_at is null`.execute(db);
      await sql`
        create table task_facts (
          task_id text primary key,
          system text,
          decision_id text,
          decision_type text,
          kind text,
          queue text,
          form text,
          route text,
          tier text,
          opened_at bigint,
          due_at bigint,
          closed_at bigint,
          outcome text,
          reviewer text,
          judged_at bigint,
          decision text,
          override boolean,
          active_time_ms bigint,
          fast boolean,
          sla_met boolean,
          contradicts boolean,
          reason_codes text[]
        )`.execute(db);
      await sql`create index task_facts_by_decision on task_facts (system, decision_id)`.execute(db);
      await sql`create index task_facts_by_time on task_facts (opened_at)`.execute(db);
      await sql`create index task_facts_open on task_facts (queue) where closed_at is null`.execute(db);
      await sql`
        create table selections (
          event_id text primary key,
          system text not null,
          decision_id text not null,
          decision_type text not null,
          kind text not null,
          stratum text not null,
          selected_at bigint not null
        )`.execute(db);
      await sql`create index selections_by_time on selections (selected_at)`.execute(db);
      await sql`create table refusals (event_id text primary key, code text not null, refused_at bigint not null)`.execute(db);
      await sql`create table alerts (dedupe_key text primary key, alert text not null, severity text not null, summary text not null, raised_at bigint not null)`.execute(db);
      await sql`create table feedback (feedback_key text primary key, recorded_at bigint not null)`.execute(db);
      await sql`create table verdict_conflicts (event_id text primary key, system text, decision_id text)`.execute(db);
    },
  },
  '002-ranks': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What people may report twice: the later report counts, so its rank is kept beside it.
      await sql`alter table decision_facts add column outcome_rank text collate "C"`.execute(db);
      await sql`alter table task_facts add column submitted_rank text collate "C"`.execute(db);
    },
  },
  '003-escalations': {
    async up(db: Kysely<unknown>): Promise<void> {
      // An escalated task waits in another queue, and until another time, than it was opened with.
      await sql`alter table task_facts add column waits_rank text collate "C"`.execute(db);
    },
  },
  '007-view': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Of who answered before they saw the AI's output: did that answer differ from it?
      await sql`alter table task_facts add column first_override boolean`.execute(db);
    },
  },
  '008-calibration': {
    async up(db: Kysely<unknown>): Promise<void> {
      // One row an exercise: each is scored once.
      await sql`
        create table calibration_facts (
          task_id text primary key,
          system text not null,
          decision_id text not null,
          decision_type text not null,
          reviewer text not null,
          is_right boolean not null,
          ai_right boolean not null,
          scored_at bigint not null
        )`.execute(db);
      await sql`create index calibration_facts_by_time on calibration_facts (scored_at)`.execute(db);
    },
  },
  '009-erasure': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Of an erased decision what is counted stays and what is content goes, also what comes later: in whatever order events come.
      await sql`alter table decision_facts add column erased boolean`.execute(db);
      await sql`create function leave_out_content() returns trigger language plpgsql as $$
        begin
          new.output_label := null; new.confidence := null; new.outcome := null; new.rule_ids := null;
          return new;
        end $$`.execute(db);
      await sql`create trigger decision_facts_erased before insert or update on decision_facts for each row when (new.erased) execute function leave_out_content()`.execute(db);
      await sql`create function leave_out_reasons() returns trigger language plpgsql as $$
        begin
          if exists (select 1 from decision_facts d where d.system = new.system and d.decision_id = new.decision_id and d.erased) then new.reason_codes := null; end if;
          return new;
        end $$`.execute(db);
      await sql`create trigger task_facts_erased before insert or update on task_facts for each row when (new.reason_codes is not null) execute function leave_out_reasons()`.execute(db);
    },
  },
  '010-corrections': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What people held right instead, who reversed, and what models were told already: columns that an erasure clears where they are content.
      await sql`alter table decision_facts add column verdict_label text, add column reversed_by text, add column told_override boolean, add column told_check boolean, add column told_outcome text, add column told_rank text collate "C"`.execute(db);
      await sql`alter table task_facts add column changed_label text`.execute(db);
      await sql`create or replace function leave_out_content() returns trigger language plpgsql as $$
        begin
          new.output_label := null; new.confidence := null; new.outcome := null; new.rule_ids := null; new.verdict_label := null; new.told_outcome := null;
          return new;
        end $$`.execute(db);
      await sql`create or replace function leave_out_reasons() returns trigger language plpgsql as $$
        begin
          if exists (select 1 from decision_facts d where d.system = new.system and d.decision_id = new.decision_id and d.erased) then new.reason_codes := null; new.changed_label := null; end if;
          return new;
        end $$`.execute(db);
      await sql`drop trigger task_facts_erased on task_facts`.execute(db);
      await sql`create trigger task_facts_erased before insert or update on task_facts for each row when (new.reason_codes is not null or new.changed_label is not null) execute function leave_out_reasons()`.execute(db);
      // What was told by an older release; of outcomes it did not keep which, so the one that stands is taken for it.
      await sql`update decision_facts d set told_override = true from feedback f where f.feedback_key = 'override/' || d.system || '/' || d.decision_id`.execute(db);
      await sql`update decision_facts d set told_check = true from feedback f where f.feedback_key = 'spot-check/' || d.system || '/' || d.decision_id`.execute(db);
      await sql`update decision_facts d set told_outcome = d.outcome, told_rank = '' from feedback f where f.feedback_key = 'outcome/' || d.system || '/' || d.decision_id`.execute(db);
      // Each holds only what is to be told yet, however many decisions there are.
      await sql`create index decision_facts_overridden on decision_facts (system, decision_id)
        where told_override is null and output_label is not null and ((basis = 'human' and verdict in ('rejected', 'modified')) or (verdict = 'approved' and reversed_by is not null))`.execute(db);
      await sql`create index decision_facts_refuted on decision_facts (system, decision_id) where output_label is not null and outcome <> coalesce(told_outcome, output_label)`.execute(db);
      await sql`create index task_facts_contradicting on task_facts (system, decision_id) where contradicts and override`.execute(db);
    },
  },
  '011-looking': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What is looked for every few seconds, and counted over days, without reading what has been seen.
      await sql`alter table task_facts add column alerted boolean`.execute(db);
      await sql`update task_facts t set alerted = true from alerts a where t.outcome in ('lapsed', 'expired') and a.dedupe_key = t.outcome || '/' || t.task_id`.execute(db);
      await sql`create index task_facts_late on task_facts (task_id) where outcome in ('lapsed', 'expired') and alerted is null and kind not in ('spot-check', 're-review', 'calibration')`.execute(db);
      await sql`create index decision_facts_unknown on decision_facts (system, decision_type) where known = false`.execute(db);
      await sql`create index task_facts_by_closing on task_facts (closed_at)`.execute(db);
      await sql`create index task_facts_by_judging on task_facts (judged_at)`.execute(db);
    },
  },
  '012-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      // A slash in the name of a system is written as %2F: what was said of such systems before is known under the new keys too.
      const system = sql`replace(replace(d.system, '%', '%25'), '/', '%2F')`;
      await sql`insert into alerts select distinct on (key) 'unresolved/' || ${system} || '/' || d.decision_id as key, a.alert, a.severity, a.summary, a.raised_at
        from decision_facts d join alerts a on a.dedupe_key = 'unresolved/' || d.system || '/' || d.decision_id where d.system ~ '[/%]' on conflict do nothing`.execute(db);
      await sql`insert into alerts select distinct on (key) 'unclassified/' || ${system} || '/' || d.decision_type as key, a.alert, a.severity, a.summary, a.raised_at
        from decision_facts d join alerts a on a.dedupe_key = 'unclassified/' || d.system || '/' || d.decision_type where d.system ~ '[/%]' on conflict do nothing`.execute(db);
      await sql`insert into feedback select distinct on (key) s.source || '/' || ${system} || '/' || d.decision_id as key, f.recorded_at
        from decision_facts d cross join (values ('override'), ('spot-check')) as s(source) join feedback f on f.feedback_key = s.source || '/' || d.system || '/' || d.decision_id where d.system ~ '[/%]' on conflict do nothing`.execute(db);
    },
  },
};
