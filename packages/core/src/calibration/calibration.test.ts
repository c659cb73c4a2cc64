import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uniformDraw } from '../draws.ts';
import { aiRightBy, chooseExercise, dayOf, exerciseRate, exerciseSeats, imbalanceMax, reservoir } from './calibration.ts';
import type { Balance, PoolCase } from './calibration.ts';

const key = Buffer.alloc(32, 7);
const share = fc.double({ min: 0.01, max: 0.2, noNaN: true });

describe('the share of exercises', () => {
  test('is none where the policy wants none', () => {
    expect([exerciseRate({}), exerciseRate({ calibration: { share: 0 } })]).toEqual([0, 0]);
  });

  test('converges to what the policy wants, for each of the people who do the work', () => {
    fc.assert(fc.property(share, fc.integer({ min: 1, max: 6 }), fc.string(), (wanted, people, salt) => {
      const rate = exerciseRate({ calibration: { share: wanted } });
      // Whoever comes next takes what waits longest, be it work or an exercise that was mixed in behind it.
      const queue = Array.from({ length: 3000 }, (_, at) => (uniformDraw(key, 'exercise', 's', `${salt}${at}`) < rate ? ['work', 'exercise'] : ['work'])).flat();
      for (let person = 0; person < people; person += 1) {
        const own = queue.filter((_, at) => Math.floor(uniformDraw(key, 'form', salt, String(at)) * people) === person);
        const exercises = own.filter((what) => what === 'exercise').length;
        // Five standard deviations.
        expect(Math.abs(exercises / own.length - wanted)).toBeLessThan(5 * Math.sqrt(wanted / own.length));
      }
    }), { numRuns: 30 });
  });

  test('is drawn for each task of a route, in the queue of that work', () => {
    expect(['auto', 'standard', 'senior', 'dual', 'unheard-of'].map((route) => exerciseSeats(route).map(({ seniority }) => seniority))).toEqual([[], ['any'], ['senior'], ['any', 'senior'], []]);
    const [first, second] = exerciseSeats('dual').map(({ purpose }) => uniformDraw(key, purpose, 's', 'd'));
    expect(first).not.toBe(second);
  });
});

describe('a reservoir', () => {
  const drawn = fc.uniqueArray(fc.record({ draw: fc.double({ min: 0, max: 1, noNaN: true }), decisionId: fc.string() }), { selector: ({ decisionId }) => decisionId });

  test('depends neither on the order nor on the pieces in which it is filled', () => {
    fc.assert(fc.property(drawn, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 }), fc.func(fc.integer()), (all, size, piece, rank) => {
      const shuffled = [...all].sort((a, b) => rank(a.decisionId) - rank(b.decisionId));
      let kept: typeof all = [];
      for (let at = 0; at < shuffled.length; at += piece) kept = reservoir([...kept, ...shuffled.slice(at, at + piece)], size);
      expect(kept).toEqual(reservoir(all, size));
      expect(kept.length).toBe(Math.min(size, all.length));
    }));
  });

  test('is one of each day, UTC', () => {
    expect(dayOf(Date.parse('1970-01-02T00:00:00Z') * 1000)).toBe(1);
    expect(dayOf(Date.parse('1970-01-01T23:59:59.999Z') * 1000)).toBe(0);
  });
});

describe('what the AI was', () => {
  const digits = [{ label: '1' }, { label: '7' }];
  const content = [{ label: 'sound', meaning: 'approve' as const }, { label: 'wrong', meaning: 'reject' as const }];
  test.each([
    ['right', '7', '7', digits, true], ['wrong', '1', '7', digits, false], ['an outcome that is no answer', 'seven', '7', digits, null],
    ['content that was sound', 'sound', 'draft', content, true], ['content that was not', 'wrong', 'draft', content, false], ['content whose outcome is no answer', 'draft', 'draft', content, null],
  ])('%s', (_, outcome, output, answers, expected) => expect(aiRightBy(outcome, output, answers)).toBe(expected));
});

describe('the next exercise', () => {
  const poolOf = fc.uniqueArray(fc.record({ draw: fc.double({ min: 0, max: 1, noNaN: true }), decisionId: fc.uuid(), aiRight: fc.boolean() }), { selector: ({ decisionId }) => decisionId, minLength: 1 });

  function planAll(cases: ReadonlyArray<Omit<PoolCase, 'uses'>>, usesMax: number, wanted: number) {
    const pool = cases.map((one) => ({ ...one, uses: 0 }));
    const balance: Balance = { right: 0, wrong: 0 };
    for (let count = 0; count < wanted; count += 1) {
      const chosen = chooseExercise(pool, balance, usesMax);
      if (chosen === null) break;
      chosen.uses += 1;
      balance[chosen.aiRight ? 'right' : 'wrong'] += 1;
    }
    return { pool, balance };
  }

  test('keeps right and wrong in balance whatever the pool holds, and uses every case alike', () => {
    fc.assert(fc.property(poolOf, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200 }), (cases, usesMax, wanted) => {
      const { pool, balance } = planAll(cases, usesMax, wanted);
      expect(Math.abs(balance.right - balance.wrong)).toBeLessThanOrEqual(imbalanceMax);
      for (const half of [true, false]) {
        const uses = pool.filter(({ aiRight }) => aiRight === half).map((one) => one.uses);
        expect(Math.max(0, ...uses)).toBeLessThanOrEqual(usesMax);
        if (uses.length > 0) expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
      }
    }));
  });

  test('alternates where there is enough of both', () => {
    const cases = Array.from({ length: 40 }, (_, at) => ({ draw: at / 40, decisionId: String(at), aiRight: at >= 4 }));
    expect(planAll(cases, 10, 40).balance).toEqual({ right: 20, wrong: 20 });
  });

  test('is none rather than one more case in which the AI was right', () => {
    const cases = Array.from({ length: 40 }, (_, at) => ({ draw: at / 40, decisionId: String(at), aiRight: true }));
    expect(planAll(cases, 10, 40).balance).toEqual({ right: imbalanceMax, wrong: 0 });
    expect(chooseExercise([], { right: 0, wrong: 0 }, 1)).toBeNull();
  });
});
