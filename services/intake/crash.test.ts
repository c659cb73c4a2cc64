import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestStack, until } from '../../tests/harness/stack.ts';
import { proposal, proposed } from '../../tests/harness/proposal.ts';
import { readTopic } from '../../tests/harness/topics.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
}, 90_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** Intake as a process of its own that dies at a crash point; resolves when it did. */
async function dieAt(crashPoint: string): Promise<NodeJS.Signals | null> {
  const { settings } = stack;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'], COUNTERSIGN_ENVIRONMENT: 'development', COUNTERSIGN_CRASH_POINT: crashPoint, COUNTERSIGN_KAFKA_BROKERS: settings.brokers.join(','),
      COUNTERSIGN_REGISTRY_URL: settings.registryUrl, COUNTERSIGN_DATABASE_URL: settings.databaseUrl, COUNTERSIGN_VAULT_DATABASE_URL: settings.vaultDatabaseUrl,
      COUNTERSIGN_DATABASE_PASSWORD: settings.databasePassword, COUNTERSIGN_TOPIC_PREFIX: settings.topicPrefix, COUNTERSIGN_PARTITIONS: String(settings.partitions),
      COUNTERSIGN_MASTER_KEY_FILE: settings.masterKeyFile, COUNTERSIGN_SAMPLING_KEYS_FILE: settings.samplingKeysFile, COUNTERSIGN_JWKS: settings.jwks, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_LOG_LEVEL: 'silent',
    },
  });
  const kill = setTimeout(() => child.kill('SIGTERM'), 40_000);
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(kill);
  return signal;
}

test('dies after pinning, dies after producing, goes on: everything accepted, every repeat the same bytes', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `crash-${index}`);
  await stack.producer.send(ids.map((id) => proposed(stack, proposal(id))));
  expect(await dieAt('intake.pinned')).toBe('SIGKILL');
  const pinned = await stack.query<{ count: number }>('select count(*)::int as count from intake.pins');
  expect(pinned[0]?.count).toBeGreaterThan(0);
  expect(await readTopic(stack, 'decisions.accepted')).toEqual([]);
  expect(await dieAt('intake.produced')).toBe('SIGKILL');
  expect((await readTopic(stack, 'decisions.accepted')).length).toBeGreaterThan(0);

  await stack.start(['intake']);
  const bytes = await until('all accepted', async () => {
    await stack.services?.services.get('intake')?.drain(20_000);
    const byId = new Map<string, Set<string>>();
    for (const { record, event } of await readTopic(stack, 'decisions.accepted')) {
      const id = event.value.decisionId ?? '';
      byId.set(id, (byId.get(id) ?? new Set()).add(record.value?.toString('hex') ?? ''));
    }
    return byId.size === ids.length ? byId : undefined;
  }, 40_000);
  expect([...bytes.values()].every((versions) => versions.size === 1)).toBe(true);
  expect(await stack.query('select count(*)::int as count from intake.pins')).toEqual([{ count: ids.length }]);
}, 120_000);
