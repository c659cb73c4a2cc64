import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { serviceNames } from '@countersign/contracts';
import { settingsDocument } from './table.ts';

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

test('the table of settings is the one in the code', () => {
  expect(fileOf('docs/settings.md')).toBe(settingsDocument());
});

test('the compose file gives every setting to whoever reads it, or fixes it: one that is left out would be ignored in .env without a word', () => {
  const { services } = parse(fileOf('docker-compose.yml'), { merge: true }) as { services: Record<string, { environment?: Record<string, string> }> };
  const rows = settingsDocument().split('\n').flatMap((line) => {
    const cells = /^\| `(\w+)` \|(?:[^|]*\|){3} ([^|]+) \|/.exec(line);
    return cells === null ? [] : [{ name: cells[1] ?? '', readers: (cells[2] ?? '').split(', ').flatMap((reader) => (reader === 'every service' ? serviceNames : [reader])) }];
  });
  expect(rows.length).toBeGreaterThan(60);
  const forms = (reader: string, name: string) => [name, `${name}_FILE`].filter((form) => services[reader]?.environment?.[form] !== undefined);
  expect(rows.flatMap(({ name, readers }) => readers.filter((reader) => forms(reader, name).length === 0).map((reader) => `${reader} lacks ${name}`))).toEqual([]);
  // A name that is there, also empty, hides its file.
  expect(rows.flatMap(({ name, readers }) => readers.filter((reader) => forms(reader, name).length === 2).map((reader) => `${reader} has ${name} twice`))).toEqual([]);
});
