import { expect, test } from '@jest/globals';
import type { ExportJob } from '../../api/audit-contract.ts';
import { readExportsSearch } from './search.ts';
import { formats, isUnfinished, missingOf, progressText, stateOf, whatText } from './words.ts';

test('an export says what it is of', () => {
  expect(whatText({ kind: 'case', filter: { system: 'mailroom', decisionId: '7' } })).toBe('mailroom / 7');
  expect(whatText({ kind: 'range', filter: {} })).toBe('The whole log');
  expect(whatText({ kind: 'range', filter: { from: '2026-03-01T00:00:00Z' } })).toMatch(/^Recorded from .*2026/);
  expect(whatText({ kind: 'search', filter: { record: ['A', 'B'], reviewer: 'rita', order: 'newest' } })).toBe('Event A or B, judged by rita');
  expect(whatText({ kind: 'search', filter: {} })).toBe('Every event');
});

test('an export says how far it is', () => {
  const job = (state: ExportJob['state'], records = 0) => ({ state, progress: { records, bytes: records * 500 } });
  expect([stateOf(job('running', 1200)).text, stateOf(job('failed')).tone]).toEqual(['Being made', 'bad']);
  expect([job('running'), job('running', 1200), job('running', 4_000_000), job('ready', 1200)].map(progressText)).toEqual(['', '1,200 records, 600.0 kB so far', '4,000,000 records, 2.0 GB so far', '']);
  expect((['waiting', 'running', 'ready', 'failed', 'expired', 'removed'] as const).filter((state) => isUnfinished({ state }))).toEqual(['waiting', 'running']);
});

test('a case file is of one case, a bundle of anything', () => {
  expect(formats.map(({ format, kinds }) => [format, kinds.length])).toEqual([['bundle', 3], ['pdf', 1], ['csv', 3], ['parquet', 3]]);
});

test('an export that cannot be asked for yet says what is missing, one thing at a time', () => {
  const asked = { formats: ['bundle' as const], disclose: false, reason: 'Yearly review' };
  expect([missingOf(asked), missingOf({ ...asked, formats: [] }), missingOf({ ...asked, disclose: null }), missingOf({ ...asked, reason: ' ' }), missingOf({ ...asked, reason: ' audit ' })]).toEqual([
    null, 'Choose a format.', 'Say whether content goes along.', 'Say why.', 'Say why, in 10 characters or more.',
  ]);
});

test('the address says whose exports, and which was just asked for', () => {
  expect([readExportsSearch({ whose: 'mine', made: 7 }), readExportsSearch({ whose: 'all', made: '' })]).toEqual([{ whose: 'mine', made: '7' }, {}]);
});
