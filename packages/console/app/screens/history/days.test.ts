import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../api/contract.ts';
import { byDay, dayText, queryOf } from './days.ts';
import { readHistorySearch } from './search.ts';

/** Local noon of a day of February 2026. */
const entry = (id: number, day: number): HistoryEntry => ({ judgementId: String(id), taskId: 't', decisionType: 'a', submittedAt: new Date(2026, 1, day, 12).toISOString(), said: 'approve', reasonCodes: [], reasoning: null, withdrawn: false });

test('the server is asked for whole local days, both ends included', () => {
  expect(queryOf({})).toEqual({});
  const { from = '', to = '', decisionType } = queryOf({ type: 'a', from: '2026-02-09', to: '2026-02-09' });
  expect(decisionType).toBe('a');
  expect([from, to].map((instant) => new Date(instant).getTime())).toEqual([new Date(2026, 1, 9).getTime(), new Date(2026, 1, 10).getTime()]);
  // A day on which the clocks change is not 24 hours, where there is such a day.
  for (const [month, day] of [[2, 29], [9, 25], [11, 31]] as const) {
    const text = `2026-${String(month + 1).padStart(2, '0')}-${day}`;
    expect(Date.parse(queryOf({ to: text }).to ?? '')).toBe(new Date(2026, month, day + 1).getTime());
  }
});

test('the own history stands under the days', () => {
  const days = byDay([entry(1, 9), entry(2, 9), entry(3, 7)]);
  expect(days.map(({ day, entries: given }) => [day, given.length])).toEqual([['2026-02-09', 2], ['2026-02-07', 1]]);
  const now = new Date(2026, 1, 9, 0, 30).getTime();
  expect(dayText('2026-02-09', now)).toBe('Today');
  expect(dayText('2026-02-08', now)).toBe('Yesterday');
  expect(dayText('2025-02-08', now)).toContain('2025');
});

test('an address with a day that is none is no filter', () => {
  expect(readHistorySearch({ type: '', from: 'yesterday', to: '2026-02-09' })).toEqual({ to: '2026-02-09' });
  expect(readHistorySearch({ from: '2026-13-01', to: '2026-02-99' })).toEqual({});
});
