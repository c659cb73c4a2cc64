/** The pool of calibration exercises. Instants are microseconds; content is sealed under its subject's key. */
export const calibrationTables = `
-- The lowest draws of each day: which decisions are here follows from the log and the key. What is known of them comes later.
create table calibration_cases (
  system text not null,
  decision_id text not null,
  decision_type text not null,
  day integer not null,
  draw double precision not null,
  key_version text not null,
  policy_version text not null,
  accepted_at bigint not null,
  route text not null,
  tier text not null,
  output_label text not null,
  subject_kind text,
  subject_id text,
  -- Null once it was used as often as it may be; the row stays, so that a repeat does not bring it back.
  sealed_accepted bytea,
  outcome text,
  outcome_rank text collate "C",
  uses integer not null default 0,
  primary key (system, decision_id)
);
create index calibration_cases_reservoir on calibration_cases (system, decision_type, day, draw, decision_id);
create index calibration_cases_pool on calibration_cases (system, decision_type) where outcome is not null and sealed_accepted is not null;

-- Topics come in any order: an outcome may be here before its decision.
create table calibration_outcomes (
  system text not null,
  decision_id text not null,
  outcome text not null,
  outcome_rank text collate "C" not null,
  arrival bigint generated always as identity,
  primary key (system, decision_id)
);
create index calibration_outcomes_arrival on calibration_outcomes (arrival);

-- What was planned lately, so that a repeat plans nothing.
create table calibration_plans (
  event_id text primary key,
  planned_at bigint not null
);
create index calibration_plans_time on calibration_plans (planned_at);

create table calibration_balance (
  system text not null,
  decision_type text not null,
  right_planned bigint not null,
  wrong_planned bigint not null,
  primary key (system, decision_type)
);
`;
