import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { serviceNames, type ServiceName } from '@countersign/contracts';
import { openPool } from './database.ts';
import { vaultMigrations } from './vault-schema.ts';

/** Migrations of one service, in the order of their names. A released one is never edited. */
export type Migrations = Readonly<Record<string, { up(db: Kysely<unknown>): Promise<void> }>>;

export const ownerRole = 'countersign_owner';
const setupLock = 4_201_337;
/** Whatever the cluster was made with: text is Unicode here, and is sorted by code point where order matters. */
const unicode = `encoding 'UTF8' template template0`;

/**
 * Creates what is missing: owner and service roles, and the databases of `urls`. Roles get `password` each time, so a
 * changed secret takes effect. May run any number of times, also at once.
 */
export async function prepareDatabases(superuserUrl: string, databases: readonly string[], password: string): Promise<void> {
  await withSetupLock(superuserUrl, async (client) => {
    for (const role of [ownerRole, ...serviceNames.map((name) => `countersign_${name}`)]) {
      const name = client.escapeIdentifier(role);
      const login = role === ownerRole ? 'nologin' : 'login';
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
      if (rowCount === 0) await client.query(`create role ${name} ${login}`);
      if (role !== ownerRole) await client.query(`alter role ${name} password ${client.escapeLiteral(password)}`);
    }
    for (const database of databases) {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)} owner ${ownerRole} ${unicode}`);
    }
  });
}

/** Roles and databases belong to the whole server: one set-up at a time works on them. Locks are a database's, so that all must name the same one. */
export async function withSetupLock(superuserUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [setupLock]);
    await work(client);
  } finally {
    // The lock goes with the session.
    await client.end();
  }
}

/** Creates what is missing of a database and the role of the same name that owns it and nothing else: for a neighbour such as the registry. */
export async function prepareOwnedDatabase(superuserUrl: string, name: string, password: string): Promise<void> {
  await withSetupLock(superuserUrl, async (client) => {
    const quoted = client.escapeIdentifier(name);
    const { rowCount: roles } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    await client.query(`${roles === 0 ? 'create' : 'alter'} role ${quoted} login password ${client.escapeLiteral(password)}`);
    const { rowCount: databases } = await client.query('select 1 from pg_database where datname = $1', [name]);
    await client.query(databases === 0 ? `create database ${quoted} owner ${quoted}` : `alter database ${quoted} owner to ${quoted}`);
  });
}

/** Brings one service's schema up to date as the owner role, which no service ever holds. */
export async function migrateService(superuserUrl: string, service: ServiceName, migrations: Migrations): Promise<void> {
  await migrate(superuserUrl, service, migrations, [`countersign_${service}`]);
}

/** The vault's one schema; every service that keeps content uses it. */
export async function migrateVault(superuserUrl: string): Promise<void> {
  await migrate(superuserUrl, 'vault', vaultMigrations, serviceNames.map((name) => `countersign_${name}`));
}

async function migrate(superuserUrl: string, schema: string, migrations: Migrations, roles: readonly string[]): Promise<void> {
  await using database = openPool<unknown>(superuserUrl, schema, 1);
  const db = database.kysely;
  await sql`set role ${sql.id(ownerRole)}`.execute(db);
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations } as Record<string, Migration>) }, migrationTableSchema: schema });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error(`The migrations of ${schema} failed: ${error instanceof Error ? error.message : 'unknown error'}`, { cause: error });
  for (const role of roles) await grant(db, schema, role);
}

/** Services read and write their tables; what a migration revoked afterwards stays revoked by its own grants table. */
async function grant(db: Kysely<unknown>, schema: string, role: string): Promise<void> {
  await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(role)}`.execute(db);
  await sql`grant select, insert, update, delete on all tables in schema ${sql.id(schema)} to ${sql.id(role)}`.execute(db);
  await sql`grant usage on all sequences in schema ${sql.id(schema)} to ${sql.id(role)}`.execute(db);
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind in ('r', 'p') and obj_description(c.oid, 'pg_class') like 'insert-only%'`.execute(db);
  for (const { name } of rows) await sql`revoke update, delete, truncate on ${sql.id(schema, name)} from ${sql.id(role)}`.execute(db);
}
