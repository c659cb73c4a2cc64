import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { inTransaction } from '@countersign/kit';
import { appendEvents, type LogRow } from '../store.ts';
import { checkLog } from '../testing/check-log.ts';
import { LogWorld, type TestLog } from '../testing/log-world.ts';
import { RefusedLogError } from './comparison.ts';
import { batchRowsText, readKeys, recordKeys } from './store.ts';

let world: LogWorld;
beforeAll(async () => {
  world = await LogWorld.prepare();
}, 120_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);

/** A transaction that wrote its rows and is not committed yet. */
async function holdOpen(log: TestLog, rows: readonly LogRow[]): Promise<{ commit(): Promise<void> }> {
  const client: pg.PoolClient = await log.pool.connect();
  await client.query('begin');
  await appendEvents(client, rows);
  return {
    commit: async () => {
      await client.query('commit');
      client.release();
    },
  };
}

class Undone extends Error {}

async function appendAndRollBack(log: TestLog, rows: readonly LogRow[]): Promise<void> {
  await inTransaction(log.pool, async (client) => {
    await appendEvents(client, rows, log.recent);
    throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

/** What a writer of one partition does, one thing after another. */
const action = fc.record({ rows: fc.integer({ min: 1, max: 90 }), does: fc.constantFrom('commit', 'commit', 'commit', 'roll back', 'repeat'), remembered: fc.boolean() });
const writers = fc.array(fc.array(action, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });

describe('batches of several writers at once', () => {
  test('are all sequenced, each once, in order within a partition, into the tree that RFC 6962 defines', async () => {
    const runs = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 60 : 8;
    const log = await world.fresh();
    let partition = 0;
    await fc.assert(fc.asyncProperty(writers, fc.boolean(), async (plans, hold) => {
      const late = hold ? await holdOpen(log, log.rows(7, (partition += 1))) : null;
      const sequencer = log.run();
      await Promise.all(plans.map(async (plan) => {
        const own = (partition += 1);
        let before: LogRow[] = [];
        for (const { rows, does, remembered } of plan) {
          const made = log.rows(rows, own);
          if (does === 'roll back') await appendAndRollBack(log, made);
          else await log.append(does === 'repeat' ? [...before, ...made] : made, { remembered });
          if (does !== 'roll back') before = made;
        }
      }));
      await late?.commit();
      await sequencer.drain(30_000);
      await sequencer[Symbol.asyncDispose]();
      await checkLog(log);
    }), { numRuns: runs, endOnFailure: true });
  }, 240_000);

  test('one that commits late comes after those that were sequenced meanwhile', async () => {
    const log = await world.fresh();
    const late = await holdOpen(log, log.rows(5, 1));
    await log.append(log.rows(5, 2));
    await log.finish();
    expect((await checkLog(log)).size).toBe(5);
    await late.commit();
    await checkLog(log, { pending: 5 });
    await log.finish();
    expect((await checkLog(log)).size).toBe(10);
  }, 60_000);

  test('a batch of repeats alone announces nothing', async () => {
    const log = await world.fresh();
    const rows = log.rows(4);
    await log.append(rows);
    await log.append(rows);
    await log.finish();
    expect((await checkLog(log)).size).toBe(4);
  }, 60_000);
});

test('a number that Postgres gives again after a crash is that of the rows which are there', async () => {
  const log = await world.fresh();
  await appendAndRollBack(log, log.rows(3));
  await world.asSuperuser(log.databaseName, `select setval('audit.log_batch_numbers', 1, false)`);
  const rows = log.rows(3);
  await log.append(rows);
  await log.finish();
  const { rows: entries } = await log.pool.query<{ id: string }>('select event_id as id from log_entries order by log_index');
  expect(entries.map(({ id }) => id)).toEqual(rows.map(({ eventId }) => eventId));
});

test('a key that comes back after it was retired is told of again', async () => {
  const log = await world.fresh();
  const client = await log.pool.connect();
  const added = async (keys: string[]) => {
    await recordKeys(client, log.origin, keys);
    return (await readKeys(client)).find(({ verifierKey }) => verifierKey === 'one')?.addedAt ?? 0;
  };
  const first = await added(['one']);
  expect([await added(['one']), await added(['two'])]).toEqual([first, first]);
  expect(await added(['one', 'two'])).toBeGreaterThan(first);
  client.release();
});

test('what is remembered is bounded, and what is forgotten is read', async () => {
  const log = await world.fresh();
  const rows: LogRow[] = [];
  for (let batch = 0; batch < 18; batch += 1) {
    const made = log.rows(1000);
    await log.append(made, { remembered: true });
    rows.push(made[0]!);
  }
  const taken = [1, 2, 18].map((batch) => log.recent.take({ batch, from: rows[batch - 1]?.recordedAtUs ?? 0 })?.length);
  expect(taken).toEqual([undefined, undefined, 1000]);
  await log.finish();
  expect((await checkLog(log)).size).toBe(18_000);
}, 60_000);

test('a clock that jumps, back and ahead, changes nothing: batches go by their numbers', async () => {
  const log = await world.fresh();
  await world.asSuperuser(log.databaseName, `create function audit.clock_timestamp() returns timestamptz language sql volatile as $$ select pg_catalog.now() + current_setting('test.shift')::interval $$; grant execute on function audit.clock_timestamp() to public`);
  for (const shift of ['0 s', '-20 min', '3 h', '-3 h', '0 s']) {
    await inTransaction(log.pool, async (client) => {
      await client.query(`set local search_path = audit, pg_catalog; set local test.shift = '${shift}'`);
      await appendEvents(client, log.rows(30));
    });
  }
  await log.finish();
  const [moved] = await world.asSuperuser<{ back: string }>(log.databaseName, 'select count(*) as back from (select recorded_at < lag(recorded_at) over (order by log_index) as back from audit.log_entries) e where back');
  expect(Number(moved?.back)).toBeGreaterThan(0);
  await checkLog(log);
}, 60_000);

describe('what was tampered with before it was sequenced', () => {
  const asIfNotGuarded = (log: TestLog, statement: string) => world.asSuperuser(log.databaseName, `set session_replication_role = replica; ${statement}`);

  test.each([
    ['a row deleted', 'delete from audit.events where log_offset = 2'],
    ['a row added to the batch', `insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, system, decision_id, decision_type, actor, policy_version, kind, reviewer, payload_kind, value_digest, payload, commitment, batch) select (e.recorded_at), e.event_id || 'x', topic, partition, 99, record, occurred_at, published_at, system, decision_id, decision_type, actor, policy_version, kind, reviewer, payload_kind, value_digest, payload, commitment, batch from audit.events e where log_offset = 2`],
    ['a row moved out of it', `update audit.events set batch = 77 where log_offset = 2`],
  ])('%s: nothing is signed, and it says so', async (_what, statement) => {
    const log = await world.fresh();
    await log.append(log.rows(3));
    await log.finish();
    await log.append(log.rows(3).map((row, index) => ({ ...row, offset: index + 1 })));
    await asIfNotGuarded(log, `${statement} and batch = (select max(batch) from audit.log_batches)`);
    const before = await log.anchors();
    await expect(log.finish()).rejects.toThrow(RefusedLogError);
    expect(await log.anchors()).toEqual(before);
  }, 60_000);

  test('a row that no batch announced is never sequenced', async () => {
    const log = await world.fresh();
    await log.append(log.rows(3));
    await asIfNotGuarded(log, `insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, payload_kind, batch) values (now(), 'smuggled', 't', 0, 1, 'DecisionResolved', 1, 'erased', null)`);
    await log.finish();
    expect((await checkLog(log)).size).toBe(3);
  }, 60_000);

  test('a row changed between its place and its checkpoint is noticed by the next who takes over', async () => {
    const log = await world.fresh();
    await log.append(log.rows(3));
    const first = await log.open();
    await first.sequencer.sequence();
    first.die();
    await asIfNotGuarded(log, `update audit.events set actor = 'nobody' where log_offset = 2`);
    await expect(log.finish()).rejects.toThrow(/entry 1 is not what was sequenced/);
    expect(await log.anchors()).toEqual([]);
  }, 60_000);
});

test('batches are found by an index, however large the log is', async () => {
  const log = await world.fresh();
  await log.append(log.rows(600));
  const plan = await inTransaction(log.pool, async (client) => {
    await client.query('set local enable_seqscan = off');
    return JSON.stringify((await client.query<Record<string, unknown>>(`explain (format json) ${batchRowsText}`, [[1]])).rows);
  });
  expect([/"Index Name":"events_\d+_recorded_at_idx"/.test(plan), /"Seq Scan"/.test(plan)]).toEqual([true, false]);
}, 60_000);
