import { chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keyCommitment } from '@countersign/core';
import { readSamplingKeys } from '@countersign/kit';
import { ensureSecrets } from '../embedded/secrets.ts';
import { rotateSamplingKey, rotationLeadMsMin } from './rotate-key.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const minute = 60_000;
let home = '';
let file = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-rotate-'));
  file = (await ensureSecrets(home)).samplingKeys;
});
afterEach(async () => await rm(home, { recursive: true, force: true }));

test('adds a key, keeps the others, and nobody else may read the file', async () => {
  const [before] = readSamplingKeys(file);
  const first = await rotateSamplingKey({ file, startsInMs: 15 * minute, nowMs });
  const second = await rotateSamplingKey({ file, startsInMs: 30 * minute, nowMs });
  const keys = readSamplingKeys(file);
  expect(keys[0]).toEqual(before);
  expect(keys.map(({ version, validFrom }) => [version, validFrom])).toEqual([['k1', 0], ['k2', (nowMs + 15 * minute) * 1000], ['k3', (nowMs + 30 * minute) * 1000]]);
  expect([first, second].map(({ commitment }) => commitment)).toEqual(keys.slice(1).map(({ key }) => keyCommitment(key)));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readdir(join(home, 'secrets'))).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test.each([0, 9 * minute, rotationLeadMsMin - 1])('refuses a key that starts in %i ms, and leaves the file alone', async (startsInMs) => {
  const before = await readFile(file, 'utf8');
  await expect(rotateSamplingKey({ file, startsInMs, nowMs })).rejects.toThrow('too soon');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('refuses a key before the last one, a version that is taken, and a second rotation at once', async () => {
  await rotateSamplingKey({ file, startsInMs: 60 * minute, nowMs });
  const before = await readFile(file, 'utf8');
  await expect(rotateSamplingKey({ file, startsInMs: 30 * minute, nowMs })).rejects.toThrow('later than this one');
  await expect(rotateSamplingKey({ file, startsInMs: 90 * minute, nowMs, version: 'k1' })).rejects.toThrow('already');
  await writeFile(`${file}.new`, '');
  await expect(rotateSamplingKey({ file, startsInMs: 90 * minute, nowMs })).rejects.toThrow('another rotation');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('the file stays its owner\'s, and one that cannot be replaced where it is says so', async () => {
  // As a container does it that runs as root, on a folder of whoever runs the deployment.
  if (process.getuid?.() === 0) await chown(file, 12_345, 12_346);
  const { uid, gid } = await stat(file);
  await rotateSamplingKey({ file, startsInMs: 15 * minute, nowMs });
  expect(await stat(file)).toMatchObject({ uid, gid });
  const unreplaceable = join(home, 'k'.repeat(255));
  await writeFile(unreplaceable, await readFile(file, 'utf8'));
  await expect(rotateSamplingKey({ file: unreplaceable, startsInMs: 30 * minute, nowMs })).rejects.toMatchObject({ message: expect.stringContaining('cannot be made'), remedy: expect.stringContaining('where it is kept') });
});
