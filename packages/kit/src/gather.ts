type Waiting<B> = { batch: B; resolve: () => void; reject: (error: unknown) => void };

export type Gathering<B> = {
  /** Calls in hand at once. */
  concurrency: number;
  /** A call takes no further batch beyond this weight; a single batch may weigh more. */
  weightMax: number;
  weigh(batch: B): number;
};

/**
 * Merges batches of several partitions: what arrives while others are in hand is handled in one call, so that a
 * transaction or a produce request is paid once for all of them. The busier a service, the larger its calls. When a
 * merged call fails, its batches are tried one by one, so that one bad partition does not hold up the others.
 */
export function gather<B>({ concurrency, weightMax, weigh }: Gathering<B>, handle: (batches: readonly B[]) => Promise<void>): (batch: B) => Promise<void> {
  const queue: Array<Waiting<B>> = [];
  let running = 0;
  let scheduled = false;

  // The partitions of one fetch are handed over one after the other: wait for the last of them.
  const schedule = () => {
    if (scheduled || running >= concurrency || queue.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (queue.length > 0 && running < concurrency) void run(take());
    });
  };
  const take = () => {
    let weight = 0;
    let count = 0;
    for (const { batch } of queue) {
      weight += weigh(batch);
      if (count > 0 && weight > weightMax) break;
      count += 1;
    }
    return queue.splice(0, count);
  };
  const run = async (taken: ReadonlyArray<Waiting<B>>) => {
    running += 1;
    schedule();
    try {
      await handle(taken.map(({ batch }) => batch));
      for (const { resolve } of taken) resolve();
    } catch (error) {
      if (taken.length === 1) taken[0]?.reject(error);
      else for (const one of taken) await handle([one.batch]).then(one.resolve, one.reject);
    } finally {
      running -= 1;
      schedule();
    }
  };
  return (batch) => new Promise<void>((resolve, reject) => {
    queue.push({ batch, resolve, reject });
    schedule();
  });
}
