import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { processOf } from '../../../tests/harness/process.ts';
import { TestStack } from '../../../tests/harness/stack.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
}, 60_000);

afterAll(async () => await stack[Symbol.asyncDispose]());

function end(change: NodeJS.ProcessEnv) {
  const { args, env } = processOf('routing', stack);
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...env, COUNTERSIGN_LOG_LEVEL: 'info', ...change }, timeout: 60_000 });
  return { status, stdout, stderr };
}

describe('a service as a process', () => {
  test('says in its log, in a line like all others, why it could not start', () => {
    const { status, stdout, stderr } = end({ COUNTERSIGN_REGISTRY_URL: 'http://127.0.0.1:1/apis' });
    expect([status, stderr]).toEqual([1, '']);
    const told = stdout.trim().split('\n').map((line) => JSON.parse(line) as { level: number; name: string; msg: string; err?: { message: string } });
    expect(told.at(-1)).toMatchObject({ level: 60, name: 'routing', msg: 'the service could not start, or not stop', err: { message: expect.stringContaining('http://127.0.0.1:1/apis cannot be reached') } });
  });

  test('tells a person which setting is wrong, in a sentence', () => {
    const { status, stdout, stderr } = end({ COUNTERSIGN_PARTITIONS: 'many' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('COUNTERSIGN_PARTITIONS');
    expect(stderr).not.toContain(' at ');
  });

  test('refuses a certificate that is none before it connects, without saying what it was given', () => {
    const { status, stdout, stderr } = end({ COUNTERSIGN_KAFKA_TLS_CERT: 'no certificate', COUNTERSIGN_KAFKA_TLS_KEY: 'hunter2' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('COUNTERSIGN_KAFKA_TLS_CERT and COUNTERSIGN_KAFKA_TLS_KEY');
    expect(stderr).not.toMatch(/hunter2|\n +at /);
  });
});
