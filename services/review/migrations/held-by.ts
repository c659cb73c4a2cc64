/** Who put a task aside: it stands on their list, and on that of nobody else who saw it. */
export const heldByColumn = `
alter table tasks add column held_by text;
`;
