/** Ends sessions whose time is over and deletes what is left of old ones. Whether a session stands never waits for this: queries judge by the clock. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@countersign/kit';
import type { ReviewContext } from '../context.ts';
import { readNow } from '../timers/store.ts';
import { sessionEnded } from './events.ts';
import { deleteOldSessions, endLapsed } from './session-store.ts';

const pollMs = 5000;
const batchMax = 500;
/** Ended sessions are refused by absence too; a day is for whoever looks into the table. */
const keptUs = 86_400 * 1_000_000;

/** One round; answers how many sessions ended. */
export async function sweepSessions(review: Pick<ReviewContext, 'transact'>): Promise<number> {
  return await review.transact(async (work) => {
    const now = await readNow(work.sql);
    const ended = await endLapsed(work.sql, now, batchMax);
    for (const { personId, sessionId, because } of ended) work.emit(sessionEnded(personId, sessionId, because, null, now));
    await deleteOldSessions(work.sql, now, now - keptUs, batchMax);
    return ended.length;
  });
}

/** Sweeps until disposed; every instance may. */
export function startSweep(review: Pick<ReviewContext, 'transact'>, log: Log): AsyncDisposable {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      let ended = 0;
      try {
        ended = await sweepSessions(review);
      } catch (error) {
        log.warn({ err: error }, 'sessions cannot be swept; trying again');
      }
      // Ends at once on disposal.
      if (ended < batchMax) await wait(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}
