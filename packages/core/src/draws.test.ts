import { describe, expect, test } from '@jest/globals';
import { keyAt, uniformDraw } from './draws.ts';
import { jeffreysInterval, proportionInterval, worstCaseBounds } from './statistics.ts';
import { reasoningProblem, similarReasoning } from './reasoning.ts';

const key = Buffer.alloc(32, 7);

describe('draws', () => {
  test('are uniform: 20,000 fall into ten bins as chance has it', () => {
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i += 1) {
      const bin = Math.floor(uniformDraw(key, 'spot-check', 'system', `d${i}`) * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    // 99.9 % quantile of chi-square with 9 degrees of freedom; the draws are fixed by the key.
    expect(chiSquare).toBeLessThan(27.88);
  });

  test('differ by purpose, key and every part of the identity, whatever the parts spell together', () => {
    const draws = [
      uniformDraw(key, 'spot-check', 'a', 'bc'), uniformDraw(key, 'spot-check', 'ab', 'c'), uniformDraw(key, 're-review', 'a', 'bc'), uniformDraw(key, 'form', 'a', 'bc'), uniformDraw(Buffer.alloc(32, 8), 'spot-check', 'a', 'bc'),
    ];
    expect(new Set(draws).size).toBe(draws.length);
    expect(uniformDraw(key, 'spot-check', 'a', 'bc')).toBe(draws[0]);
  });

  test('use the key that was valid at the time', () => {
    const keys = [{ version: 'k1', key, validFrom: 0 }, { version: 'k2', key, validFrom: 100 }];
    expect([keyAt(keys, 0)?.version, keyAt(keys, 99)?.version, keyAt(keys, 100)?.version, keyAt(keys, -1)?.version]).toEqual(['k1', 'k1', 'k2', undefined]);
  });
});

describe('statistics', () => {
  test('Clopper-Pearson agrees with published values', () => {
    // R: binom.test(2, 20)$conf.int
    const { lower, upper } = proportionInterval(2, 20);
    expect(lower).toBeCloseTo(0.01234853, 8);
    expect(upper).toBeCloseTo(0.3169827, 7);
    expect(proportionInterval(0, 0)).toEqual({ lower: 0, upper: 1 });
    expect(() => proportionInterval(3, 2)).toThrow(RangeError);
  });

  test('Jeffreys is narrower, knows nothing of nothing, and reaches 0 and 1', () => {
    // The quantiles of Beta(2.5, 18.5), integrated numerically.
    const { lower, upper } = jeffreysInterval(2, 20);
    expect([lower, upper]).toEqual([expect.closeTo(0.0213725, 6), expect.closeTo(0.2838533, 6)]);
    expect(jeffreysInterval(0, 5)).toEqual({ lower: 0, upper: expect.closeTo(0.3793771, 6) });
    expect(jeffreysInterval(5, 5).upper).toBe(1);
    expect(jeffreysInterval(0, 0)).toEqual({ lower: 0, upper: 1 });
    expect(() => jeffreysInterval(3, 2)).toThrow(RangeError);
  });

  test('samples nobody judged widen the bounds', () => {
    expect(worstCaseBounds(1, 8, 2)).toEqual({ lower: 0.1, upper: 0.3 });
    expect(worstCaseBounds(0, 0, 0)).toBeNull();
  });
});

describe('reasoning', () => {
  test.each(['', '   ', 'ok', '...............', 'aaaaaaaaaaaaaaaaaaa', 'asdf asdf asdf asdf', 'yes yes yes yes yes yes'])('"%s" is none', (text) => {
    expect(reasoningProblem(text)).not.toBeNull();
  });
  test.each(['The stroke closes at the top, so it is a nine.', 'Порог дохода превышен почти вдвое.', '申请人的收入证明与银行流水不一致，需要拒绝。'])('"%s" is one', (text) => {
    expect(reasoningProblem(text)).toBeNull();
  });
  test('saying the same again is noticed', () => {
    expect(similarReasoning('The stroke closes at the top.', ['the stroke closes at the top'])).toBe(true);
    expect(similarReasoning('The stroke closes at the top.', ['Ink runs off the edge of the scan.'])).toBe(false);
  });
});
