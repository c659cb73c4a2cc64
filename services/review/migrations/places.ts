/** Watched work waits where hidden work of its type waits; null until it is known where. */
export const placeColumns = `
alter table selections add column seniority text check (seniority in ('any', 'senior'));
-- What a place is chosen by: the latest hidden work of a queue.
create index tasks_hidden on tasks (queue, opened_at) where form = 'hidden';
-- The decision type whose ordinary work the opening of watched work waits for; empty once that came.
alter table timers add column awaits text;
-- How closely work comes upon work, whatever its queue.
create index cases_latest on cases (opened_at) where routed;
create index timers_awaiting on timers (awaits) where awaits is not null;
-- What has its place and is not open yet.
create index selections_placed on selections (queue) where not opened and seniority is not null;
`;
