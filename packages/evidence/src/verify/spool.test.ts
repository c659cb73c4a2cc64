import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markOf, Spool } from './spool.ts';

const partCount = 16;
let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'countersign-spool-')); });
afterEach(() => rmSync(folder, { recursive: true }));

/** What each part has. */
function partsOf(spool: Spool, all: Parameters<Spool['part']>[1] = []): unknown[][][] {
  return Array.from({ length: partCount }, (_, part) => spool.part(part, all));
}

test('what little there is stays in memory, and comes back', () => {
  using spool = new Spool(join(folder, 'one'), partCount);
  spool.add('a\nb', ['line\nend', null, 'ü€😀', ['x],[y']]);
  expect(partsOf(spool).flat()).toEqual([['line\nend', null, 'ü€😀', ['x],[y']]]);
  expect(readdirSync(folder)).toEqual([]);
});

test('of several writers each value comes back once, and all of a key in one part', () => {
  const keys = 40;
  const [one, two] = [new Spool(join(folder, 'one'), partCount), new Spool(join(folder, 'two'), partCount)];
  try {
    const wide = 'w'.repeat(10_000);
    for (let number = 0; number < 40_000; number += 1) (number % 3 === 0 ? one : two).add(`key ${number % keys}`, [number % keys, number, number % 7 === 0 ? wide : '']);
    const all = [one.flush(), two.flush()];
    for (const reader of [one, two]) {
      const parts = partsOf(reader, all);
      expect(parts.flat().map(([, number]) => Number(number)).sort((a, b) => a - b)).toEqual(Array.from({ length: 40_000 }, (_, number) => number));
      for (let key = 0; key < keys; key += 1) expect(parts.filter((part) => part.some(([of]) => of === key))).toHaveLength(1);
    }
  } finally {
    one[Symbol.dispose]();
    two[Symbol.dispose]();
  }
});

test('a value that is longer than is ever kept goes to the file by itself', () => {
  using spool = new Spool(join(folder, 'one'), partCount);
  const long = '€'.repeat(200_000);
  for (const text of ['before', long, 'after']) spool.add('key', [text]);
  expect(partsOf(spool).flat().map(([text]) => text).sort()).toEqual(['after', 'before', long]);
});

test('a file that another made is not written over', () => {
  using one = new Spool(join(folder, 'one'), partCount);
  using two = new Spool(join(folder, 'one'), partCount);
  for (const spool of [one, two]) spool.add('key', ['value']);
  one.flush();
  expect(() => two.flush()).toThrow(/one cannot be written \(EEXIST/);
});

test('a disk that is full, or not there, is told with what to do', () => {
  using spool = new Spool(join(folder, 'gone', 'one'), partCount);
  expect(() => spool.add('key', ['w'.repeat(10_000)])).toThrow(/gone\/one cannot be written \(ENOENT.*Set TMPDIR to a folder with room/);
});

test('marks come back sorted, from memory and from files; those of many ids differ', () => {
  const [one, two] = [new Spool(join(folder, 'one'), partCount), new Spool(join(folder, 'two'), partCount)];
  try {
    const marks = Array.from({ length: 200_000 }, (_, number) => markOf(`00000000-0000-8000-8000-${String(number).padStart(12, '0')}`));
    for (const [at, mark] of marks.entries()) (at % 2 === 0 ? one : two).addMark(mark);
    const all = [one.flush(), two.flush()];
    const read = Array.from({ length: partCount }, (_, part) => [...one.marks(part, all)]).flat().sort((a, b) => a - b);
    expect(read).toHaveLength(marks.length);
    expect(read.filter((mark, at) => mark === read[at - 1])).toEqual([]);
    expect(marks.every((mark) => Number.isSafeInteger(mark) && mark >= 0)).toBe(true);
  } finally {
    one[Symbol.dispose]();
    two[Symbol.dispose]();
  }
  using kept = new Spool(join(folder, 'kept'), partCount);
  for (const mark of [3 * partCount, partCount, 2 * partCount]) kept.addMark(mark);
  expect([...kept.marks(0, [])]).toEqual([partCount, 2 * partCount, 3 * partCount]);
});
