import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ConsumerProgress } from './progress.ts';
import type { RecordBatch } from './types.ts';

const place = 'some.topic/0';
const ends = (end: bigint) => new Map([[place, { high: end }]]);
const batch = { topic: 'some.topic', partition: 0, highWatermark: 5n, records: [] } as unknown as RecordBatch;

describe('what a consumer has overlooked', () => {
  let progress: ConsumerProgress;

  beforeEach(() => {
    jest.useFakeTimers();
    progress = new ConsumerProgress();
    progress.begin([{ topic: 'some.topic', partition: 0, next: 3n, highWatermark: 3n }]);
  });
  afterEach(() => void jest.useRealTimers());

  test('is nothing as long as the broker has not said that there is something, however long nobody can ask it', () => {
    jest.advanceTimersByTime(3_600_000);
    expect(progress.overlookedMs()).toBe(0);
    progress.learn(ends(3n));
    jest.advanceTimersByTime(3_600_000);
    expect(progress.overlookedMs()).toBe(0);
  });

  test('counts from when the broker first said so', () => {
    progress.learn(ends(5n));
    jest.advanceTimersByTime(10_000);
    progress.learn(ends(6n));
    jest.advanceTimersByTime(5000);
    expect(progress.overlookedMs()).toBe(15_000);
    expect(progress.lag()).toEqual([{ topic: 'some.topic', partition: 0, records: 3, seconds: 15 }]);
  });

  test.each<[string, () => void]>([
    ['something was fetched', () => progress.fetched(place, batch)],
    ['something was handled', () => progress.handled(place, 5n, null)],
    ['another assignment began', () => progress.begin([])],
    ['the broker says that all is read', () => progress.learn(ends(3n))],
  ])('is nothing again once %s', (_what, happens) => {
    progress.learn(ends(5n));
    jest.advanceTimersByTime(10_000);
    happens();
    jest.advanceTimersByTime(10_000);
    expect(progress.overlookedMs()).toBe(0);
  });
});
