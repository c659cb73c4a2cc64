import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mayMount, SmallDisk } from '../harness/small-disk.ts';
import { until } from '../harness/stack.ts';
import { callAs, freshFolder, nothingLeft, removeFolder, Started, type Answer, type Ended } from './running.ts';

const root = resolve(import.meta.dirname, '../..');
const policy = readFileSync(join(root, 'examples/policies/digits.routing.yaml'), 'utf8');
let folder: string;
let disk: SmallDisk;
let home: string;
const runs: Started[] = [];

function run(): Started {
  const started = new Started({ home, wrapper: disk.within });
  runs.push(started);
  return started;
}

beforeEach(async () => {
  folder = freshFolder();
  home = join(folder, 'home');
  disk = await SmallDisk.mount(folder, 'size=1300m');
});
afterEach(async () => {
  for (const started of runs.splice(0)) if (started.process.exitCode === null) await started.stop('SIGKILL');
  await nothingLeft(folder);
  await disk[Symbol.asyncDispose]();
  removeFolder(folder);
}, 60_000);

const call = async (url: string, person: string, role: string, method: string, path: string, body?: object) => await callAs(disk.path('home'), url, person, role, method, path, body);

async function activatePolicy(url: string): Promise<void> {
  const { version } = (await call(url, 'ada', 'policy-author', 'POST', '/v1/policies/versions', { text: policy, note: 'A test' })).json;
  await call(url, 'ben', 'policy-approver', 'POST', `/v1/policies/versions/${String(version)}/approval`, { note: 'A test' });
  await call(url, 'ben', 'policy-approver', 'POST', `/v1/policies/versions/${String(version)}/activation`, {});
  // Intake reads the activation a moment later; what it pins before needs people.
  for (let index = 0, known = false; !known; index += 1) {
    expect(index).toBeLessThan(100);
    await call(url, 'pipe', 'pipeline', 'POST', '/v1/decisions', proposalOf(`probe-${index}`));
    const path = `/v1/decisions/mailroom/probe-${index}`;
    const { policyVersion } = await until('the probe to be accepted', async () => {
      const { json } = await call(url, 'pipe', 'pipeline', 'GET', path);
      return json['policyVersion'] === undefined ? undefined : json;
    }, 10_000);
    known = policyVersion === version;
  }
}

function proposalOf(decisionId: string): object {
  return {
    system: 'mailroom', decisionId, decisionType: 'digits.routing', proposedAt: new Date().toISOString(),
    input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: decisionId.padEnd(50_000) }] }, output: { label: '7' },
    reasoning: { summary: 'Read as 7 with probability 0.99.' }, confidence: 0.99, alternatives: [{ label: '1', probability: 0.01 }],
    provenance: { model: { name: 'reader', version: '1' } }, attributes: { inkShare: 0.3, margin: 0.98, runnerUp: '1', touchesEdge: false }, action: { description: 'Sort the form' },
  };
}

/** Proposes one after the other until the product is gone; adds the ids that were acknowledged, and what else was answered. */
async function proposeToTheEnd(url: string, name: string, started: Started, acknowledged: string[], refusals: Answer[]): Promise<void> {
  for (let index = 0; started.process.exitCode === null; index += 1) {
    const answer = await call(url, 'pipe', 'pipeline', 'POST', '/v1/decisions', proposalOf(`${name}-${index}`)).catch(() => undefined);
    if (answer?.status === 202) acknowledged.push(`${name}-${index}`);
    else if (answer !== undefined) refusals.push(answer);
    else if (index > 0) await Promise.race([started.ended, new Promise((done) => setTimeout(done, 100))]);
  }
}

async function verdictsOf(url: string, decisionId: string): Promise<number> {
  const { json } = await call(url, 'olga', 'auditor', 'GET', `/v1/audit/decisions/mailroom/${decisionId}`);
  return ((json['events'] as Array<{ record: string }> | undefined) ?? []).filter(({ record }) => record === 'DecisionResolved').length;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  }));
}

/** What stands at the end, where a person looks. */
function expectToSayWhy({ code, signal, output, errors }: Ended): void {
  expect([code, signal]).toEqual([1, null]);
  expect(errors.trimEnd().split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^The disk of \S+home is full \(\d+ MB free\)\. (Kafka|PostgreSQL|Countersign|The schema registry) (ended|stopped before its data suffers)\.$/),
    'Free at least 1000 MB and start again: nothing that was acknowledged is lost.',
  ]);
  expect(output).not.toMatch(/^\s+at /m);
}

if (!mayMount) process.stderr.write('No right to mount a file system: a disk that fills while the product runs is not provoked here.\n');

(mayMount ? describe : (_name: string, _tests: () => void) => undefined)('a disk that fills while the product runs', () => {
  test.each([
    ['slowly: it stops in order while there is room', 60_000_000],
    ['at once: Kafka or PostgreSQL ends in the middle of its work', 0],
  ])('%s, says why, and loses nothing', async (_how, leaveBytes) => {
    const first = run();
    const url = await first.ready();
    await activatePolicy(url);
    const acknowledged: string[] = [];
    const refusals: Answer[] = [];
    const proposing = Promise.all(['a', 'b', 'c'].map((name) => proposeToTheEnd(url, name, first, acknowledged, refusals)));
    await until('decisions to be on their way', () => (acknowledged.length > 10 ? true : undefined), 20_000);
    await disk.fill(leaveBytes);
    expectToSayWhy(await first.ended);
    await nothingLeft(folder);
    await proposing;
    // What is not acknowledged is refused with a word that says so, or not answered at all.
    for (const { status, json } of refusals) expect([status, json['code'] ?? json['error']]).toEqual([503, expect.stringMatching(/unavailable/i)]);

    disk.free();
    const second = run();
    const urlAgain = await second.ready();
    await inParallel(acknowledged, async (decisionId) => {
      const path = `/v1/decisions/mailroom/${decisionId}?wait=5s`;
      await until(`a verdict of ${decisionId}`, async () => ((await call(urlAgain, 'pipe', 'pipeline', 'GET', path)).json['verdict'] !== undefined ? true : undefined), 60_000);
      expect(await until(`the record of ${decisionId}`, async () => (await verdictsOf(urlAgain, decisionId)) || undefined, 30_000)).toBe(1);
    });
    expect((await second.stop('SIGINT')).code).toBe(0);
    await nothingLeft(folder);
    // 20 to 60 s on a quiet machine.
  }, 240_000);
});
