import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createLog, prepareOwnedDatabase, type CommonSettings } from '@countersign/kit';
import { prepareStorage } from '../embedded/setup.ts';
import { freePort } from '../infrastructure/ports.ts';
import { startPostgres, superuserUrl } from '../infrastructure/postgres.ts';
import { deploymentSecretFiles, ensureDeploymentSecrets } from './secrets.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const contents = () => new Map(readdirSync(join(home, 'secrets')).map((name) => [name, readFileSync(join(home, 'secrets', name), 'utf8')]));

test('secrets are made once, all different, in a folder closed to others; only the issuer key is closed itself', async () => {
  await ensureDeploymentSecrets(home);
  const first = contents();
  expect([...first.keys()].sort()).toEqual(['audit-log-key.json', 'audit-log-key.pub', 'bi-password', 'database-password', 'grafana-password', 'issuer-key.json', 'jwks.json', 'master.key', 'oidc-client-secret', 'postgres-password', 'registry-password', 'registry.properties', 'sampling-keys.json', 'session-jwks.json', 'session-key.json', 'vault-password', 'witness-keys.txt']);
  expect(new Set(first.values()).size).toBe(first.size);
  expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
  for (const name of first.keys()) expect([name, statSync(join(home, 'secrets', name)).mode & 0o777]).toEqual([name, name === 'issuer-key.json' ? 0o600 : 0o644]);
  expect(first.get('registry.properties')).toBe(`apicurio.datasource.password=${first.get('registry-password')}\n`);
  await ensureDeploymentSecrets(home);
  expect(contents()).toEqual(first);
});

test('a secret that somebody brings is kept, and the registry is told the password it is given', async () => {
  const { postgresPassword, registryProperties } = deploymentSecretFiles(home);
  writeFileSync(postgresPassword, 'brought');
  rmSync(registryProperties);
  await ensureDeploymentSecrets(home);
  const after = contents();
  expect(after.get('postgres-password')).toBe('brought');
  expect(after.get('registry.properties')).toBe(`apicurio.datasource.password=${after.get('registry-password')}\n`);
});

test('a neighbour gets a database and a role of its own, and a new password takes effect', async () => {
  const { postgres } = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as { postgres: string };
  const name = `neighbour_${randomUUID().slice(0, 8)}`;
  const as = async (password: string) => {
    const url = new URL(postgres);
    Object.assign(url, { username: name, password, pathname: `/${name}` });
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query('create table if not exists mine (n int)');
    await client.end();
  };
  const superuser = new pg.Client({ connectionString: postgres });
  await superuser.connect();
  try {
    await prepareOwnedDatabase(postgres, name, 'first');
    await as('first');
    await prepareOwnedDatabase(postgres, name, "sec'ond");
    await as("sec'ond");
    await expect(as('first')).rejects.toThrow(/password/);
    const { rows } = await superuser.query('select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = $1', [name]);
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
  } finally {
    await superuser.query(`drop database if exists ${name} with (force)`);
    await superuser.query(`drop role if exists ${name}`);
    await superuser.end();
  }
});

describe('a vault on a server of its own', () => {
  const password = 'test-password';
  const main = () => (JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as { postgres: string }).postgres;
  const at = (url: string, database: string, user?: string) => Object.assign(new URL(url), { pathname: `/${database}`, ...(user === undefined ? {} : { username: user, password }) }).href;
  const settings = (name: string, vaultHost: string) => ({ databaseUrl: `postgres://${new URL(main()).host}/${name}`, vaultDatabaseUrl: `postgres://${vaultHost}/${name}_vault`, databasePassword: password });
  const ask = async (url: string, text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return (await client.query<{ n: number }>(text).finally(() => client.end())).rows;
  };
  const databases = async (url: string, name: string) => await ask(url, `select datname from pg_database where datname like '${name}%' order by 1`);

  test('is made there and nowhere else, and services reach it; a second vault, and a server that nobody may prepare, are refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
    chmodSync(folder, 0o755);
    const port = await freePort();
    const name = `v_${randomUUID().slice(0, 8)}`;
    const server = await startPostgres({ home: folder, port, password, logFile: join(folder, 'postgres.log') });
    const vaultSuperuserUrl = superuserUrl(port, password);
    const log = createLog('test', 'silent');
    const elsewhere = settings(name, new URL(vaultSuperuserUrl).host) as CommonSettings;
    try {
      await expect(prepareStorage({ settings: elsewhere, superuserUrl: main(), log })).rejects.toThrow('COUNTERSIGN_VAULT_SUPERUSER_URL is required');
      expect(await databases(main(), name)).toEqual([]);
      for (const _again of [1, 2]) await prepareStorage({ settings: elsewhere, superuserUrl: main(), vaultSuperuserUrl, log });
      expect(await databases(main(), name)).toEqual([{ datname: name }]);
      expect(await databases(vaultSuperuserUrl, name)).toEqual([{ datname: `${name}_vault` }]);
      expect(await ask(at(vaultSuperuserUrl, `${name}_vault`, 'countersign_review'), 'select count(*)::int as n from vault.decision_keys')).toEqual([{ n: 0 }]);
      await ask(main(), `create database ${name}_vault`);
      await expect(prepareStorage({ settings: elsewhere, superuserUrl: main(), vaultSuperuserUrl, log })).rejects.toThrow(`has a database ${name}_vault`);
    } finally {
      for (const database of [name, `${name}_vault`]) await ask(main(), `drop database if exists ${database} with (force)`);
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

test('settings that are missing are all named, with exit code 2', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'all'], { encoding: 'utf8', env: { COUNTERSIGN_KAFKA_BROKERS: 'localhost:1' } });
  expect(status).toBe(2);
  for (const name of ['COUNTERSIGN_JWKS', 'COUNTERSIGN_DATABASE_URL', 'COUNTERSIGN_MASTER_KEY_FILE']) expect(stderr).toContain(`${name} is required`);
});
