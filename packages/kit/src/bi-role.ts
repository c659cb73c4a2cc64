import pg from 'pg';
import { withSetupLock } from './setup.ts';

/** The role of business intelligence: it reads the views of `biSchema`, and nothing else. */
export const biRole = 'countersign_bi';
export const biSchema = 'audit_views';

const statementMsMax = 300_000;
const connectionsMax = 10;

/**
 * Makes the role, gives it `password`, and grants it the views in `databaseUrl`. After the migrations, which make the views;
 * repeatable, so that a changed secret and a new view take effect. Both URLs are a superuser's.
 */
export async function prepareBiRole(superuserUrl: string, databaseUrl: string, password: string): Promise<void> {
  await withSetupLock(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [biRole]);
    await client.query(`${rowCount === 0 ? 'create' : 'alter'} role ${biRole} login nosuperuser nocreatedb nocreaterole noinherit connection limit ${connectionsMax} password ${client.escapeLiteral(password)}`);
    await client.query(`alter role ${biRole} set default_transaction_read_only = on`);
    await client.query(`alter role ${biRole} set statement_timeout = ${statementMsMax}`);
    await client.query(`alter role ${biRole} set search_path = ${biSchema}`);
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`grant usage on schema ${biSchema} to ${biRole}`);
    await client.query(`grant select on all tables in schema ${biSchema} to ${biRole}`);
  } finally {
    await client.end();
  }
}
