/** Keeps running due timers until disposed. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import type { TimerRun } from './loop.ts';
import { runDueTimers } from './loop.ts';

export type Schedule = AsyncDisposable & {
  /** Why deadlines may be late, or `null`. */
  trouble(): string | null;
};

const retryWaitMs = 1000;
/** A look at deadlines that takes longer has not seen those that became due meanwhile. */
const runMsMaxDefault = 60_000;
/** Looked at anew after so many: what failed, and how many hands it takes. */
const firedPerRunMax = 50;
/** A timer is a transaction that mostly waits: people's judgements must not wait behind thousands of them, one by one. */
const lanesMax = 3;

/** Several runs side by side, as several instances would; throws what made one of them give up once all have ended. */
async function runInLanes(review: ReviewContext, lanes: number, stopping: AbortSignal): Promise<TimerRun> {
  const runs = await Promise.allSettled(Array.from({ length: lanes }, async () => await runDueTimers(review, undefined, { firedMax: firedPerRunMax, stopping })));
  const ended = runs.map((run) => {
    if (run.status === 'rejected') throw run.reason;
    return run.value;
  });
  // One that fails may have been tried by each.
  const failed = new Map(ended.flatMap((run) => run.failed).map((failure) => [failure.timer.timerId, failure]));
  return { fired: ended.reduce((sum, { fired }) => sum + fired, 0), failed: [...failed.values()] };
}

/** Looks for due timers every `pollMs`. Deadlines are rows: what a stopped schedule missed, the next one finds. */
export function startSchedule(review: ReviewContext, log: Log, pollMs: number, runMsMax = runMsMaxDefault): Schedule {
  const stopping = new AbortController();
  let trouble: string | null = null;
  let runningSinceMs: number | null = null;
  let lanes = 1;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      let waitMs = pollMs;
      runningSinceMs = performance.now();
      try {
        const { fired, failed } = await runInLanes(review, lanes, stopping.signal);
        lanes = fired < firedPerRunMax ? 1 : lanesMax;
        for (const { timer, error } of failed) log.error({ err: error, timer }, 'a deadline could not be carried out; it stays');
        trouble = failed.length > 0 ? `${failed.length} deadlines could not be carried out` : null;
        // A failing timer must not be tried in a tight loop.
        if (failed.length > 0) waitMs = retryWaitMs;
        else if (fired > 0) waitMs = 0;
      } catch (error) {
        trouble = 'deadlines cannot be read';
        waitMs = retryWaitMs;
        log.warn({ err: error }, 'deadlines cannot be read; trying again');
      }
      runningSinceMs = null;
      // Ends at once on disposal.
      await wait(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    trouble: () => {
      const runMs = runningSinceMs === null ? 0 : performance.now() - runningSinceMs;
      return runMs > runMsMax ? `a look at deadlines has taken ${Math.round(runMs / 1000)} s` : trouble;
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
