/**
 * The order of queues: `pressing_at` is the deadline less what the possible harm counts for (`pressingAt` in packages/core), so it does not move while
 * work waits. Every index begins with what one question is about, so that each question costs the same however much waits.
 */
export const queueOrder = `
alter table tasks add column pressing_at bigint;
update tasks set pressing_at = due_at - (array[0, 1800000000, 7200000000, 21600000000])[severity_rank + 1];
alter table tasks alter column pressing_at set not null;
drop index tasks_next;
drop index tasks_held;
-- What claim-next walks: one queue at a time, without what is put aside or kept for somebody.
create index tasks_next on tasks (queue, seniority, pressing_at, task_id)
  where state = 'open' and held_until is null and (reserved_for is null or reserved_in_name);
-- Seniors of the queue that a task came from.
create index tasks_escalated on tasks (escalated_from, state, pressing_at, task_id) where state in ('open', 'claimed') and escalated_from is not null;
-- When somebody who found nothing can ask again.
create index tasks_expiring on tasks (queue, seniority, claim_expires_at) where state = 'claimed';
create index tasks_held on tasks (queue, seniority, held_until) where state = 'open' and held_until is not null;
-- What is to be woken.
create index tasks_waking on tasks (held_until) where state = 'open' and held_until is not null;
create index tasks_unreserving on tasks (reserved_until) where state = 'open' and reserved_until is not null;
`;
