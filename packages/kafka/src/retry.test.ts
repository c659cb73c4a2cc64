import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { retry } from './cluster.ts';

const createRetry = createRequire(import.meta.url)('kafkajs/src/retry') as (options: object) => (attempt: () => Promise<never>) => Promise<never>;

// kafkajs has other defaults where NODE_ENV is "test": what a test leaves to them says nothing about a service.
describe('retries', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('begin after milliseconds, are never further apart than about a second, and go on for half a minute', async () => {
    const startedMs = Date.now();
    const triedAtMs: number[] = [];
    const attempts = createRetry(retry)(() => (triedAtMs.push(Date.now() - startedMs), Promise.reject(new Error('away'))));
    const ended = expect(attempts).rejects.toThrow('away');
    await jest.runAllTimersAsync();
    await ended;
    const waitsMs = triedAtMs.slice(1).map((atMs, index) => atMs - (triedAtMs[index] ?? 0));
    expect(waitsMs[0]).toBeLessThan(10);
    expect(Math.max(...waitsMs)).toBeLessThanOrEqual(1000);
    expect(triedAtMs.at(-1)).toBeGreaterThan(20_000);
    expect(triedAtMs.at(-1)).toBeLessThan(40_000);
  });
});
