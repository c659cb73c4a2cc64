const idleMsMaxDefault = 120_000;

/**
 * Calls back once when nothing happened for too long: no fetch returned, no heartbeat was answered, no batch was
 * handled. Clear the returned timer at the end.
 */
export function watchProgress(idleMs: () => number, idleMsMax: number = idleMsMaxDefault, onStuck: (idleMs: number) => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (idleMs() <= idleMsMax) return;
    clearInterval(timer);
    onStuck(idleMs());
  }, Math.min(5000, idleMsMax / 4));
  return timer;
}
