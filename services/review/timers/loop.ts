/** Runs due timers, one transaction each, whichever instance gets to them first. */

import { crashPoint } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import { wakeTasks } from '../tasks/queue-store.ts';
import { fireTimer } from './deadlines.ts';
import type { Timer } from './store.ts';
import { readNow, takeDueTimer } from './store.ts';

export type TimerRun = { fired: number; failed: ReadonlyArray<{ timer: Timer; error: unknown }> };

/** Those that fail come first again in the next run, and are no reason to look at no other. */
const failedPerRunMax = 500;

export type RunBounds = { firedMax?: number; stopping?: AbortSignal };

/**
 * Wakes what was put aside until now and fires what is due, until nothing is, or a bound is met: what is left is there for the next one. `at` stands in
 * for the database clock in tests. A timer that fails stays in the table and does not hold up the others.
 */
export async function runDueTimers(review: ReviewContext, at?: number, { firedMax = Infinity, stopping }: RunBounds = {}): Promise<TimerRun> {
  const failed: Array<{ timer: Timer; error: unknown }> = [];
  let fired = 0;
  await wakeTasks(review.sql, at ?? (await readNow(review.sql)));
  while (fired < firedMax && failed.length < failedPerRunMax && stopping?.aborted !== true) {
    let taken: Timer | null = null as Timer | null;
    try {
      await review.transact(async (work) => {
        const now = at ?? (await readNow(work.sql));
        taken = await takeDueTimer(work.sql, now, failed.map(({ timer }) => timer.timerId));
        const timer: Timer | null = taken;
        if (timer !== null) await review.traceDeadline(work.sql, timer, () => fireTimer(review, work, timer, now));
      });
    } catch (error) {
      // Without a timer the fault is the database's: the caller waits and comes back.
      if (taken === null) throw error;
      failed.push({ timer: taken, error });
      continue;
    }
    if (taken === null) break;
    if (taken.kind === 'finalise') crashPoint('review.finalised');
    fired += 1;
  }
  return { fired, failed };
}
