import { expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { register } from 'prom-client';
import { createGauges } from './gauges.ts';
import { Reach } from './reach.ts';

/** Topics of one partition each, with so many records, and what the facts have of them. */
function world() {
  const ends = new Map<string, number>();
  const positions = new Map<string, number>();
  const context = {
    codec: { topicName: (topic: string) => topic },
    admin: { watermarks: (topic: string) => Promise.resolve([{ partition: 0, low: 0n, high: BigInt(ends.get(topic) ?? 0) }]) },
  } as unknown as ConstructorParameters<typeof Reach>[0];
  const rows = () => [...positions].map(([topic, nextOffset]) => ({ topic, partition: 0, clusterId: 'c', nextOffset }));
  const pool = { query: () => Promise.resolve({ rows: rows() }) } as unknown as Pool;
  return { ends, positions, reach: new Reach(context, pool) };
}

test('everything is counted up to the instant whose ends the facts have passed, and no later', async () => {
  const { ends, positions, reach } = world();
  ends.set('decisions.accepted', 5).set('decisions.resolved', 5);
  positions.set('decisions.accepted', 5).set('decisions.resolved', 2);
  expect([reach.until, await reach.advance(1), await reach.advance(2)]).toEqual([null, null, null]);
  positions.set('decisions.resolved', 5);
  ends.set('decisions.resolved', 9);
  expect([await reach.advance(3), reach.until]).toEqual([1, 1]);
  // One partition does not move: what is missing since then says nothing.
  positions.set('decisions.accepted', 100);
  expect([await reach.advance(4), await reach.advance(50)]).toEqual([1, 1]);
  positions.set('decisions.resolved', 9);
  expect([await reach.advance(60), await reach.advance(61)]).toEqual([4, 61]);
});

test('figures that cannot be counted are absent, not what they were', async () => {
  let broken = false;
  const pool = { query: () => (broken ? Promise.reject(new Error('the database is away')) : Promise.resolve({ rows: [{ count: 3, oldest: 1, queue: 'q', depth: 1, overdue: 0, closed: 1, late: 0, decisionType: 't', approvals: 1, fast: 0, due: 0, judged: 0, contradicted: 0 }] })) } as unknown as Pool;
  const gauges = createGauges(pool);
  const seen = async () => (await Promise.all(['countersign_decisions_stranded', 'countersign_decisions_unresolved', 'countersign_queue_depth', 'countersign_recent_tasks_closed'].map(async (name) => (await register.getSingleMetric(name)?.get())?.values.length)));
  await gauges.update(60_000_000, 60_000_000);
  expect(await seen()).toEqual([1, 1, 1, 1]);
  await gauges.update(61_000_000, null);
  expect(await seen()).toEqual([0, 1, 1, 1]);
  broken = true;
  await expect(gauges.update(62_000_000, 62_000_000)).rejects.toThrow('away');
  expect(await seen()).toEqual([0, 0, 0, 0]);
  broken = false;
  await gauges.update(63_000_000, 63_000_000);
  expect(await seen()).toEqual([1, 1, 1, 1]);
});
