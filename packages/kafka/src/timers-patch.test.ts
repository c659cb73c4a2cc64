import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openCluster } from './cluster.ts';
import { testConnection } from './testing/test-cluster.ts';

type Queue = { pending: unknown[]; throttledUntil: number; throttleCheckTimeoutId: NodeJS.Timeout | null; checkPendingRequests: () => void; scheduleCheckPendingRequests(): void };

describe('the throttle timer of kafkajs', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function openQueue(throttledMs: number, pending: unknown[] = []): Queue {
    openCluster(testConnection(['127.0.0.1:1']));
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { prototype: Queue };
    return Object.assign(Object.create(prototype) as Queue, { pending, throttledUntil: Date.now() + throttledMs, throttleCheckTimeoutId: null, checkPendingRequests: jest.fn() });
  }

  test('is not set while nothing is throttled or pending', () => {
    openQueue(-5000).scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('fires when throttling ends, and soon for pending requests', () => {
    const throttled = openQueue(700);
    throttled.scheduleCheckPendingRequests();
    const pending = openQueue(-5000, ['request']);
    pending.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(20);
    expect(pending.checkPendingRequests).toHaveBeenCalledTimes(1);
    expect(throttled.checkPendingRequests).not.toHaveBeenCalled();
    jest.advanceTimersByTime(700);
    expect(throttled.checkPendingRequests).toHaveBeenCalledTimes(1);
  });
});
