import { expect, test } from '@jest/globals';
import { Random } from '../chaos/random.ts';
import { areaErrorAtHalf, areaUnderCurve, areaWithinGroups, binFeatures, labelsDealtAnew, scoreOutOfFold } from './classifier.ts';

const random = new Random(7);
const rows = 800;
const labels = Array.from({ length: rows }, () => random.chance(0.3));
const noise = () => Float64Array.from({ length: rows }, () => random.next());
const error = areaErrorAtHalf(labels.filter(Boolean).length, labels.filter((label) => !label).length);

function areaOf(features: readonly Float64Array[]): number {
  return areaUnderCurve(scoreOutOfFold(binFeatures(features), labels, () => random.next()), labels);
}

test('noise tells nothing, however much of it there is', () => {
  expect(Math.abs(areaOf(Array.from({ length: 60 }, noise)) - 0.5)).toBeLessThan(3.5 * error);
});

test('one shifted feature among much noise is found', () => {
  const shifted = Float64Array.from(labels, (label) => random.next() + (label ? 0.6 : 0));
  expect(areaOf([...Array.from({ length: 60 }, noise), shifted])).toBeGreaterThan(0.8);
});

test('what only two features together tell is found', () => {
  const one = Float64Array.from(labels, () => (random.chance(0.5) ? 1 : 0));
  const other = Float64Array.from(labels, (label, index) => (label ? 1 - (one[index] ?? 0) : (one[index] ?? 0)));
  expect(areaOf([one, other, noise(), noise()])).toBeGreaterThan(0.9);
});

test('what tells only that rows belong together tells nothing of those that were not seen', () => {
  const groups = Array.from({ length: rows }, (_, row) => String(row >> 1));
  const paired = groups.map((group) => labels[Number(group)] === true);
  const own = Array.from({ length: 20 }, () => new Map(groups.map((group) => [group, random.next()])));
  const features = own.map((known) => Float64Array.from(groups, (group) => known.get(group) ?? 0));
  const area = areaUnderCurve(scoreOutOfFold(binFeatures(features), paired, () => random.next(), groups), paired);
  expect(Math.abs(area - 0.5)).toBeLessThan(3.5 * Math.SQRT2 * error);
});

test('the area counts ties as half', () => {
  expect(areaUnderCurve([1, 1, 1, 1], [true, false, true, false])).toBe(0.5);
  expect(areaUnderCurve([2, 1, 2, 0], [true, false, true, false])).toBe(1);
  expect(areaUnderCurve([0, 1, 1, 2], [true, false, true, false])).toBe(0.125);
});

test('what tells groups apart tells nothing within them', () => {
  const groups = labels.map((label) => (random.chance(label ? 0.8 : 0.3) ? 'one' : 'other'));
  const scores = groups.map((group) => (group === 'one' ? 10 : 0) + random.next());
  const within = areaWithinGroups(scores, labels, groups);
  expect(areaUnderCurve(scores, labels)).toBeGreaterThan(0.7);
  expect(Math.abs(within.area - 0.5)).toBeLessThan(3.5 * within.error);
});

test('labels dealt anew stay whole in a group, keep to their strata, and tell nothing any more', () => {
  const strata = labels.map((_, row) => (row < rows / 2 ? 'often' : 'seldom'));
  const groups = labels.map((_, row) => String(row >> 1));
  const paired = strata.map((stratum, row) => random.chance(stratum === 'often' ? 0.6 : 0.1) && row % 2 === 0);
  const dealt = labelsDealtAnew(paired, random, groups, strata);
  const count = (own: readonly boolean[], stratum: string) => own.filter((label, row) => label && strata[row] === stratum).length;
  expect(dealt).not.toEqual(paired);
  expect(dealt.filter((label, row) => label && row % 2 === 1)).toEqual([]);
  for (const stratum of ['often', 'seldom']) expect(count(dealt, stratum)).toBe(count(paired, stratum));
  const even = [...labels.keys()].filter((row) => row % 2 === 0);
  const within = areaWithinGroups(even.map((row) => Number(paired[row])), even.map((row) => dealt[row] === true), even.map((row) => strata[row] ?? ''));
  expect(Math.abs(within.area - 0.5)).toBeLessThan(3.5 * within.error);
});
