/** Keeps running due timers until disposed. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import { runDueTimers } from './loop.ts';

export type Schedule = AsyncDisposable & {
  /** Why deadlines may be late, or `null`. */
  trouble(): string | null;
};

const retryWaitMs = 1000;

/** Looks for due timers every `pollMs`. Deadlines are rows: what a stopped schedule missed, the next one finds. */
export function startSchedule(review: ReviewContext, log: Log, pollMs: number): Schedule {
  const stopping = new AbortController();
  let trouble: string | null = null;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      let waitMs = pollMs;
      try {
        const { fired, failed } = await runDueTimers(review, undefined, stopping.signal);
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
      // Ends at once on disposal.
      await wait(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    trouble: () => trouble,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
