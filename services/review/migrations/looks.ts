/** Whoever looked at a decision has a part in it without a task of their own: they may work none. */
export const looksWithoutTask = `
alter table participations alter column task_id drop not null;
`;
