import { describe, expect, test } from '@jest/globals';
import type { ReviewEvent } from '../events.ts';
import { noticeOf, payloadsOf, readPayload } from './notices.ts';

const task = (record: string, value: object) => ({ topic: 'reviews.changed', record, key: 'k', value: { taskId: 't', reviewer: null, actor: null, queue: 'q', kind: 'spot-check', ...value } }) as unknown as ReviewEvent;

describe('a notice', () => {
  test('tells those whose task it was', () => {
    const cases: Array<[ReviewEvent, unknown]> = [
      [task('TaskOpened', {}), []],
      [task('TaskClaimed', { reviewer: 'ann' }), []],
      [task('TaskReleased', { reviewer: 'ann', actor: 'ann' }), [['ann', 'released']]],
      [task('TaskReleased', { reviewer: 'ann', actor: 'sue' }), [['ann', 'released']]],
      [task('TaskReleased', { reviewer: 'ann' }), [['ann', 'expired']]],
      [task('TaskHeld', { reviewer: 'ann' }), [['ann', 'released']]],
      [task('TaskEscalated', { reviewer: 'ann' }), [['ann', 'released']]],
      [task('TaskReassigned', { reviewer: 'ann', to: 'bob', reserved: true }), [['ann', 'released'], ['bob', 'assigned']]],
      [task('TaskReassigned', { reviewer: 'ann', to: 'bob', reserved: false }), [['ann', 'released']]],
      [task('TaskReassigned', { to: null, reserved: false }), []],
      [task('TaskWarned', { reviewer: 'ann' }), [['ann', 'warned']]],
      [task('TaskWarned', {}), []],
      [task('TaskClosed', { reviewer: 'ann', outcome: 'judged' }), [['ann', 'closed']]],
    ];
    for (const [event, expected] of cases) expect([event.record, noticeOf([event]).tasks.map(({ personId, change }) => [personId, change])]).toEqual([event.record, expected]);
  });

  test('says nothing of what the task is', () => {
    const [payload] = payloadsOf(noticeOf([task('TaskReleased', { reviewer: 'ann', kind: 'spot-check', route: 'auto', tier: 'high', reason: 'SECRET' })]));
    expect(payload).toBe('{"queues":true,"tasks":[{"taskId":"t","personId":"ann","change":"expired"}]}');
    expect(payloadsOf(noticeOf([task('TaskOpened', {})]))).toEqual(['{"queues":true}']);
    expect(payloadsOf(noticeOf([task('TaskPresented', {})]))).toEqual([]);
  });

  test('fits what Postgres takes, however much happened at once, and reads back whole', () => {
    const events = Array.from({ length: 500 }, (_, index) => task('TaskClosed', { taskId: `task-${index}`, reviewer: 'ä'.repeat(190) }));
    const payloads = payloadsOf(noticeOf(events));
    expect(payloads.length).toBeGreaterThan(10);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8000);
    expect(payloads.flatMap((payload) => readPayload(payload).tasks.map(({ taskId }) => taskId))).toEqual(events.map((_, index) => `task-${index}`));
    expect(readPayload('no notice')).toEqual({ queues: false, tasks: [], people: [], sessions: [] });
  });
});
