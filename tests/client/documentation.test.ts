import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refusalCodes } from '@countersign/core';
import { TestStack, until } from '../harness/stack.ts';
import { digitsPolicy } from './decision.ts';

const root = join(import.meta.dirname, '../..');
/** Inside the package, so that the examples import it by its own name. */
const folder = join(root, `packages/client/.cache/documentation-${process.pid}`);
const run = promisify(execFile);
let stack: TestStack;
let env: Record<string, string>;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start(['intake', 'risk', 'routing', 'sampling', 'review']);
  await stack.activatePolicy(digitsPolicy);
  await until('the policy on the topic', async () => ((await stack.query<{ count: string }>('select count(*) from risk.outbox'))[0]?.count === '0' ? true : undefined));
  env = {
    COUNTERSIGN_URL: url, COUNTERSIGN_TOKEN: await stack.token('pipe', 'pipeline'),
    COUNTERSIGN_KAFKA_BROKERS: stack.settings.brokers.join(','), COUNTERSIGN_REGISTRY_URL: stack.settings.registryUrl, COUNTERSIGN_TOPIC_PREFIX: stack.settings.topicPrefix,
  };
  await mkdir(folder, { recursive: true });
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await stack[Symbol.asyncDispose]();
}, 60_000);

async function runExample(index: number): Promise<string> {
  const page = await readFile(join(root, 'docs/client.md'), 'utf8');
  const block = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)][index]?.[1];
  if (block === undefined) throw new Error(`docs/client.md has no example ${index}.`);
  const file = join(folder, `example-${index}.ts`);
  await writeFile(file, block);
  return (await run(process.execPath, [file], { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 50_000 })).stdout;
}

test('every code of a refusal is on the page', async () => {
  const page = await readFile(join(root, 'docs/client.md'), 'utf8');
  for (const code of refusalCodes) expect(page).toContain(`\`${code}\``);
});

test('the example over HTTP prints an approval', async () => {
  expect(await runExample(0)).toMatch(/^approved 7 \S+/);
});

test('the example over Kafka reads its own verdict', async () => {
  expect(await runExample(1)).toContain('form-2026-000118 approved');
});

test('the example of errors tells a timeout', async () => {
  expect(await runExample(2)).toBe('not yet: do not act, ask again later\n');
});
