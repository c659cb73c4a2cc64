/**
 * What a reviewer sees, and in which order. A third form, with the answer given before anything of the AI was shown kept apart
 * from the judgement that counts: it is final as soon as it is given, and a task has one of each person who worked it.
 */
export const viewTables = `
alter table cases drop constraint cases_form_check,
  add constraint cases_form_check check (form in ('shown', 'hidden', 'first-judge-then-see'));
alter table tasks drop constraint tasks_form_check,
  add constraint tasks_form_check check (form in ('shown', 'hidden', 'first-judge-then-see'));

-- The same person sees the same bytes of a stage of a task however often they ask.
alter table presentations add column stage smallint not null default 1 check (stage in (1, 2)),
  drop constraint presentations_task_id_person_id_key,
  add constraint presentations_stage_key unique (task_id, person_id, stage);

create table first_judgements (
  judgement_id uuid primary key,
  task_id uuid not null references tasks,
  system text not null,
  decision_id text not null,
  person_id text not null,
  fence integer not null,
  decision text not null check (decision in ('approve', 'reject', 'modify')),
  reason_codes text[] not null,
  -- Reasoning and answer, sealed: they are content.
  sealed_content bytea not null,
  presentation_digest text not null,
  active_ms bigint not null,
  wall_ms bigint not null,
  fast boolean not null,
  repeated boolean not null,
  override boolean not null,
  submitted_at bigint not null,
  -- Nobody answers twice what they have seen the answer to.
  unique (task_id, person_id),
  unique (task_id, fence)
);
`;

/**
 * What a case is shown against. Labels are content: they are sealed under the key of whom they are about, so that an erasure
 * reaches them; nobody can be shown rows of an erased subject, whose cases can no longer be opened.
 */
export const backgroundTables = `
alter table cases add column proposed_at bigint, add column sealed_label bytea;
-- Finished work by people, nearest in confidence.
create index cases_similar on cases (system, decision_type, confidence) where routed and finished_at is not null and confidence is not null;

-- Every decision about a subject, also those that needed nobody.
create table subject_decisions (
  system text not null,
  subject_kind text not null,
  subject_id text not null,
  accepted_at bigint not null,
  decision_id text not null,
  decision_type text not null,
  proposed_at bigint not null,
  sealed_label bytea not null,
  primary key (system, subject_kind, subject_id, accepted_at, decision_id)
);

-- How often people who were not shown the output agreed with it, by stratum. What is told moves in steps of several.
create table track_records (
  system text not null,
  decision_type text not null,
  tier text not null,
  judged integer not null,
  agreed integer not null,
  told_judged integer not null,
  told_agreed integer not null,
  primary key (system, decision_type, tier)
);

-- The latest report of what turned out to be true.
create table outcomes (
  system text not null,
  decision_id text not null,
  outcome text not null,
  reported_at bigint not null,
  rank text collate "C" not null,
  primary key (system, decision_id)
);
`;
