import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { decisionKey, type EventTypes } from '@countersign/contracts';
import { LostOwnershipError } from '@countersign/kafka';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { consumeIntoPostgres } from './consume.ts';
import { createContext, type ServiceContext } from './context.ts';
import { inTransaction, openPool, type Database } from './database.ts';
import { DeferredPositions, ForeignClusterError, PositionStore } from './positions.ts';

let stack: TestStack;
let database: Database<unknown>;
let groupId: string;
const place = { topic: 'some.topic', partition: 0 };

beforeAll(async () => {
  stack = await TestStack.prepare();
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.databaseUrl).pathname;
  database = openPool(url.href, 'audit', 10);
  await database.pool.query('create table audit.effects (effect text not null)');
}, 60_000);

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

beforeEach(async () => {
  groupId = `group-${randomUUID()}`;
  await database.pool.query('truncate audit.effects');
});

/** One row and the position behind it, in one transaction, as a sink does. */
async function sink(store: PositionStore, effect: string, from: bigint, to: bigint): Promise<void> {
  await inTransaction(database.pool, async (client) => {
    await client.query('insert into audit.effects values ($1)', [effect]);
    await store.advance(client, [{ ...place, from: from, to: to }]);
  });
}

async function effects(): Promise<string[]> {
  return (await database.pool.query<{ effect: string }>('select effect from audit.effects order by effect')).rows.map(({ effect }) => effect);
}

describe('positions', () => {
  test('a new partition begins at the first record of the log, a known one where its rows end', async () => {
    const first = new PositionStore(database.pool, groupId, 'cluster');
    expect(await first.assign([{ ...place, low: 3n }])).toEqual([{ ...place, offset: 3n }]);
    await sink(first, 'a', 3n, 10n);
    expect(await new PositionStore(database.pool, groupId, 'cluster').assign([{ ...place, low: 3n }])).toEqual([{ ...place, offset: 10n }]);
  });

  test('of two owners the later one writes; the rows of the earlier roll back', async () => {
    const former = new PositionStore(database.pool, groupId, 'cluster');
    const present = new PositionStore(database.pool, groupId, 'cluster');
    await former.assign([{ ...place, low: 0n }]);
    await present.assign([{ ...place, low: 0n }]);
    await expect(sink(former, 'stale', 0n, 5n)).rejects.toThrow(LostOwnershipError);
    await sink(present, 'owned', 0n, 5n);
    await expect(sink(former, 'stale again', 5n, 6n)).rejects.toThrow(LostOwnershipError);
    expect(await effects()).toEqual(['owned']);
  });

  test('an owner that is half way through when another takes over loses, whoever commits first', async () => {
    const former = new PositionStore(database.pool, groupId, 'cluster');
    const present = new PositionStore(database.pool, groupId, 'cluster');
    await former.assign([{ ...place, low: 0n }]);
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query("insert into audit.effects values ('in hand')");
    await present.assign([{ ...place, low: 0n }]);
    await expect(former.advance(client, [{ ...place, from: 0n, to: 5n }])).rejects.toThrow(LostOwnershipError);
    await client.query('rollback');
    client.release();
    expect(await effects()).toEqual([]);
  });

  test('an assignment waits for the batch that moves its position, and goes on behind it', async () => {
    const former = new PositionStore(database.pool, groupId, 'cluster');
    await former.assign([{ ...place, low: 0n }]);
    const client = await database.pool.connect();
    await client.query('begin');
    await former.advance(client, [{ ...place, from: 0n, to: 5n }]);
    const assigning = new PositionStore(database.pool, groupId, 'cluster').assign([{ ...place, low: 0n }]);
    await client.query('commit');
    client.release();
    expect(await assigning).toEqual([{ ...place, offset: 5n }]);
  });

  test('the same batch never moves the position twice', async () => {
    const store = new PositionStore(database.pool, groupId, 'cluster');
    await store.assign([{ ...place, low: 0n }]);
    await sink(store, 'once', 0n, 5n);
    await expect(sink(store, 'twice', 0n, 5n)).rejects.toThrow(LostOwnershipError);
    await expect(sink(store, 'overlap', 3n, 8n)).rejects.toThrow(LostOwnershipError);
    expect(await effects()).toEqual(['once']);
  });

  test('a partition that was never assigned moves nothing', async () => {
    await expect(sink(new PositionStore(database.pool, groupId, 'cluster'), 'nobody', 0n, 1n)).rejects.toThrow(LostOwnershipError);
    expect(await effects()).toEqual([]);
  });

  test('another cluster is refused, and refusing takes the partition from nobody', async () => {
    const owner = new PositionStore(database.pool, groupId, 'ours');
    await owner.assign([{ ...place, low: 0n }]);
    await expect(new PositionStore(database.pool, groupId, 'theirs').assign([{ ...place, low: 0n }])).rejects.toThrow(ForeignClusterError);
    await sink(owner, 'goes on', 0n, 1n);
    expect(await effects()).toEqual(['goes on']);
  });
});

describe('a sink of real records', () => {
  let context: ServiceContext<'audit'>;
  const crashes: Error[] = [];

  beforeAll(async () => {
    context = await createContext('audit', stack.settings, (error) => crashes.push(error));
  }, 30_000);
  afterAll(async () => await context[Symbol.asyncDispose]());

  const consume = (group: string, handle: (ids: string[]) => void = () => undefined) => consumeIntoPostgres(context, {
    topics: ['outcomes.recorded'], group, pool: database.pool,
    handle: async (client, batch) => {
      handle(batch.events.map(({ event }) => event.value.eventId));
      for (const { event } of batch.events) await client.query('insert into audit.effects values ($1)', [event.value.eventId]);
    },
  });

  async function sendOutcomes(count: number, { source = 'test', partition }: { source?: string; partition?: number } = {}): Promise<string[]> {
    const events = Array.from({ length: count }, (_, index): EventTypes['OutcomeRecorded'] => ({
      eventId: randomUUID(), occurredAt: 1_000_000, system: 's', decisionId: `d-${index}`, actor: null, policyVersion: null, outcome: 'x', observedAt: 1_000_000, source, decisionType: null,
    }));
    await stack.producer.send(events.map((event) => ({ ...stack.publisher.record('outcomes.recorded', 'OutcomeRecorded', event, decisionKey('s', event.decisionId ?? '')), ...(partition === undefined ? {} : { partition }) })));
    return events.map(({ eventId }) => eventId).sort();
  }

  test('has each record once after a handler failed, and after another took over', async () => {
    const group = randomUUID();
    let failures = 2;
    const sent = await sendOutcomes(40);
    {
      await using consumer = await consume(group, () => {
        failures -= 1;
        if (failures >= 0) throw new Error('not now');
      });
      await consumer.drain(20_000);
    }
    await using again = await consume(group);
    await again.drain(20_000);
    expect(await effects()).toEqual(sent);
    expect(failures).toBeLessThan(0);
  });

  test('whose position lies outside the log is not ready, and is never reset', async () => {
    const group = randomUUID();
    await using first = await consume(group);
    await first.drain(20_000);
    await first[Symbol.asyncDispose]();
    const where = [`${context.groupId}.${group}`];
    for (const offset of [1_000_000, -5]) {
      await database.pool.query('update positions set next_offset = $2 where group_id = $1', [...where, offset]);
      await expect(consume(group)).rejects.toThrow(/outside the log/);
    }
    const { rows } = await database.pool.query<{ next_offset: number }>('select distinct next_offset from positions where group_id = $1', where);
    expect(rows).toEqual([{ next_offset: -5 }]);
  });

  test('on another cluster is not ready', async () => {
    const group = randomUUID();
    await using first = await consume(group);
    await first[Symbol.asyncDispose]();
    await database.pool.query("update positions set cluster_id = 'elsewhere' where group_id = $1", [`${context.groupId}.${group}`]);
    await expect(consume(group)).rejects.toThrow(/belongs to Kafka cluster elsewhere/);
  });

  test('that loses its partition in mid batch writes nothing, and the new owner writes it all', async () => {
    const group = randomUUID();
    const taken: string[] = [];
    await using consumer = await consume(group);
    await consumer.drain(20_000);
    await database.pool.query('truncate audit.effects');
    // A zombie's view: another process raised the epoch, and the coordinator has not told us.
    await database.pool.query('update positions set epoch = epoch + 1 where group_id = $1', [`${context.groupId}.${group}`]);
    const sent = await sendOutcomes(60);
    await until('every partition stalls', () => (consumer.state().stalled.length === 3 ? true : undefined));
    expect(consumer.state().stalled.every(({ error }) => error.includes('no longer owns'))).toBe(true);
    expect(await effects()).toEqual([]);
    await consumer[Symbol.asyncDispose]();
    await using owner = await consume(group, (ids) => taken.push(...ids));
    await owner.drain(20_000);
    expect(await effects()).toEqual(sent);
    expect(taken.sort()).toEqual(sent);
  });

  test('that a member took over which is no more takes its partitions again, and goes on where its rows end', async () => {
    const group = randomUUID();
    await using consumer = await consume(group);
    await consumer.drain(20_000);
    await database.pool.query('truncate audit.effects');
    // The late answer of Postgres to a process that was killed, or that lost the partition meanwhile: the group knows nothing of it.
    await database.pool.query('update positions set epoch = epoch + 1 where group_id = $1', [`${context.groupId}.${group}`]);
    const sent = await sendOutcomes(60);
    await consumer.drain(20_000);
    expect(await effects()).toEqual(sent);
    expect(consumer.state().stalled).toEqual([]);
    expect(crashes).toEqual([]);
  });

  test('waits for a database that is away while it takes over, and for a cluster that is another one it does not', async () => {
    const group = randomUUID();
    let away = 3;
    const pool = Object.assign(Object.create(database.pool) as Pool, {
      connect: async () => {
        away -= 1;
        if (away >= 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return await database.pool.connect();
      },
    });
    const open = async () => await consumeIntoPostgres(context, { topics: ['outcomes.recorded'], group, pool, handle: async () => undefined });
    {
      await using consumer = await open();
      await consumer.drain(20_000);
    }
    expect(away).toBeLessThan(0);
    await database.pool.query("update positions set cluster_id = 'elsewhere' where group_id = $1", [`${context.groupId}.${group}`]);
    away = 0;
    await expect(open()).rejects.toThrow(ForeignClusterError);
    expect(away).toBe(-1);
  });

  test.each(['prompt', 'bulk'] as const)('whose commit was done, and the answer to it lost, goes on behind it: %s', async (gathering) => {
    const group = randomUUID();
    let [lost, told] = [0, [] as string[]];
    /** The connection ends when Postgres has committed, and before it says so. */
    const pool = Object.assign(Object.create(database.pool) as Pool, {
      query: database.pool.query.bind(database.pool),
      connect: async () => {
        const client = await database.pool.connect();
        const query = async (...args: [string]) => {
          const answer = await client.query(...args);
          if (args[0] === 'commit' && lost > 0) {
            lost -= 1;
            throw new Error('Connection terminated unexpectedly');
          }
          return answer;
        };
        return new Proxy(client, { get: (of, name) => (name === 'query' ? query : name === 'release' ? of.release.bind(of) : Reflect.get(of, name) as unknown) });
      },
    });
    await using consumer = await consumeIntoPostgres(context, {
      topics: ['outcomes.recorded'], group, pool, gathering,
      handle: async (client, batch) => {
        for (const { event } of batch.events) await client.query('insert into audit.effects values ($1)', [event.value.eventId]);
      },
      committed: (batch) => void told.push(...batch.events.map(({ event }) => event.value.eventId)),
    });
    await consumer.drain(20_000);
    await database.pool.query('truncate audit.effects');
    [lost, told] = [1, []];
    const sent = [...await sendOutcomes(40), ...await sendOutcomes(40)].sort();
    await consumer.drain(20_000);
    expect(lost).toBe(0);
    expect(await effects()).toEqual(sent);
    expect([...new Set(told)].sort()).toEqual(sent);
    // Once the doubt is over nothing is asked for it any more.
    const more = await sendOutcomes(5);
    await consumer.drain(20_000);
    expect(await effects()).toEqual([...sent, ...more].sort());
    expect(consumer.state().stalled).toEqual([]);
  });

  test.each([['prompt', 400_000], ['bulk', 800_000]] as const)('with %s gathering gets batches of %i bytes of two partitions together', async (gathering, batchBytes) => {
    const group = randomUUID();
    await using first = await consume(group);
    await first.drain(20_000);
    await first[Symbol.asyncDispose]();
    for (const partition of [0, 1]) await sendOutcomes(2, { source: 'x'.repeat(batchBytes / 2), partition });
    let inHand = 0;
    const both = Promise.withResolvers<void>();
    // A batch that is larger than what a fetch takes of a partition comes only by itself, and nothing more is fetched before it is handled.
    await using consumer = await consumeIntoPostgres(context, {
      topics: ['outcomes.recorded'], group, gathering, pool: database.pool,
      handle: async () => {
        inHand += 1;
        if (inHand === 2) both.resolve();
        await both.promise;
      },
    });
    await consumer.drain(20_000).finally(both.resolve);
    expect(inHand).toBe(2);
  });

  test('opens no transaction for records that leave no rows, and stores their position all the same', async () => {
    const group = randomUUID();
    const handled: string[] = [];
    const positions = async () => (await database.pool.query<{ moved: string }>('select sum(next_offset)::text as moved from positions where group_id = $1', [`${context.groupId}.${group}`])).rows[0]?.moved;
    const sent = await sendOutcomes(9);
    const rare = sent[4] ?? '';
    const consumer = await consumeIntoPostgres(context, {
      topics: ['outcomes.recorded'], group, pool: database.pool, concerns: ({ event }) => event.value.eventId === rare,
      handle: async (_client, batch) => {
        handled.push(...batch.events.map(({ event }) => event.value.eventId));
        await Promise.resolve();
      },
    });
    await consumer.drain(20_000);
    expect(handled).toContain(rare);
    const before = handled.length;
    await sendOutcomes(12);
    await consumer.drain(20_000);
    expect(handled).toHaveLength(before);
    const ends = (await context.admin.watermarks(context.codec.topicName('outcomes.recorded'))).reduce((sum, { high }) => sum + high, 0n).toString();
    await until('the position to be stored while nothing comes', async () => ((await positions()) === ends ? true : undefined));
    await consumer[Symbol.asyncDispose]();
    await using again = await consume(group, (ids) => handled.push(...ids));
    await again.drain(20_000);
    expect(handled).toHaveLength(before);
  });

  test('stores a deferred position when it ends, and never moves one back', async () => {
    const store = new PositionStore(database.pool, groupId, 'cluster');
    await store.assign([{ ...place, low: 0n }]);
    const deferred = new DeferredPositions(store);
    deferred.add([{ ...place, to: 7n }]);
    await sink(store, 'later', 7n, 9n);
    await deferred[Symbol.asyncDispose]();
    const next = new PositionStore(database.pool, groupId, 'cluster');
    expect(await next.assign([{ ...place, low: 0n }])).toEqual([{ ...place, offset: 9n }]);
    const ended = new DeferredPositions(next);
    ended.add([{ ...place, to: 12n }]);
    await ended[Symbol.asyncDispose]();
    expect(await new PositionStore(database.pool, groupId, 'cluster').assign([{ ...place, low: 0n }])).toEqual([{ ...place, offset: 12n }]);
    ended.add([{ ...place, to: 20n }]);
    await ended[Symbol.asyncDispose]();
    expect(await new PositionStore(database.pool, groupId, 'cluster').assign([{ ...place, low: 0n }])).toEqual([{ ...place, offset: 12n }]);
  });

  test('nothing crashed beside', () => expect(crashes).toEqual([]));
});
