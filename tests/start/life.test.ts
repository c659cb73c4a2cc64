import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callAs, freshFolder, nothingLeft, processesOf, removeFolder, Started } from './running.ts';
import { until } from '../harness/stack.ts';

const policy = readFileSync(join(import.meta.dirname, '../../examples/policies/digits.routing.yaml'), 'utf8');
let folder: string;
let home: string;

beforeAll(() => {
  folder = freshFolder();
  home = join(folder, 'home');
});
afterAll(async () => {
  await nothingLeft(folder);
  removeFolder(folder);
}, 60_000);

const call = async (url: string, method: string, path: string, body?: object) => (await callAs(home, url, 'ada', 'policy-author', method, path, body)).json;

const draftsOf = async (url: string) => ((await call(url, 'GET', '/v1/policies/drafts'))['drafts'] as unknown[]).length;

test('Ctrl-C stops everything, SIGKILL leaves nothing in the way, and the data survives both', async () => {
  const first = new Started({ home });
  const url = await first.ready();
  await call(url, 'POST', '/v1/policies/drafts', { text: policy });

  const second = await new Started({ home }).ended;
  expect(second.code).toBe(1);
  expect(second.output).toContain(`Countersign runs already from ${home} (process ${first.process.pid}).\nUse it, stop it with Ctrl-C, or set COUNTERSIGN_HOME`);
  expect(await draftsOf(url)).toBe(1);
  const onItsPort = await new Started({ home: join(folder, 'other'), args: ['--port', new URL(url).port] }).ended;
  expect([onItsPort.code, onItsPort.output]).toEqual([1, expect.stringContaining(`Port ${new URL(url).port}, which the API needs, is taken.`)]);

  const stopped = await first.stop('SIGINT');
  expect([stopped.code, stopped.output]).toEqual([0, expect.stringContaining(`Stopped. Your data is in ${home}`)]);
  // Not only soon: when it says that it stopped, it has.
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(home, 'running.pid'))).toBe(false);

  const again = new Started({ home });
  const urlAgain = await again.ready();
  expect(await draftsOf(urlAgain)).toBe(1);
  await call(urlAgain, 'POST', '/v1/policies/drafts', { text: policy });
  expect(processesOf(folder).length).toBeGreaterThan(3);
  expect(await again.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

  // At once, whatever is still about to end.
  const third = new Started({ home });
  expect(await draftsOf(await third.ready())).toBe(2);
  expect((await third.stop('SIGTERM')).code).toBe(0);
  await nothingLeft(folder);
}, 400_000);

test('Ctrl-C in the middle of a start ends what was started', async () => {
  const started = new Started({ home });
  try {
    await until('Postgres and Kafka to be starting', () => (processesOf(folder).some((line) => line.includes('kafka.Kafka')) ? true : undefined), 150_000);
  } finally {
    expect(await started.stop('SIGINT')).toMatchObject({ code: 130 });
  }
  await nothingLeft(folder);
}, 240_000);

test('what it prints works from another terminal, and a database that dies is told in words', async () => {
  const started = new Started({ home });
  await started.ready();
  // Without the first line the tokens of the second would be those of another home, and refused.
  expect(started.output).toMatch(new RegExp(`export COUNTERSIGN_HOME=${home}\\n[^]*countersign token`));
  expect(started.output).not.toContain('scan-0000');
  process.kill(Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]), 'SIGKILL');
  const { code, output } = await started.ended;
  expect([code, output]).toEqual([1, expect.stringContaining('PostgreSQL ended unexpectedly, so everything was stopped. Nothing is lost.')]);
  expect(output.slice(output.indexOf('PostgreSQL ended'))).not.toMatch(/ at .*:\d+:\d+/);
  await nothingLeft(folder);
}, 240_000);
