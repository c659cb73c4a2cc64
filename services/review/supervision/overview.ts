/** How the queues stand and where they are heading. */

import { forecastQueue } from '@countersign/core';
import type { DueWork, Forecast } from '@countersign/core';
import type { ReviewContext } from '../context.ts';
import type { QueueDepth } from '../tasks/store.ts';
import { queueDepths } from '../tasks/store.ts';
import * as store from './store.ts';

export type QueueOverview = QueueDepth & { forecast: Forecast; qualified: { people: number; available: number } };

const hourUs = 3_600_000_000;
const minuteMs = 60_000;

export async function readQueues(review: ReviewContext, now: number): Promise<QueueOverview[]> {
  const depths = await queueDepths(review.sql, now);
  const due = groupByQueue(await store.dueBuckets(review.sql));
  const judged = new Map((await store.judgedSince(review.sql, now - hourUs)).map((row) => [row.queue, row.judged]));
  const qualified = new Map((await store.qualifiedPeople(review.sql, depths.map(({ queue }) => queue))).map((row) => [row.queue, row]));
  return depths.map((depth) => {
    const { people, available } = qualified.get(depth.queue) ?? { people: 0, available: 0 };
    return { ...depth, forecast: forecastQueue(judged.get(depth.queue) ?? 0, due.get(depth.queue) ?? [], Math.floor(now / 1000)), qualified: { people, available } };
  });
}

/** A bucket counts as due when its minute begins: rather a breach too many. */
function groupByQueue(buckets: readonly store.DueBucket[]): Map<string, DueWork[]> {
  const byQueue = new Map<string, DueWork[]>();
  for (const { queue, dueMinute, waiting } of buckets) {
    const works = byQueue.get(queue) ?? [];
    works.push({ dueAtMs: dueMinute * minuteMs, count: waiting });
    byQueue.set(queue, works);
  }
  return byQueue;
}
