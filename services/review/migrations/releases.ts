/** Whoever gave a task back gets it again when nothing else is there, or after a while. */
export const releaseColumns = `
alter table tasks add column released_by text, add column released_until bigint;
`;
