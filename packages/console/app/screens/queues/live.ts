/** Queues as they change: the server hints, and what is shown is fetched again, at most twice a second. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { throttle } from '../../parts/throttle.ts';
import { useRuntime } from '../../runtime.tsx';

/** Everything under this key is what a supervisor sees. */
export const supervisorKey = 'supervisor';

const intervalMs = 500;
/** Where the stream is down, or what changed was time alone. */
export const refetchMs = 20_000;

export function useLiveQueues(): void {
  const { onLive } = useRuntime();
  const queries = useQueryClient();
  useEffect(() => {
    const renew = throttle(() => queries.invalidateQueries({ queryKey: [supervisorKey] }), intervalMs, {
      nowMs: () => performance.now(),
      after(ms, action) {
        const timer = window.setTimeout(action, ms);
        return () => window.clearTimeout(timer);
      },
    });
    const ended = onLive(({ event }) => {
      if (event === 'queues' || event === 'reconnected') renew.call();
    });
    return () => {
      ended();
      renew.stop();
    };
  }, [onLive, queries]);
}
