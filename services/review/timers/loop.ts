/** Runs due timers, one transaction each, whichever instance gets to them first. */

import type { ReviewContext } from '../context.ts';
import { wakeTasks } from '../tasks/queue-store.ts';
import { fireTimer } from './deadlines.ts';
import type { Timer } from './store.ts';
import { readNow, takeDueTimer } from './store.ts';

export type TimerRun = { fired: number; failed: ReadonlyArray<{ timer: Timer; error: unknown }> };

/** Bound of one run, so that shutdown never waits long. */
const timersPerRunMax = 500;

/**
 * Wakes what was put aside until now and fires what is due, until nothing is. `at` stands in for the database clock in tests. A timer that fails stays in the
 * table and does not hold up the others.
 */
export async function runDueTimers(review: ReviewContext, at?: number): Promise<TimerRun> {
  const failed: Array<{ timer: Timer; error: unknown }> = [];
  let fired = 0;
  await wakeTasks(review.sql, at ?? (await readNow(review.sql)));
  while (fired + failed.length < timersPerRunMax) {
    let taken: Timer | null = null;
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
    fired += 1;
  }
  return { fired, failed };
}
