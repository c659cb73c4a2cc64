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

  /** Lets what has ended be noticed. */
  const settle = async () => {
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
  };

  test('runs at once, and once more for whatever came within the interval', async () => {
    const time = clock();
    const runs: number[] = [];
    const { call } = throttle(async () => runs.push(time.nowMs()), 500, time);
    for (let i = 0; i < 10; i += 1) call();
    await settle();
    expect(runs).toEqual([0]);
    time.go(100);
    call();
    time.go(400);
    await settle();
    expect(runs).toEqual([0, 500]);
    time.go(1000);
    await settle();
    expect(runs).toEqual([0, 500]);
    call();
    expect(runs).toEqual([0, 500, 1500]);
  });

  test('waits for a run that takes longer than the interval, and forgets nothing that was asked meanwhile', async () => {
    const time = clock();
    const ends: Array<() => void> = [];
    let fail = true;
    const { call } = throttle(async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      if (fail) throw new Error('The server is away.');
    }, 500, time);
    call();
    for (let i = 0; i < 5; i += 1) {
      time.go(500);
      call();
    }
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await settle();
    expect(ends).toHaveLength(2);
    fail = false;
    ends[1]?.();
    await settle();
    time.go(5000);
    expect(ends).toHaveLength(2);
  });

  test('that is stopped runs no more', async () => {
    const time = clock();
    let runs = 0;
    const { call, stop } = throttle(async () => (runs += 1), 500, time);
    call();
    await settle();
    call();
    stop();
    time.go(1000);
    call();
    expect(runs).toBe(1);
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
