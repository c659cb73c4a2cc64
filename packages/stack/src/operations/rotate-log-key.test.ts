import { mkdtemp, readFile, rm, stat, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readLogKeys } from '@countersign/audit/log-keys';
import { formatVerifierKey } from '@countersign/merkle';
import { ensureSecrets } from '../embedded/secrets.ts';
import { rotateLogKey } from './rotate-log-key.ts';

let home = '';
let file = '';
const published = async () => (await readFile(file.replace('.json', '.pub'), 'utf8')).trim().split('\n');
const inUse = async () => (await readLogKeys(file)).keys.map(({ verifier }) => formatVerifierKey(verifier));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-log-key-'));
  file = (await ensureSecrets(home)).auditLogKey;
});
afterEach(async () => await rm(home, { recursive: true, force: true }));

test('a key is added beside those there are, and taken away when it is named; its public half stays', async () => {
  const [first = ''] = await inUse();
  await chmod(file, 0o644);
  const { added } = await rotateLogKey({ file });
  expect(await inUse()).toEqual([first, added]);
  expect((await stat(file)).mode & 0o777).toBe(0o644);
  await rotateLogKey({ file, retire: first });
  expect(await inUse()).toEqual([added]);
  expect(await published()).toEqual([first, added]);
  await ensureSecrets(home);
  expect(await published()).toEqual([first, added]);
});

test('the last key and one that is not there are refused, and the file is left alone', async () => {
  const [first = ''] = await inUse();
  const before = await readFile(file, 'utf8');
  await expect(rotateLogKey({ file, retire: first })).rejects.toThrow('the only key');
  await expect(rotateLogKey({ file, retire: 'somebody+00000000+AQ==' })).rejects.toThrow('No key of the file');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('each home has a log of another name', async () => {
  const other = await mkdtemp(join(tmpdir(), 'countersign-log-key-'));
  try {
    expect((await readLogKeys((await ensureSecrets(other)).auditLogKey)).origin).not.toBe((await readLogKeys(file)).origin);
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});
