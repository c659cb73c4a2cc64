/** A probe or a scrape waits no longer than this; probes of a load balancer give up about then. */
export const answerMsMax = 3000;

/** What `ask` answers, or `late` where that takes too long. Rejects as `ask` does. */
export async function inTime<T>(ask: () => Promise<T>, late: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(late), answerMsMax);
  try {
    return await Promise.race([ask(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
