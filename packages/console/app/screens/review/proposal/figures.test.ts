import { expect, test } from '@jest/globals';
import { barShares, percentText, signedText, similarText } from './figures.ts';

test('a share is never rounded to a certainty', () => {
  expect([1, 0.9999, 0.999, 0.954, 0.67, 0.05, 0.0001, 0].map(percentText)).toEqual(['100 %', '> 99.9 %', '99.9 %', '95.4 %', '67 %', '5.0 %', '< 0.1 %', '0 %']);
});

test('weights have signs, and bars the largest as their measure', () => {
  expect([2.9086, -0.4, 0, 123.4, -12.34].map(signedText)).toEqual(['+2.91', '−0.40', '+0.00', '+123', '−12.3']);
  expect(barShares([4, -2, null])).toEqual([1, 0.5, 0]);
  expect(barShares([0, 0])).toEqual([0, 0]);
});

test('similar decisions are said in a line', () => {
  const one = { outputLabel: 'a', verdict: 'approved', outcome: 'a' };
  expect(similarText([one, { ...one, verdict: 'modified', outcome: 'b' }, { ...one, verdict: null, outcome: null }])).toBe('3: 1 of 2 approved, AI right in 1 of 2 known');
  expect(similarText([{ ...one, verdict: null, outcome: null }])).toBe('1: none judged, no outcome known');
});
