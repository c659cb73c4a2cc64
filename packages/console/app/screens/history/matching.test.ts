import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../api/contract.ts';
import { byDay, dayText, fits, pagesMax, readMatching } from './matching.ts';
import { readHistorySearch } from './search.ts';

/** Local noon of a day of February 2026: the filter is by local days. */
const entry = (id: number, day: number, decisionType = 'a'): HistoryEntry => ({ judgementId: String(id), taskId: 't', decisionType, submittedAt: new Date(2026, 1, day, 12).toISOString(), said: 'approve', reasonCodes: [], reasoning: null, withdrawn: false });

/** A server with these judgements, two a page. */
function serverOf(entries: readonly HistoryEntry[]) {
  const asked: Array<string | null> = [];
  return {
    asked,
    read: async (after: string | null) => {
      asked.push(after);
      const start = Number(after ?? 0);
      return { judgements: entries.slice(start, start + 2), next: start + 2 < entries.length ? String(start + 2) : null };
    },
  };
}

describe('the own history', () => {
  const entries = [entry(1, 9), entry(2, 8, 'b'), entry(3, 7), entry(4, 6, 'b'), entry(5, 5), entry(6, 4, 'b')];

  test('is filtered by type and by whole local days, both ends included', () => {
    expect(fits(entry(1, 9), {})).toBe(true);
    expect(fits(entry(1, 9), { type: 'b' })).toBe(false);
    expect([8, 9, 10].map((day) => fits(entry(1, day), { from: '2026-02-09', to: '2026-02-09' }))).toEqual([false, true, false]);
  });

  test('is read on until enough fit', async () => {
    const server = serverOf(entries);
    const page = await readMatching(server.read, { type: 'b' }, null, 2);
    expect(page.entries.map(({ judgementId }) => judgementId)).toEqual(['2', '4']);
    expect(page).toMatchObject({ next: '4', gaveUp: false });
    expect((await readMatching(server.read, { type: 'b' }, page.next, 2)).entries.map(({ judgementId }) => judgementId)).toEqual(['6']);
  });

  test('stops where everything later is too old', async () => {
    const server = serverOf(entries);
    expect(await readMatching(server.read, { from: '2026-02-08' }, null, 50)).toMatchObject({ next: null, gaveUp: false });
    expect(server.asked).toHaveLength(2);
  });

  test('of a filter that fits nothing ends after some pages, and can be asked to go on', async () => {
    const server = serverOf(Array.from({ length: 40 }, (_, id) => entry(id, 9)));
    const page = await readMatching(server.read, { type: 'none' }, null, 5);
    expect(page).toEqual({ entries: [], next: String(pagesMax * 2), gaveUp: true });
    expect(server.asked).toHaveLength(pagesMax);
  });

  test('stands under the days', () => {
    const days = byDay([entry(1, 9), entry(2, 9), entry(3, 7)]);
    expect(days.map(({ day, entries: given }) => [day, given.length])).toEqual([['2026-02-09', 2], ['2026-02-07', 1]]);
    const now = new Date(2026, 1, 9, 0, 30).getTime();
    expect(dayText('2026-02-09', now)).toBe('Today');
    expect(dayText('2026-02-08', now)).toBe('Yesterday');
    expect(dayText('2025-02-08', now)).toContain('2025');
  });
});

test('an address with a day that is none is no filter', () => {
  expect(readHistorySearch({ type: '', from: 'yesterday', to: '2026-02-09' })).toEqual({ to: '2026-02-09' });
});
