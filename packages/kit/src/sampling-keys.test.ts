import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SamplingKey } from '@countersign/core';
import { parseSamplingKeys, SamplingKeyRing } from './sampling-keys.ts';

const minute = 60_000_000;
const now = Date.parse('2026-03-01T12:00:00Z') * 1000;
const silent = { info: () => undefined, error: () => undefined };
const first = { version: 'k1', validFrom: 0, fill: 1 };
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...keys: Array<{ version: string; validFrom: number; fill: number }>): void {
  writeFileSync(file, JSON.stringify({ keys: keys.map(({ version, validFrom, fill }) => ({ version, validFrom: new Date(validFrom / 1000).toISOString(), keyBase64: Buffer.alloc(32, fill).toString('base64') })) }));
}

describe('a file that changes while a service runs', () => {
  test('gives a key that starts ten minutes ahead; each instant has the key valid at it', async () => {
    write(first);
    await using ring = await SamplingKeyRing.open({ file, log: silent }, now);
    write(first, { version: 'k2', validFrom: now + 10 * minute, fill: 2 });
    await ring.refresh(now);
    await ring.refresh(now + minute);
    expect([ring.at(now).version, ring.at(now + 10 * minute - 1).version, ring.at(now + 10 * minute).version, ring.reasons()]).toEqual(['k1', 'k1', 'k2', []]);
  });

  test.each([
    ['a key that starts sooner', [first, { version: 'k2', validFrom: now + 10 * minute - 1000, fill: 2 }], 'at least 10 minutes ahead'],
    ['a key in the past', [first, { version: 'k2', validFrom: now - minute, fill: 2 }], 'at least 10 minutes ahead'],
    ['another key under a version', [{ ...first, fill: 3 }], 'k1 changed or is gone'],
    ['another start under a version', [{ ...first, validFrom: 1000 }], 'k1 changed or is gone'],
    ['a file without a key that was there', [{ version: 'k2', validFrom: now + 20 * minute, fill: 2 }], 'k1 changed or is gone'],
    ['two keys of one version', [first, { ...first, fill: 4 }], 'two sampling keys of one version'],
  ])('is refused with %s, and the keys before it stay', async (_what, keys, reason) => {
    write(first);
    await using ring = await SamplingKeyRing.open({ file, log: silent }, now);
    write(...keys);
    await ring.refresh(now);
    expect(ring.reasons().join()).toContain(reason);
    expect(ring.at(now).key).toEqual(Buffer.alloc(32, 1));
    write(first);
    await ring.refresh(now + minute);
    expect(ring.reasons()).toEqual([]);
  });

  test('that is gone for ten minutes stops the draws: a key nobody could read may hold by then', async () => {
    write(first);
    await using ring = await SamplingKeyRing.open({ file, log: silent }, now);
    rmSync(file);
    await ring.refresh(now + minute);
    expect(ring.reasons()).toHaveLength(1);
    expect(ring.at(now + 10 * minute - 1).version).toBe('k1');
    expect(() => ring.at(now + 10 * minute)).toThrow('too long ago');
    write(first);
    await ring.refresh(now + 11 * minute);
    expect([ring.at(now + 12 * minute).version, ring.reasons()]).toEqual(['k1', []]);
  });

  test('holds no key back for a start that its commitment was in time for, and that could not be announced until now', async () => {
    write(first);
    await using ring = await SamplingKeyRing.open({ file, log: silent, commit: () => Promise.resolve() }, now);
    write(first, { version: 'k2', validFrom: now + 2 * minute, fill: 2 });
    await ring.refresh(now);
    expect([ring.at(now + 2 * minute).version, ring.reasons()]).toEqual(['k2', []]);
  });

  test('is not used before its keys are committed to', async () => {
    write(first);
    const commits: string[][] = [];
    let refuse = false;
    const commit = async (keys: readonly SamplingKey[]) => {
      if (refuse) throw new Error('not these');
      commits.push(keys.map(({ version }) => version));
      await Promise.resolve();
    };
    await using ring = await SamplingKeyRing.open({ file, log: silent, commit }, now);
    refuse = true;
    write(first, { version: 'k2', validFrom: now + 10 * minute, fill: 2 });
    await ring.refresh(now);
    await ring.refresh(now + minute);
    expect([ring.at(now + 10 * minute - 1).version, ring.reasons().length]).toEqual(['k1', 1]);
    expect(commits).toEqual([['k1']]);
  });
});

test.each([['{}', 'lists no'], ['{"keys":[]}', 'lists no'], ['{"keys":[{"version":"k","validFrom":"1970-01-01T00:00:00Z","keyBase64":"c2hvcnQ="}]}', '32 bytes'], [`{"keys":[{"version":"k","validFrom":"soon","keyBase64":"${Buffer.alloc(32).toString('base64')}"}]}`, 'ISO 8601']])('%s is no list of keys', (text, reason) => {
  expect(() => parseSamplingKeys(text, 'keys.json')).toThrow(reason);
});
