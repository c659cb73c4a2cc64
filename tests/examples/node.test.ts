import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestStack, until } from '../harness/stack.ts';
import { digitsPolicy } from '../client/decision.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '../../examples/node');
let stack: TestStack;
let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start(['intake', 'risk', 'routing', 'sampling', 'review']);
  const version = await stack.activatePolicy(digitsPolicy);
  home = await mkdtemp(join(tmpdir(), 'countersign-examples-'));
  // What `npm start` writes.
  await writeFile(join(home, 'endpoints.json'), JSON.stringify({ http: url, kafka: stack.settings.brokers[0], registry: stack.settings.registryUrl }));
  env = { PATH: process.env['PATH'] ?? '', COUNTERSIGN_HOME: home, COUNTERSIGN_TOKEN: await stack.token('my-pipeline', 'pipeline'), COUNTERSIGN_TOPIC_PREFIX: stack.settings.topicPrefix };
  await until('intake follows the policy', async () => {
    const id = `probe-${Date.now()}`;
    await propose(id);
    return (await stack.query<{ policy_version: string }>('select policy_version from intake.pins where decision_id = $1', [id]))[0]?.policy_version === version ? true : undefined;
  }, 60_000);
}, 180_000);

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  await stack[Symbol.asyncDispose]();
}, 60_000);

async function propose(id: string, change: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, [join(folder, 'propose-one.ts'), id], { env: { ...env, ...change }, timeout: 50_000 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

test('one program proposes a scan and acts on its verdict', async () => {
  expect(await propose('example-scan')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^approved by routing: sort the form into tray \d\n$/), stderr: '' });
  expect(await propose('example-scan')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^approved/) });
}, 120_000);

test('the other acts on every verdict of the mailroom, until Ctrl-C', async () => {
  let output = '';
  const actuator: ChildProcess = spawn(process.execPath, [join(folder, 'act-on-verdicts.ts')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [actuator.stdout, actuator.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(actuator, 'close');
  try {
    await propose('seen-by-the-actuator');
    const line = await until('the verdict to be acted on', () => /^seen-by-the-actuator: .*$/m.exec(output)?.[0], 60_000);
    expect(line).toMatch(/^seen-by-the-actuator: tray \d \(approved, .+\)$/);
  } finally {
    actuator.kill('SIGINT');
  }
  expect(await closed).toEqual([0, null]);
  expect(output).not.toContain('Error');
}, 120_000);
