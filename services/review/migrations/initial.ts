/**
 * The tables of review. Instants are microseconds since the epoch, as in the events, so that a deadline read from an
 * event and one read from a row are the same number; they are judged by the database clock.
 */
export const initialTables = `
create table cases (
  system text not null,
  decision_id text not null,
  decision_type text not null,
  policy_version text not null,
  accepted_at bigint not null,
  -- What routing decided; null while only a selection has been seen (topics arrive in any order).
  route text not null,
  point text not null,
  tier text not null,
  kind text not null,
  severity text not null,
  rule_ids jsonb not null,
  form text not null check (form in ('shown', 'hidden')),
  queue text not null,
  severity_rank smallint not null,
  known boolean not null,
  verdict_by text not null check (verdict_by in ('routing', 'review')),
  reasons jsonb not null,
  confidence double precision,
  on_expiry text not null check (on_expiry in ('reject', 'escalate')),
  due_at bigint,
  warn_at bigint,
  hold_until bigint,
  window_ends_at bigint,
  lapse text check (lapse in ('alert', 'reverse')),
  subject_kind text,
  subject_id text,
  -- The accepted value, sealed under the subject's key.
  sealed_accepted bytea not null,
  opened_at bigint not null,
  routed boolean not null,
  finished_at bigint,
  -- The only unique key, so that an upsert of two topics at once has one thing to conflict on.
  primary key (system, decision_id)
);

create table tasks (
  task_id uuid primary key,
  system text not null,
  decision_id text not null,
  lane text not null check (lane in ('primary', 'spot-check', 're-review')),
  seat smallint not null check (seat between 1 and 3),
  kind text not null,
  queue text not null,
  seniority text not null check (seniority in ('any', 'senior')),
  form text not null check (form in ('shown', 'hidden')),
  severity_rank smallint not null,
  state text not null check (state in ('open', 'claimed', 'judged', 'closed')),
  closed_because text,
  opened_at bigint not null,
  due_at bigint not null,
  held_until bigint,
  escalated_at bigint,
  fence integer not null default 0,
  claimant text,
  claimed_at bigint,
  claim_expires_at bigint,
  last_beat_at bigint,
  painted_at bigint,
  painted_digest text,
  active_ms bigint not null default 0,
  closed_at bigint,
  unique (system, decision_id, lane, seat),
  foreign key (system, decision_id) references cases,
  -- Only a held claim has a holder.
  check ((state in ('claimed', 'judged')) = (claimant is not null))
);
-- What claim-next walks: the worst possible harm first, then what is due first.
create index tasks_next on tasks (severity_rank desc, due_at, task_id) where state = 'open';
create index tasks_queue on tasks (queue, opened_at) where state <> 'closed';
create index tasks_held on tasks (held_until) where held_until is not null;
create index tasks_claimant on tasks (claimant) where claimant is not null;

-- One person, one task of a decision: two signatures are two people's, and nobody re-reviews their own work.
create table participations (
  system text not null,
  decision_id text not null,
  person_id text not null,
  task_id uuid not null references tasks,
  -- Once something was shown, releasing the task does not make the person blind again.
  seen boolean not null default false,
  primary key (system, decision_id, person_id)
);
create index participations_task on participations (task_id);

create table presentations (
  presentation_id uuid primary key,
  task_id uuid not null references tasks,
  person_id text not null,
  fence integer not null,
  digest text not null,
  sealed_body bytea not null,
  -- Linked parts that could not be had; while there are any, nothing can be approved on it.
  missing_parts integer not null,
  created_at bigint not null,
  painted_at bigint,
  -- The same person sees the same bytes of a task however often they ask.
  unique (task_id, person_id)
);

create table linked_parts (
  system text not null,
  decision_id text not null,
  name text not null,
  sealed_bytes bytea not null,
  fetched_at bigint not null,
  primary key (system, decision_id, name),
  foreign key (system, decision_id) references cases
);

create table judgements (
  judgement_id uuid primary key,
  task_id uuid not null references tasks,
  system text not null,
  decision_id text not null,
  person_id text not null,
  fence integer not null,
  decision text not null check (decision in ('approve', 'reject', 'modify')),
  reason_codes text[] not null,
  -- Reasoning, answer and changed output, sealed: they are content.
  sealed_content bytea not null,
  presentation_digest text not null,
  confidence_shown double precision,
  tier_shown text,
  active_ms bigint not null,
  wall_ms bigint not null,
  fast boolean not null,
  repeated boolean not null,
  override boolean not null,
  submitted_at bigint not null,
  final_at bigint not null,
  state text not null check (state in ('pending', 'final', 'withdrawn')),
  unique (task_id, fence)
);
-- A task has one standing judgement, and a person one per decision.
create unique index judgements_standing on judgements (task_id) where state <> 'withdrawn';
create unique index judgements_distinct on judgements (system, decision_id, person_id) where state <> 'withdrawn';
create index judgements_person on judgements (person_id, submitted_at, judgement_id);

create table withdrawals (
  judgement_id uuid primary key references judgements,
  person_id text not null,
  withdrawn_at bigint not null
);

-- One verdict a decision, and never one that is routing's to give.
create table verdicts (
  system text not null,
  decision_id text not null,
  verdict text not null check (verdict in ('approved', 'rejected', 'modified')),
  basis text not null check (basis in ('human', 'expiry', 'veto-window')),
  event_id text not null unique,
  resolved_at bigint not null,
  sealed_output bytea,
  primary key (system, decision_id),
  foreign key (system, decision_id) references cases
);
create function refuse_verdict_of_routing() returns trigger language plpgsql as $$
begin
  if exists (select 1 from cases where system = new.system and decision_id = new.decision_id and verdict_by <> 'review') then
    raise check_violation using message = format('the verdict of %s/%s is routing''s to give', new.system, new.decision_id);
  end if;
  return new;
end $$;
create trigger verdicts_by_review before insert or update on verdicts for each row execute function refuse_verdict_of_routing();

-- Uphold, reverse or lapse: how an after-action review ended.
create table after_actions (
  system text not null,
  decision_id text not null,
  ending text not null check (ending in ('upheld', 'reversed', 'lapsed')),
  ended_at bigint not null,
  primary key (system, decision_id),
  foreign key (system, decision_id) references cases
);

create table selections (
  system text not null,
  decision_id text not null,
  lane text not null check (lane in ('spot-check', 're-review')),
  due_after_us bigint not null,
  queue text not null,
  selected_at bigint not null,
  opened boolean not null,
  primary key (system, decision_id, lane),
  foreign key (system, decision_id) references cases
);

create table findings (
  finding_id uuid primary key,
  system text not null,
  decision_id text not null,
  lane text not null,
  task_ids uuid[] not null,
  opened_at bigint not null,
  window_ends_at bigint,
  state text not null check (state in ('open', 'reversed', 'incident', 'dismissed')),
  owner text,
  due_at bigint,
  disposition text,
  note text,
  disposed_by text,
  disposed_at bigint,
  unique (system, decision_id, lane),
  foreign key (system, decision_id) references cases
);
create index findings_open on findings (opened_at, finding_id);

-- Deadlines as rows. A timer that fires too late or for something already over does nothing.
create table timers (
  timer_id uuid primary key,
  kind text not null check (kind in ('warn', 'expire', 'finalise', 'window-end', 'hold-end', 'claim-expiry')),
  system text not null,
  decision_id text not null,
  task_id uuid,
  judgement_id uuid,
  due_at bigint not null
);
create index timers_due on timers (due_at);
create index timers_task on timers (task_id) where task_id is not null;

create table people (
  person_id text primary key,
  name text not null,
  roles text[] not null,
  active boolean not null,
  version integer not null default 1,
  last_seen_at bigint not null default 0,
  changed_at bigint not null
);
-- '*' is every queue; 'type' is every queue of the type; otherwise the queue itself.
create table qualifications (
  person_id text not null references people,
  queue text not null,
  primary key (person_id, queue)
);
create index qualifications_queue on qualifications (queue);
`;
