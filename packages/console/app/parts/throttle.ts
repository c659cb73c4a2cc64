/** Calls at most once an interval: at once where it is quiet, and once more at the end of it where more was asked meanwhile. */

export type ThrottleParts = { nowMs(): number; after(ms: number, action: () => void): () => void };

export type Throttled = { call(): void; stop(): void };

/** MUST be stopped when it is no longer wanted: a last call may be waiting. */
export function throttle(action: () => void, intervalMs: number, { nowMs, after }: ThrottleParts): Throttled {
  let calledMs = -Infinity;
  let cancel: (() => void) | null = null;
  const run = () => {
    cancel = null;
    calledMs = nowMs();
    action();
  };
  return {
    call() {
      if (cancel !== null) return;
      const leftMs = calledMs + intervalMs - nowMs();
      if (leftMs <= 0) run();
      else cancel = after(leftMs, run);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
