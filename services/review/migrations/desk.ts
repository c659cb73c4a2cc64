/** Pre-claims, reservations and drafts, and what supervisors and live updates read by. */
export const deskTables = `
-- While it is set the claim is a pre-claim and ends then; claim_expires_at says what it would say of an ordinary claim, so that
-- nothing that others see tells the two apart.
alter table tasks add column prefetch_ends_at bigint check (prefetch_ends_at is null or state = 'claimed');
-- A next task for everybody and a second one for nobody.
create unique index tasks_prefetched on tasks (claimant) where prefetch_ends_at is not null;

-- Handed over to, or given to, a named person. In name only: that person may not work it, and nobody is told; it waits for
-- everybody but whoever let go of it.
alter table tasks add column reserved_for text, add column reserved_until bigint, add column reserved_against text,
  add column reserved_in_name boolean not null default false,
  add constraint tasks_reservation check ((reserved_for is null) = (reserved_until is null));
create index tasks_reserved on tasks (reserved_for) where reserved_for is not null;

create index tasks_waiting on tasks (queue, due_at) where state = 'open';
create index tasks_listed on tasks (opened_at, task_id) where state <> 'closed';
create index judgements_submitted on judgements (submitted_at);

-- What somebody wrote and did not send: content, so it is sealed. Gone with the task.
create table drafts (
  task_id uuid not null references tasks,
  person_id text not null,
  sealed_draft bytea not null,
  saved_at bigint not null,
  primary key (task_id, person_id)
);
create index drafts_person on drafts (person_id, saved_at);
`;
