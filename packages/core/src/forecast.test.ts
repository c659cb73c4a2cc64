import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forecastQueue } from './forecast.ts';

const minute = 60_000;
const now = 10_000 * minute;
const due = (inMinutes: number, count = 1) => ({ dueAtMs: now + inMinutes * minute, count });

test('an empty queue is cleared now', () => {
  expect(forecastQueue(0, [], now)).toEqual({ judgedLastHour: 0, clearedAtMs: now, breachesExpected: 0 });
});

test('where nobody judges, everything that waits will be late and no end is known', () => {
  expect(forecastQueue(0, [due(600, 3), due(5)], now)).toEqual({ judgedLastHour: 0, clearedAtMs: null, breachesExpected: 4 });
});

test('the k-th piece is done after k times what one takes, earliest due first', () => {
  // Six an hour: one each ten minutes.
  expect(forecastQueue(6, [due(10), due(20), due(30)], now)).toEqual({ judgedLastHour: 6, clearedAtMs: now + 30 * minute, breachesExpected: 0 });
  expect(forecastQueue(6, [due(30), due(9), due(19)], now)).toMatchObject({ breachesExpected: 2 });
  expect(forecastQueue(6, [due(-5), due(60, 2)], now)).toMatchObject({ breachesExpected: 1 });
});

test('counts within one due date as it would one by one', () => {
  const work = fc.array(fc.record({ inMinutes: fc.integer({ min: -60, max: 600 }), count: fc.integer({ min: 1, max: 20 }) }), { maxLength: 20 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), work, (rate, items) => {
    const dates = items.flatMap(({ inMinutes, count }) => Array.from({ length: count }, () => now + inMinutes * minute)).sort((a, b) => a - b);
    const late = dates.filter((date, index) => Math.floor((date - now) / (3_600_000 / rate)) < index + 1).length;
    expect(forecastQueue(rate, items.map(({ inMinutes, count }) => due(inMinutes, count)), now).breachesExpected).toBe(late);
  }));
});
