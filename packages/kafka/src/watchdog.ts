const idleMsMaxDefault = 120_000;

/**
 * Calls back once when something has lasted for too long: that no fetch returned, no heartbeat was answered and no batch was
 * handled, or that an assignment was not begun. Clear the returned timer at the end.
 */
export function watchProgress(idleMs: () => number, idleMsMax: number = idleMsMaxDefault, onStuck: (idleMs: number) => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (idleMs() <= idleMsMax) return;
    clearInterval(timer);
    onStuck(idleMs());
  }, Math.min(5000, idleMsMax / 4));
  return timer;
}
