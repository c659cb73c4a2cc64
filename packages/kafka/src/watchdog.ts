const lastsMsMaxDefault = 120_000;

/**
 * Calls back once when something has lasted for too long: that no fetch returned, no heartbeat was answered and no batch was
 * handled, that an assignment was not begun, or that what there is to read was not fetched. Clear the returned timer at the end.
 */
export function watchProgress(lastsMs: () => number, lastsMsMax: number = lastsMsMaxDefault, onStuck: (lastsMs: number) => void): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (lastsMs() <= lastsMsMax) return;
    clearInterval(timer);
    onStuck(lastsMs());
  }, Math.min(5000, lastsMsMax / 4));
  return timer;
}
