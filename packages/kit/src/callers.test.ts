import { expect, test } from '@jest/globals';
import { denialsMax, DenialCounter } from './callers.ts';

test('a new minute counts anew, and callers without number are counted together', () => {
  const counter = new DenialCounter();
  const last = (caller: string, times: number, nowMs: number) => Array.from({ length: times }, () => counter.count(caller, nowMs)).at(-1);
  expect(last('a', denialsMax, 1000)).toEqual({ record: 'itself', waitS: 0 });
  expect(counter.count('a', 31_000)).toEqual({ record: 'with-those-after', waitS: 30 });
  expect(counter.count('a', 31_000)).toEqual({ record: 'no', waitS: 30 });
  expect(counter.count('a', 61_000)).toEqual({ record: 'itself', waitS: 0 });
  for (let caller = 0; caller < 20_000; caller += 1) counter.count(`caller ${caller}`, 61_000);
  expect(counter.count('yet another', 61_000)).toMatchObject({ record: 'no' });
  expect(counter.count('a', 61_000)).toMatchObject({ record: 'itself' });
});
