import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../harness/stack.ts';
import { callAs, freshFolder, nothingLeft, removeFolder, Started } from './running.ts';

const example = readFileSync(join(import.meta.dirname, '../../examples/policies/digits.routing.yaml'), 'utf8');
/** 947 decisions are on their way before it says so. */
const readyMs = 300_000;
const decision = '/v1/decisions/mailroom/scan-0000';
let folder: string;
let home: string;
const runs: Started[] = [];

function run(): Started {
  const started = new Started({ home, example: true });
  runs.push(started);
  return started;
}

beforeAll(() => {
  folder = freshFolder();
  home = join(folder, 'home');
});
afterAll(async () => {
  for (const started of runs) if (started.process.exitCode === null) await started.stop('SIGKILL');
  await nothingLeft(folder);
  removeFolder(folder);
}, 60_000);

async function call(url: string, person: string, role: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const { status, json } = await callAs(home, url, person, role, method, path, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
  return json;
}

/** The version in force of each decision type. */
async function inForce(url: string): Promise<Record<string, string>> {
  const { policies } = await call(url, 'ada', 'policy-author', 'GET', '/v1/policies');
  return Object.fromEntries((policies as Array<{ decisionType: string; version: string }>).map(({ decisionType, version }) => [decisionType, version]));
}

/** What two people of the house do who have a policy of their own. */
async function replaceExample(url: string, replaced: string): Promise<string> {
  const { version } = await call(url, 'hana', 'policy-author', 'POST', '/v1/policies/versions', { text: example.replace(/^question: .*$/m, 'question: Which digit is it?'), note: 'Ours' });
  await call(url, 'hugo', 'policy-approver', 'POST', `/v1/policies/versions/${String(version)}/approval`, { note: 'Read' });
  await call(url, 'hugo', 'policy-approver', 'POST', `/v1/policies/versions/${String(version)}/activation`, {});
  await call(url, 'hugo', 'policy-approver', 'POST', `/v1/policies/versions/${replaced}/withdrawal`, { note: 'Not ours' });
  return String(version);
}

async function erase(url: string): Promise<void> {
  const { erasureId } = await call(url, 'priya', 'privacy-officer', 'POST', '/v1/erasures', { system: 'mailroom', decisionIds: ['scan-0000'], reason: 'A test' });
  await call(url, 'pavel', 'privacy-officer', 'POST', `/v1/erasures/${String(erasureId)}/approve`);
  await until('the erasure to be completed', async () => ((await call(url, 'priya', 'privacy-officer', 'GET', `/v1/erasures/${String(erasureId)}`))['state'] === 'completed' ? true : undefined), 60_000);
}

test('a second start with the examples leaves the policy that people put in force, and goes on where an example was erased', async () => {
  const first = run();
  const url = await first.ready(readyMs);
  const versions = await inForce(url);
  expect(Object.keys(versions)).toEqual(['biopsy.triage', 'digits.routing']);
  await until('an example to be accepted', async () => (await call(url, 'pipe', 'pipeline', 'GET', decision))['acceptedAt']);
  const own = await replaceExample(url, versions['digits.routing'] ?? '');
  await erase(url);
  expect((await first.stop('SIGINT')).code).toBe(0);

  const second = run();
  const urlAgain = await second.ready(readyMs);
  expect(await inForce(urlAgain)).toEqual({ ...versions, 'digits.routing': own });
  expect(await call(urlAgain, 'pipe', 'pipeline', 'GET', decision)).toMatchObject({ erased: true });
  expect((await second.stop('SIGINT')).code).toBe(0);
}, 700_000);
