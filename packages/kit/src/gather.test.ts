import { describe, expect, it } from '@jest/globals';
import { gather } from './gather.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A handler that waits to be let go on, and remembers what it was called with. */
function held() {
  const calls: Array<{ batches: readonly string[]; done: PromiseWithResolvers<void> }> = [];
  const handle = async (batches: readonly string[]) => {
    const done = Promise.withResolvers<void>();
    calls.push({ batches, done });
    await done.promise;
  };
  return { calls, handle };
}

const options = { concurrency: 1, weightMax: 10, weigh: (batch: string) => batch.length };

describe('gathering', () => {
  it('handles together what comes together, and what came while that was in hand', async () => {
    const { calls, handle } = held();
    const give = gather(options, handle);
    const first = [give('a'), give('b')];
    await tick();
    expect(calls.map(({ batches }) => batches)).toEqual([['a', 'b']]);
    const second = [give('c'), give('d')];
    await tick();
    expect(calls).toHaveLength(1);
    calls[0]?.done.resolve();
    await Promise.all(first);
    await tick();
    expect(calls.map(({ batches }) => batches)).toEqual([['a', 'b'], ['c', 'd']]);
    calls[1]?.done.resolve();
    await Promise.all(second);
  });

  it('takes no more into a call than its weight, and one batch whatever it weighs', async () => {
    const { calls, handle } = held();
    const give = gather({ ...options, concurrency: 3 }, handle);
    const all = [give('x'.repeat(30)), give('123456'), give('1234'), give('1')];
    for (let round = 0; round < 4; round += 1) await tick();
    expect(calls.map(({ batches }) => batches.map((batch) => batch.length))).toEqual([[30], [6, 4], [1]]);
    for (const { done } of calls) done.resolve();
    await Promise.all(all);
  });

  it('tries one by one what failed together: the bad one alone fails', async () => {
    const calls: Array<readonly string[]> = [];
    const give = gather(options, async (batches) => {
      calls.push(batches);
      await Promise.resolve();
      if (batches.includes('bad')) throw new Error('bad');
    });
    const results = await Promise.allSettled([give('one'), give('bad'), give('two')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(calls).toEqual([['one', 'bad', 'two'], ['one'], ['bad'], ['two']]);
    await expect(give('three')).resolves.toBeUndefined();
  });
});
