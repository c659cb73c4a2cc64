import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../../tests/harness/stack.ts';
import { checkLog } from '../testing/check-log.ts';
import { LogWorld, type TestLog } from '../testing/log-world.ts';
import { logSteps, type AtStep, type LogStep } from './steps.ts';

class Killed extends Error {}

let world: LogWorld;
beforeAll(async () => {
  world = await LogWorld.prepare();
}, 120_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);

/** Ends at the n-th step that is passed, and says which that was. */
function killAt(count: number): { at: AtStep; killed(): LogStep | null } {
  let [passed, step]: [number, LogStep | null] = [0, null];
  return {
    killed: () => step,
    at: (name) => {
      passed += 1;
      if (passed < count) return;
      // Nothing that runs beside it goes further either.
      step ??= name;
      throw new Killed(name);
    },
  };
}

/** One who takes over, works, and is killed on the way. */
async function workUntilKilled(log: TestLog, at: AtStep): Promise<void> {
  let die: (() => void) | undefined;
  try {
    const opened = await log.open(at);
    die = opened.die;
    await opened.sequencer.sequence();
    await opened.sequencer.publish();
    await opened.sequencer.sequence();
    await opened.sequencer.publish();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    die?.();
  }
}

describe('killed at every step, and again while repairing', () => {
  test('no gap, no double, and no checkpoint that a later one contradicts', async () => {
    const log = await world.fresh();
    const steps = new Set<LogStep>();
    const random = fc.sample(fc.integer({ min: 1, max: 25 }), 400);
    let count = 1;
    for (; ; count += 1) {
      await log.append(log.rows(41));
      await log.append(log.rows(3, 1), { remembered: true });
      const first = killAt(count);
      await workUntilKilled(log, first.at);
      const second = killAt(random[count] ?? 1);
      await workUntilKilled(log, second.at);
      await log.finish();
      await checkLog(log);
      for (const step of [first.killed(), second.killed()]) if (step !== null) steps.add(step);
      // Runs differ in how many files they write: to the end of a long one.
      if (first.killed() === null && steps.size === logSteps.length) break;
      expect(count).toBeLessThan(150);
    }
    expect(count).toBeGreaterThan(logSteps.length);
    await checkLog(log, { kafka: true });
  }, 240_000);
});

/** Ends the session that holds the lock, as Postgres does when it stands still for too long. */
async function endLockSession(log: TestLog): Promise<void> {
  await world.asSuperuser('postgres', `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = '${log.databaseName}')`);
}

describe('an instance that stands still while another takes over', () => {
  test('and goes on afterwards, writes nothing that contradicts, at whatever step it was', async () => {
    const log = await world.fresh();
    await log.append(log.rows(250));
    await log.finish();
    for (const step of logSteps) {
      await log.append(log.rows(20));
      const reached = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const zombie = await log.open(async (name) => {
        if (name !== step) return;
        reached.resolve();
        await goOn.promise;
      });
      const working = (async () => {
        await zombie.sequencer.sequence();
        await zombie.sequencer.publish();
      })();
      working.catch(() => undefined);
      await reached.promise;
      await endLockSession(log);
      await log.append(log.rows(30));
      await log.finish();
      goOn.resolve();
      await working.catch(() => undefined);
      zombie.die();
      await log.append(log.rows(1));
      await log.finish();
      await checkLog(log);
    }
    await checkLog(log, { kafka: true });
  }, 240_000);

  test('one that lost its lock writes nothing to the database, the anchor file and Kafka any more', async () => {
    const log = await world.fresh();
    await log.append(log.rows(5));
    const zombie = await log.open();
    await zombie.sequencer.sequence();
    await endLockSession(log);
    await log.append(log.rows(5));
    await log.finish();
    const before = await log.anchors();
    await expect(zombie.sequencer.publish()).rejects.toThrow();
    await expect(zombie.sequencer.sequence()).rejects.toThrow();
    zombie.die();
    expect(await log.anchors()).toEqual(before);
    await checkLog(log, { kafka: true });
  }, 60_000);
});

describe('instances that run', () => {
  test('one leads; when its connection dies another goes on where it was, and both agree', async () => {
    const log = await world.fresh();
    const stuck = Promise.withResolvers<void>();
    const atTiles = Promise.withResolvers<void>();
    let hang = false;
    const first = log.run(async (step) => {
      if (!hang || step !== 'tiles-written') return;
      atTiles.resolve();
      await stuck.promise;
    });
    await until('the first leads', () => first.leading || undefined);
    const second = log.run();
    await log.append(log.rows(10));
    await first.drain(20_000);
    expect([first.leading, second.leading]).toEqual([true, false]);
    hang = true;
    await log.append(log.rows(10));
    await atTiles.promise;
    await endLockSession(log);
    await until('the second leads', () => second.leading || undefined, 10_000);
    await second.drain(20_000);
    hang = false;
    stuck.resolve();
    await log.append(log.rows(10));
    await second.drain(20_000);
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    await checkLog(log, { kafka: true });
  }, 60_000);
});

test('one that has nothing to do looks once a poll, also after somebody waited for it', async () => {
  const log = await world.fresh();
  let looks = 0;
  const { pool } = log;
  // The one that leads keeps its connection: of all others this pool has none to count.
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      if ((given[0] as { name?: string }).name === 'has-log-batches') looks += 1;
      return query(...given);
    }) as typeof client.query;
  });
  await using running = log.run(undefined, { pollMs: 50 });
  await log.append(log.rows(3));
  for (let count = 0; count < 5; count += 1) await running.drain(20_000);
  const [before, begunMs] = [looks, performance.now()];
  await until('ten looks', () => (looks >= before + 11 ? true : undefined));
  // However busy the machine is, a sleep is never shorter than that.
  expect(performance.now() - begunMs).toBeGreaterThan(400);
}, 60_000);
