/** What the provider vouched with, so that it ends its own session without asking. Whoever reads the table cannot read it: the key is in the cookie. */
export const idTokenColumn = `
alter table sessions add column sealed_id_token text;
`;
