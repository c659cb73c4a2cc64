import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fatigueOf } from './fatigue.ts';
import type { QueueLoad, WorkSpell } from './fatigue.ts';

const minute = 60_000;
const rule = { breakAfterActiveMs: 50 * minute, pauseMs: 10 * minute };
const now = 1_000 * minute;

/** Work that ended `endedAgo` minutes ago and lasted as long as it was active, unless said otherwise. */
function spell(endedAgo: number, active: number, lasted = active): WorkSpell {
  return { toMs: now - endedAgo * minute, fromMs: now - (endedAgo + lasted) * minute, activeMs: active * minute };
}

function tell(spells: readonly WorkSpell[], loads: readonly QueueLoad[] = []) {
  return fatigueOf(spells, loads, now, rule);
}

describe('a break', () => {
  test('is suggested after fifty minutes of active work, and not before', () => {
    expect(tell([spell(0, 25), spell(26, 25)])).toMatchObject({ activeMsSinceBreak: 50 * minute, nudge: 'break' });
    expect(tell([spell(0, 25), spell(26, 24)])).toMatchObject({ activeMsSinceBreak: 49 * minute, nudge: null });
    expect(tell([])).toEqual({ activeMsSinceBreak: 0, judgedLastHour: 0, softCapPerHour: null, nudge: null });
  });

  test('begins anew after a pause of ten minutes, between two cases or with one open', () => {
    expect(tell([spell(0, 20), spell(30, 40)])).toMatchObject({ activeMsSinceBreak: 20 * minute, nudge: null });
    expect(tell([spell(0, 20), spell(29, 40)])).toMatchObject({ activeMsSinceBreak: 60 * minute, nudge: 'break' });
    expect(tell([spell(0, 20, 30), spell(31, 40)])).toMatchObject({ activeMsSinceBreak: 20 * minute, nudge: null });
    expect(tell([spell(10, 55)])).toMatchObject({ activeMsSinceBreak: 0, nudge: null });
  });

  test('does not depend on the order of what was done, nor counts more than what passed', () => {
    const spells = fc.array(fc.record({ endedAgo: fc.nat(300), active: fc.nat(60), lasted: fc.nat(60) }), { maxLength: 20 });
    fc.assert(fc.property(spells, (many) => {
      const done = many.map(({ endedAgo, active, lasted }) => spell(endedAgo, active, lasted));
      const { activeMsSinceBreak } = tell(done);
      expect(tell([...done].reverse()).nudge).toBe(tell(done).nudge);
      expect(activeMsSinceBreak).toBeLessThanOrEqual(done.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
    }));
  });
});

test('of two cases that ended together, one of them with a pause inside, either may be told first', () => {
  const both = [spell(3, 26, 36), spell(3, 24, 24)];
  expect(tell([...both].reverse())).toEqual(tell(both));
});

describe('the soft cap', () => {
  const load = (queue: string, judgedLastHour: number, softCapPerHour: number | null): QueueLoad => ({ queue, judgedLastHour, softCapPerHour });

  test('is each queue\'s own: the fullest one says it', () => {
    expect(tell([], [load('a', 29, 30), load('b', 5, 60)])).toMatchObject({ judgedLastHour: 34, softCapPerHour: 30, nudge: null });
    expect(tell([], [load('a', 10, 30), load('b', 60, 60)])).toMatchObject({ judgedLastHour: 70, softCapPerHour: 60, nudge: 'cap' });
  });

  test('is none where none is set, and gives way to a break', () => {
    expect(tell([], [load('a', 500, null)])).toMatchObject({ judgedLastHour: 500, softCapPerHour: null, nudge: null });
    expect(tell([spell(0, 55)], [load('a', 60, 60)])).toMatchObject({ nudge: 'break' });
  });
});
