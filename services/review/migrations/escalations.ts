/** Where an escalated task came from, whose seniors may work it still, and what the senior is told, sealed: people wrote it. */
export const escalationColumns = `
alter table tasks add column escalated_from text, add column sealed_note bytea;
`;
