/** Exercises: a lane of tasks beside the monitored ones, of which a case may have many, each for another person. */
export const calibrationTables = `
alter table tasks drop constraint tasks_lane_check, drop constraint tasks_seat_check,
  add constraint tasks_lane_check check (lane in ('primary', 'spot-check', 're-review', 'calibration')),
  add constraint tasks_seat_check check (seat between 1 and 3 or (lane = 'calibration' and seat > 0)),
  -- The policy whose question is asked, where it is not the one that the decision was accepted under.
  add column asked_policy_version text;

create table exercises (
  exercise_id text primary key,
  system text not null,
  decision_id text not null,
  queue text not null,
  seniority text not null check (seniority in ('any', 'senior')),
  due_after_us bigint not null,
  warn_after_us bigint,
  asked_policy_version text not null,
  truth text not null,
  ai_right boolean not null,
  planned_at bigint not null,
  -- unplaced: everybody who may do it knows the case already.
  state text not null check (state in ('waiting', 'open', 'unplaced', 'expired', 'scored')),
  task_id uuid unique references tasks,
  -- One that nobody did in time is replaced once.
  replaces text unique references exercises,
  foreign key (system, decision_id) references cases
);
create index exercises_waiting on exercises (system, decision_id) where state = 'waiting';
`;
