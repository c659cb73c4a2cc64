import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { handleFacts, type Fact } from './handlers.ts';
import { countStaged, lockFacts, readPositions, stageFacts, swapFacts, unstageFacts, type Position } from './rebuild-store.ts';

/** The audit log, as a rebuild reads it. */
export type FactLog = {
  /** Everything recorded from `from` (all without it) to before `to`. A repeat does no harm. */
  read(from: string | null, to: string): AsyncIterable<Fact>;
  /** `settled`: nothing more will appear that is recorded before it. `end`: what is there now is recorded before it. */
  instants(): Promise<{ settled: string; end: string }>;
  /** How far the log goes. */
  positions(): Promise<Position[]>;
};

export type RebuildResult = { decisions: number; tasks: number; alerts: number; read: number };

/** The log does not yet hold all that the metrics counted: rebuilding from it would lose facts. */
export class LogBehindError extends Error {
  override name = 'LogBehindError';
}

const batchMax = 1000;
const pollMs = 200;

/**
 * Builds the facts anew from the log and swaps them in, in one transaction, while the service may run: it is held up
 * for the last pass only, and goes on from its own positions, which stay as they are. So the log must be as far as
 * the metrics when the swap happens; `LogBehindError` after `waitMs` otherwise. Emits nothing.
 */
export async function rebuildFacts(pool: Pool, log: FactLog, waitMs: number): Promise<RebuildResult> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await stageFacts(client);
    // Two passes without a lock, the second over what came during the first, so that the third is short. Each ends where
    // the log ended when it began: a log that grows faster than it is read would never end.
    let read = 0;
    let from: string | null = null;
    for (let pass = 0; pass < 2; pass += 1) {
      const { settled, end } = await log.instants();
      read += await stage(client, log.read(from, end));
      from = settled;
    }
    await client.query('begin');
    await lockFacts(client);
    await untilLogHas(log, await readPositions(client), waitMs);
    read += await stage(client, log.read(from, (await log.instants()).end));
    await swapFacts(client);
    const counts = await countStaged(client);
    await client.query('commit');
    return { ...counts, read };
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    await unstageFacts(client).catch((failure: Error) => (broken = failure));
    client.release(broken);
  }
}

async function stage(client: PoolClient, facts: AsyncIterable<Fact>): Promise<number> {
  let count = 0;
  let batch: Fact[] = [];
  for await (const fact of facts) {
    count += 1;
    batch.push(fact);
    if (batch.length < batchMax) continue;
    await handleFacts(client, batch);
    batch = [];
  }
  await handleFacts(client, batch);
  return count;
}

async function untilLogHas(log: FactLog, counted: readonly Position[], waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const logged = await log.positions();
    const behind = counted.find((place) => !logged.some((other) => other.topic === place.topic && other.partition === place.partition && other.clusterId === place.clusterId && other.nextOffset >= place.nextOffset));
    if (behind === undefined) return;
    if (Date.now() > deadline) throw new LogBehindError(`The audit log does not reach ${behind.topic}/${behind.partition} at ${behind.nextOffset}, which the metrics counted: see that audit runs, then rebuild again.`);
    await wait(pollMs);
  }
}
