/** TLS to Postgres is a matter of the URL alone, for the set-up, the vault and the services: docs/access.md says so. */
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrateVault, openDatabase, openPool, prepareDatabases, type Database } from '@countersign/kit';
import type { Child } from '../../packages/stack/src/infrastructure/child.ts';
import { freePort, onFreePorts } from '../../packages/stack/src/infrastructure/ports.ts';
import { startPostgres, superuserUrl } from '../../packages/stack/src/infrastructure/postgres.ts';
import { makeCertificate } from '../harness/certificate.ts';

const password = "p@ss'w";
let home: string;
let server: Child;
let port: number;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-tls-'));
  await chmod(home, 0o755);
  for (const name of ['server', 'other']) await makeCertificate(home, name, 'localhost');
  server = await onFreePorts(async () => await startPostgres({ home, port: (port = await freePort()), password, logFile: join(home, 'postgres.log') }), () => Promise.resolve(true));
  const data = join(home, 'postgres');
  const { uid, gid } = await stat(data);
  for (const name of ['server.key', 'server.crt']) {
    await copyFile(join(home, name), join(data, name));
    await chown(join(data, name), uid, gid);
    await chmod(join(data, name), 0o600);
  }
  await using database = openPool<unknown>(superuserUrl(port, password), 'public', 1);
  await database.pool.query('alter system set ssl = on');
  await database.pool.query('select pg_reload_conf()');
}, 120_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
}, 30_000);

function overTls(url: string, authority: string): string {
  return `${url}?sslmode=verify-full&sslrootcert=${join(home, `${authority}.crt`)}`;
}

async function speaksTls({ pool }: Database<unknown>): Promise<unknown> {
  return (await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).rows[0];
}

test('set-up and services speak TLS where the URL says so', async () => {
  const superuser = (database: string) => overTls(superuserUrl(port, password, database), 'server');
  await prepareDatabases(superuser('postgres'), ['main', 'vault'], password);
  await migrateVault(superuser('vault'));
  await using database = openDatabase<unknown>('intake', { databaseUrl: overTls(`postgres://127.0.0.1:${port}/main`, 'server'), databasePassword: password, databasePoolMax: 2 });
  expect(await speaksTls(database)).toEqual({ ssl: true });
}, 60_000);

test('a server whose certificate is of another authority is not spoken to', async () => {
  await using database = openPool<unknown>(overTls(superuserUrl(port, password), 'other'), 'public', 1);
  await expect(speaksTls(database)).rejects.toThrow(/certificate/);
}, 30_000);
