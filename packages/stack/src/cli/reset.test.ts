import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { folderEnvironment } from '../embedded/folders.ts';
import { ensureSecrets } from '../embedded/secrets.ts';
import { reset } from './reset.ts';

let home: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'countersign-reset-'));
  await ensureSecrets(home);
  for (const path of Object.values(folderEnvironment(home))) mkdirSync(dirname(path) === home ? path : dirname(path), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a home is cleared with everything that services write to it', async () => {
  expect(existsSync(join(home, 'exports'))).toBe(true);
  await reset(home);
  expect(existsSync(home)).toBe(false);
});

test('a folder with anything else in it is left whole, and the stranger is named', async () => {
  writeFileSync(join(home, 'thesis.tex'), '');
  await expect(reset(home)).rejects.toThrow(`${home} holds thesis.tex, which is not ours: nothing was cleared.`);
  expect(existsSync(join(home, 'secrets', 'master.key'))).toBe(true);
});

test('a home that something runs from is left alone', async () => {
  writeFileSync(join(home, 'running.pid'), String(process.ppid));
  await expect(reset(home)).rejects.toThrow('Countersign is running.');
  expect(existsSync(home)).toBe(true);
});
