import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BundleError } from '../bundle/format.ts';
import { notesIn } from './held-notes.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'countersign-held-')); });
afterAll(() => rmSync(folder, { recursive: true }));

const note = (at: number) => `log.example/ü\n${at}\n${'A'.repeat(43)}=\n\n\u2014 log.example/ü AAAA\n`;

function notes(content: string): string[] {
  const file = join(folder, 'held');
  writeFileSync(file, content);
  return [...notesIn(file)];
}

test('checkpoints are read from lines, over the borders of what is read at once, and again as often as they are asked for', () => {
  const count = 20_000;
  const lines = Array.from({ length: count }, (_, at) => JSON.stringify({ checkpoint: note(at) })).join('\n');
  expect(notes(lines)).toEqual(Array.from({ length: count }, (_, at) => note(at)));
  const held = notesIn(join(folder, 'held'));
  expect([...held]).toEqual([...held]);
});

test('what was cut off, and what a witness was shown and nobody signed, is left out', () => {
  const alarm = { at: '', alarm: 'unsigned', reason: 'Nobody signed it.', source: 'x', checkpoint: note(7), held: null };
  const fork = { ...alarm, alarm: 'forked', checkpoint: note(8) };
  expect(notes([{ checkpoint: note(1) }, alarm, fork].map((line) => `${JSON.stringify(line)}\n`).join('') + '{"checkpoint":"cut o')).toEqual([note(1), note(8)]);
});

test('one note is one, and anything else is refused', () => {
  expect(notes(note(3))).toEqual([note(3)]);
  for (const content of ['', 'nonsense', '{"checkpoint":"nonsense"}\n']) expect(() => notes(content)).toThrow(BundleError);
});
