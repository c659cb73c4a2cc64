/** An incident ends: somebody says that what was to be done is done. */
export const incidentEnds = `
alter table findings drop constraint findings_state_check,
  add constraint findings_state_check check (state in ('open', 'reversed', 'incident', 'dismissed', 'closed'));
`;
