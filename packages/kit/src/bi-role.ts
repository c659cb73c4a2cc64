import pg from 'pg';

/** The role of business intelligence: it reads the views of `biSchema`, and nothing else. */
export const biRole = 'countersign_bi';
export const biSchema = 'audit_views';

const statementMsMax = 300_000;
const connectionsMax = 10;

/**
 * Makes the role, gives it `password`, and grants what it may read. After the migrations, which make the views; repeatable,
 * so that a changed secret and a new view take effect.
 */
export async function prepareBiRole(superuserUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('begin');
    // Roles belong to the whole server: two set-ups must not make it at once.
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [biRole]);
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [biRole]);
    await client.query(`${rowCount === 0 ? 'create' : 'alter'} role ${biRole} login nosuperuser nocreatedb nocreaterole noinherit connection limit ${connectionsMax} password ${client.escapeLiteral(password)}`);
    await client.query(`alter role ${biRole} set default_transaction_read_only = on`);
    await client.query(`alter role ${biRole} set statement_timeout = ${statementMsMax}`);
    await client.query(`alter role ${biRole} set search_path = ${biSchema}`);
    await client.query(`grant usage on schema ${biSchema} to ${biRole}`);
    await client.query(`grant select on all tables in schema ${biSchema} to ${biRole}`);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
