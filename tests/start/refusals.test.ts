import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freshFolder, nothingLeft, removeFolder, Started, type Ended } from './running.ts';

let folder: string;
let home: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = freshFolder();
  home = join(folder, 'home');
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  removeFolder(folder);
});

/** The machine's programs without some of them, as one folder for the PATH. */
function pathWithout(...missing: readonly string[]): string {
  const bin = join(folder, `bin-without-${missing.join('-')}`);
  mkdirSync(bin);
  for (const program of ['sh', 'tar', 'id', 'useradd', 'java', 'mvn', 'env', 'cat', 'dirname', 'uname', 'sed']) {
    const found = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, program)).find((file) => existsSync(file));
    if (found !== undefined && !missing.includes(program)) symlinkSync(found, join(bin, program));
  }
  return bin;
}

/** One message, its remedy, no stack trace, exit code 1, and nothing left running or lying about. */
async function expectRefusal(ended: Ended, message: RegExp, remedy: RegExp): Promise<void> {
  expect(ended).toMatchObject({ code: 1, signal: null });
  const lines = ended.output.trimEnd().split('\n');
  expect(lines.filter((line) => message.test(line)).length).toBe(1);
  expect(lines.at(-1)).toMatch(remedy);
  expect(ended.output).not.toMatch(/^\s+at /m);
  await nothingLeft(folder);
  expect(existsSync(join(home, 'running.pid'))).toBe(false);
}

/** A port that somebody listens on until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('countersign start says what is missing, and what to do', () => {
  test.each([
    ['the API', 'COUNTERSIGN_HTTP_PORT'], ['Kafka', 'COUNTERSIGN_KAFKA_PORT'], ['the schema registry', 'COUNTERSIGN_REGISTRY_PORT'], ['PostgreSQL', 'COUNTERSIGN_POSTGRES_PORT'],
  ])('when the port of %s is taken', async (what, setting) => {
    const port = await takenPort();
    const isApi = setting === 'COUNTERSIGN_HTTP_PORT';
    const started = new Started({ home, env: { [setting]: String(port) }, ...(isApi ? { args: [] } : {}) });
    const command = isApi ? ' \\(or `npm start -- --port N`\\)' : '';
    await expectRefusal(await started.ended, new RegExp(`Port ${port}, which ${what} needs, is taken`), new RegExp(`End the program that listens on it, or set ${setting} to another port${command}\\.`));
  }, 60_000);

  test('in production', async () => {
    const started = new Started({ home, env: { COUNTERSIGN_ENVIRONMENT: 'production' } });
    await expectRefusal(await started.ended, /anybody signs in without a password, and COUNTERSIGN_ENVIRONMENT says production/, /Use docker compose/);
  }, 60_000);

  test('without Java', async () => {
    const started = new Started({ home, env: { PATH: pathWithout('java'), JAVA_HOME: undefined } });
    await expectRefusal(await started.ended, /^Java is not installed\.$/, /Install Java 17/);
  }, 60_000);

  test('with a Java that is too old', async () => {
    const path = pathWithout('java');
    writeFileSync(join(path, 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2" 2019-01-15\' >&2\n', { mode: 0o755 });
    await expectRefusal(await new Started({ home, env: { PATH: path, JAVA_HOME: undefined } }).ended, /^Java 11 is too old\.$/, /Install Java 17/);
  }, 60_000);

  test('with a JAVA_HOME that leads nowhere', async () => {
    await expectRefusal(await new Started({ home, env: { JAVA_HOME: join(folder, 'nowhere') } }).ended, /JAVA_HOME.*nowhere/, /Install Java 17.*JAVA_HOME/);
  }, 60_000);

  test('without Maven and with an empty cache, which stays empty', async () => {
    const cache = join(folder, 'cache');
    await expectRefusal(await new Started({ home, env: { PATH: pathWithout('mvn'), COUNTERSIGN_CACHE: cache } }).ended, /^Maven is not installed\.$/, /Install Maven 3/);
    expect(readdirSync(cache)).toEqual([]);
  }, 60_000);

  test('with a home below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    home = join(folder, 'file', 'home');
    await expectRefusal(await new Started({ home }).ended, /^The folder .*home cannot be made or written/, /set COUNTERSIGN_HOME to another folder/);
  }, 60_000);
});

// A file system of our own needs the right to mount one: root, or user namespaces. Where neither is given, these cannot be provoked.
const mount = (options: string) => ['unshare', process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`, folder];
const mayMount = (() => {
  folder = freshFolder();
  const [program, ...args] = [...mount('size=1m'), 'true'];
  const { status } = spawnSync(program ?? '', args);
  removeFolder(folder);
  return status === 0;
})();
if (!mayMount) process.stderr.write('No right to mount a file system: a full disk and a read-only one are not provoked here.\n');

(mayMount ? describe : (_name: string, _tests: () => void) => undefined)('countersign start on a file system of its own', () => {
  test('that is nearly full', async () => {
    await expectRefusal(await new Started({ home, wrapper: mount('size=100m') }).ended, /^The disk of .*home has 10\d MB free; 1000 MB are needed\.$/, /Free some space, or set COUNTERSIGN_HOME/);
  }, 60_000);

  test('that is full', async () => {
    const full = [...mount('size=2g,nr_inodes=3')];
    await expectRefusal(await new Started({ home, wrapper: full }).ended, /^The disk of .* is full\.$/, /Free some space, or set COUNTERSIGN_HOME/);
  }, 60_000);

  test('that is read-only', async () => {
    await expectRefusal(await new Started({ home, wrapper: mount('ro') }).ended, /^The folder .*home cannot be made or written/, /set COUNTERSIGN_HOME to another folder/);
  }, 60_000);
});
