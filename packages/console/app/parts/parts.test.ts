import { describe, expect, test } from '@jest/globals';
import { intervalText, lengthText, shareText } from './figures.ts';
import { matching } from './matching.ts';
import { throttle } from './throttle.ts';

describe('a throttle', () => {
  /** A clock that is set by hand. */
  function clock() {
    let now = 0;
    let waiting: { at: number; run(): void } | null = null;
    return {
      nowMs: () => now,
      after(ms: number, run: () => void) {
        waiting = { at: now + ms, run };
        return () => (waiting = null);
      },
      go(ms: number) {
        now += ms;
        if (waiting === null || waiting.at > now) return;
        const { run } = waiting;
        waiting = null;
        run();
      },
    };
  }

  test('calls at once, and once more for whatever came within the interval', () => {
    const time = clock();
    const calls: number[] = [];
    const { call } = throttle(() => calls.push(time.nowMs()), 500, time);
    for (let i = 0; i < 10; i += 1) call();
    expect(calls).toEqual([0]);
    time.go(100);
    call();
    time.go(400);
    expect(calls).toEqual([0, 500]);
    time.go(1000);
    expect(calls).toEqual([0, 500]);
    call();
    expect(calls).toEqual([0, 500, 1500]);
  });

  test('that is stopped calls no more', () => {
    const time = clock();
    let calls = 0;
    const { call, stop } = throttle(() => (calls += 1), 500, time);
    call();
    call();
    stop();
    time.go(1000);
    expect(calls).toBe(1);
  });
});

describe('figures', () => {
  test('never round to all or nothing what is not', () => {
    expect([0, 0.0004, 0.0189, 0.127, 0.5, 0.99996, 1].map(shareText)).toEqual(['0 %', '< 0.1 %', '1.9 %', '12.7 %', '50 %', '> 99.9 %', '100 %']);
  });

  test('that were not counted are a dash', () => {
    expect([shareText(null), intervalText(null), lengthText(null)]).toEqual(['–', '–', '–']);
  });

  test('of time are as somebody says them', () => {
    expect([14, 3210, 42_000, 240_000, 14_800_000].map(lengthText)).toEqual(['14 ms', '3.2 s', '42 s', '4 min', '4.1 h']);
  });
});

test('people are found by any part of name or id, whatever case and accents', () => {
  const people = [{ personId: 'x1', name: 'Zoë Ångström' }, { personId: 'rita', name: 'Rita' }];
  expect(matching(people, ' zoe ').map(({ personId }) => personId)).toEqual(['x1']);
  expect(matching(people, 'RIT')).toHaveLength(1);
  expect(matching(people, '')).toHaveLength(2);
  expect(matching(people, 'nobody')).toEqual([]);
});
