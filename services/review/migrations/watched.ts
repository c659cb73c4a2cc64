/** Re-reviews and exercises are opened at an instant of their own. */
export const watchedTimers = `
alter table timers drop constraint timers_kind_check,
  add constraint timers_kind_check check (kind in ('warn', 'expire', 'finalise', 'window-end', 'hold-end', 'claim-expiry', 'open-watched'));
create index cases_arrivals on cases (queue, opened_at) where routed;
`;
