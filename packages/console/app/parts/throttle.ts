/** Runs something at most once an interval and never twice at a time: at once where it is quiet, and once more for whatever was asked meanwhile. */

export type ThrottleParts = { nowMs(): number; after(ms: number, action: () => void): () => void };

export type Throttled = { call(): void; stop(): void };

/** An action that takes longer than the interval is waited for, so that none is begun anew before one has ended. MUST be stopped when it is no longer wanted. */
export function throttle(action: () => Promise<unknown>, intervalMs: number, { nowMs, after }: ThrottleParts): Throttled {
  let beganMs = -Infinity;
  let cancel: (() => void) | null = null;
  let running = false;
  let askedAgain = false;
  let stopped = false;

  const begin = () => {
    cancel = null;
    running = true;
    askedAgain = false;
    beganMs = nowMs();
    void action().catch(() => undefined).finally(() => {
      running = false;
      if (askedAgain) plan();
    });
  };
  const plan = () => {
    if (stopped || cancel !== null) return;
    const leftMs = beganMs + intervalMs - nowMs();
    if (leftMs <= 0) begin();
    else cancel = after(leftMs, begin);
  };
  return {
    call() {
      if (running) askedAgain = true;
      else plan();
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
