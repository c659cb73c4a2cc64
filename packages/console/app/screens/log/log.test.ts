import { expect, test } from '@jest/globals';
import type { LogStatus } from '../../api/audit-contract.ts';
import { agoText } from '../../parts/instant.ts';
import { behindText, standingOf, unprotectedText } from './words.ts';

const status: LogStatus = { origin: 'o', size: 10, checkpointSize: 10, checkpointAt: '', anchoredSize: 10, unprotectedRows: 0, unprotectedSeconds: 0, leading: true, problems: [], keys: [], witnesses: [] };

test('a log that stands still is never said to be well', () => {
  expect([standingOf(status).text, standingOf({ ...status, size: 0 }).text, standingOf({ ...status, unprotectedSeconds: 61 }).text, standingOf({ ...status, unprotectedSeconds: 61, problems: ['The backup is older than the anchor.'] })]).toEqual(['Up to date', 'Empty', 'Behind', { text: 'Stands still', tone: 'bad' }]);
});

test('what could still be changed unnoticed is said with its age', () => {
  expect([unprotectedText({ ...status, unprotectedRows: 1, unprotectedSeconds: 2 }), unprotectedText({ ...status, unprotectedRows: 1200, unprotectedSeconds: 3600 })]).toEqual(['1 record, the oldest for 2 s', '1,200 records, the oldest for 1 h']);
  expect(unprotectedText(status)).toMatch(/^none/);
});

test('a witness vouches for as much as it saw', () => {
  expect([behindText(null, 10), behindText(10, 10), behindText(1200, 1300)]).toEqual(['nothing yet', 'everything', '1,200 of 1,300']);
});

test('what has happened is not in the future, whatever the clocks say', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  expect([agoText('2026-03-01T00:00:04Z', now), agoText('2026-02-28T23:59:00Z', now)]).toEqual(['just now', '1 min ago']);
});
