import { describe, expect, test } from '@jest/globals';
import { emptyEntry, entryOf, mergeEntries, problemOf, queuesText, queueSuggestions } from './person.ts';
import type { Entry } from './person.ts';

const base: Entry = { name: 'Rita', roles: ['reviewer', 'senior'], queues: ['a'], active: true, available: true, claimsMax: null };

describe('an entry that two people change at once', () => {
  test('keeps what each changed where they touched different things', () => {
    const found = mergeEntries(base, { ...base, roles: ['reviewer'] }, { ...base, claimsMax: 5 });
    expect(found).toEqual({ merged: { ...base, roles: ['reviewer'], claimsMax: 5 }, theirs: ['how many tasks they may hold'], conflicts: [] });
  });

  test('keeps mine and says so where both changed the same', () => {
    const found = mergeEntries(base, { ...base, name: 'Rita M.' }, { ...base, name: 'Rita Moreno' });
    expect([found.merged.name, found.conflicts]).toEqual(['Rita M.', ['name']]);
  });

  test('is no conflict where both want the same, nor where only the order differs', () => {
    expect(mergeEntries(base, { ...base, claimsMax: 5 }, { ...base, claimsMax: 5 }).conflicts).toEqual([]);
    expect(mergeEntries(base, base, { ...base, roles: ['senior', 'reviewer'] })).toMatchObject({ theirs: [], conflicts: [] });
  });
});

test('an entry of a server that knows no availability yet is available', () => {
  expect(entryOf({ personId: 'rita', name: 'Rita', roles: [], queues: [], active: true, etag: '"1"' })).toEqual({ name: 'Rita', roles: [], queues: [], active: true, available: true, claimsMax: null });
});

test('what is missing is said before it is sent', () => {
  expect(problemOf(' ', emptyEntry)).toMatch(/id/);
  expect(problemOf('rita', emptyEntry)).toMatch(/call them/);
  expect(problemOf('rita', { ...base, claimsMax: 51 })).toMatch(/50/);
  expect(problemOf('rita', { ...base, roles: [] })).toMatch(/role/);
  expect(problemOf('rita', { ...base, roles: [], active: false })).toBeNull();
  expect(problemOf('rita', base)).toBeNull();
});

test('queues in words, and suggestions without what is chosen', () => {
  expect([queuesText(['*', 'a']), queuesText([]), queuesText(['a', 'b/dual'])]).toEqual(['Every queue', 'None', 'a, b/dual']);
  expect(queueSuggestions(['a'], ['a/senior'])).toEqual(['a', 'a/standard', 'a/dual', 'a/no-confidence']);
});
