import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/regulation.md');
const text = readFileSync(page, 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('|') && !/^\|[-|]+\|$/.test(line));

test('every line of the mapping names a test that is there, and links to pages that are', () => {
  const lines = rows.filter((line) => !line.includes('| test |'));
  const withoutTest = lines.filter((line) => !/`[^`]+\.test\.ts`/.test(line));
  const tests = [...text.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file ?? '');
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => join(dirname(page), link ?? ''));
  expect(lines.length).toBeGreaterThan(20);
  expect(withoutTest).toEqual([]);
  expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(links.filter((link) => !existsSync(link))).toEqual([]);
});
