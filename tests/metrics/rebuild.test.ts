import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportedRecords } from '@countersign/audit';
import { decisionKey, derivedEventId, topology, type TopicName } from '@countersign/contracts';
import { openDatabase, openPool, Publisher, readMasterKey, roleUrl, Vault } from '@countersign/kit';
import { calibrationReport, LogBehindError, oversightReport, type Fact } from '@countersign/metrics';
import fc from 'fast-check';
import { DaysRemovedError, factOf, rebuildMetrics } from '../../packages/stack/src/operations/rebuild-metrics.ts';
import { handleFacts } from '../../services/metrics/handlers.ts';
import { rebuildFacts } from '../../services/metrics/rebuild.ts';
import { stageFacts } from '../../services/metrics/rebuild-store.ts';
import { findAlerts, findCorrections } from '../../services/metrics/schedule-store.ts';
import { policyText, proposal } from '../bench/load.ts';
import { judgeOne } from '../e2e/reviewer.ts';
import { TestStack, until } from '../harness/stack.ts';

const count = 160;
const judgements = 12;
const now = Date.now() * 1000 + 3_600_000_000;
const filter = { from: 0, to: now * 2, system: null, decisionType: null };
const tables = ['decision_facts', 'task_facts', 'selections', 'calibration_facts', 'refusals', 'alerts', 'feedback', 'verdict_conflicts'] as const;

let stack: TestStack;
let facts: Fact[] = [];
let live: Awaited<ReturnType<typeof report>>;
let rows: Record<string, unknown[]> = {};

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  await stack.activatePolicy(policyText);
  await stack.producer.send(Array.from({ length: count }, (_, index) => {
    const value = { ...proposal(`m-${index}`), confidence: [0.985, 0.8, 0.7, 1.5][index % 10] ?? 0.985, ...(index === 14 ? { decisionType: 'nobody.knows' } : {}) };
    return stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId));
  }));
  await stack.services?.drain(60_000);
  for (let round = 0; round < 3; round += 1) await escalateOne();
  for (let round = 0; round < judgements; round += 1) await judgeOne(stack, round % 2 === 0 ? 'rita' : 'sam');
  // Two reports on one outcome, in one batch; the later one counts, whoever reads them first.
  const outcome = (index: number, label: string, at: number) => stack.publisher.record('outcomes.recorded', 'OutcomeRecorded', {
    eventId: derivedEventId('outcome', index, label), occurredAt: at, system: 'mailroom', decisionId: `m-${index}`, actor: 'archive', policyVersion: null, outcome: label, observedAt: at, source: 'archive', decisionType: 'digits.routing',
  }, decisionKey('mailroom', `m-${index}`));
  await stack.producer.send([20, 21, 22].flatMap((index) => [outcome(index, '9', now - 1000), outcome(index, index === 20 ? '7' : '3', now - 2000)]));
  await stack.producer.send([20, 21, 22, 20].map(scored));
  await settled();
  live = await report();
  rows = await contents();
  await stack.stop();
  // Kafka's data is gone: what is rebuilt comes from the log alone.
  await stack.admin.deleteTopics((Object.keys(topology) as TopicName[]).map((topic) => stack.codec.topicName(topic)));
  facts = await loggedFacts();
}, 180_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

/** An exercise as review scores it. */
function scored(index: number) {
  const decisionId = `m-${index}`;
  const value = {
    eventId: `scored-${index}`, occurredAt: now - 1000, system: 'mailroom', decisionId, actor: 'rita', policyVersion: null, taskId: `exercise-${index}`, kind: 'calibration', queue: 'digits.routing/standard', reviewer: 'rita', fence: 1, form: 'hidden',
    decisionType: 'digits.routing', route: 'auto', tier: 'high', judgementId: 'j', exerciseId: 'e', right: index !== 20, aiRight: index === 22,
  };
  return new Publisher('review', stack.codec).record('reviews.changed', 'CalibrationScored', value, decisionKey('mailroom', decisionId));
}

/** A reviewer hands a task to the seniors, who may judge it yet or let it wait. */
async function escalateOne(): Promise<void> {
  const claimed = await stack.call('una', 'reviewer', 'POST', '/v1/reviews/claims', {});
  const { taskId, etag } = claimed.json['claim'] as { taskId: string; etag: string };
  const escalated = await stack.call('una', 'reviewer', 'POST', `/v1/reviews/tasks/${taskId}/escalate`, { note: 'A senior should see this.' }, { 'if-match': etag });
  if (escalated.status !== 204) throw new Error(escalated.text);
}

async function report() {
  await using database = openDatabase('metrics', stack.settings);
  return { ...(await oversightReport(database.pool, filter, now)), calibration: await calibrationReport(database.pool, filter) };
}

/** Judgements final, every alarm raised, and all of it where metrics and audit have it: nothing is left to happen. */
async function settled(): Promise<void> {
  await using metrics = openDatabase('metrics', stack.settings);
  await until('every judgement is counted, an alarm is raised, and outboxes are empty', async () => {
    await stack.services?.drain(60_000);
    const [row] = await stack.query<{ judged: number; alerts: number; waiting: number }>(
      'select (select count(*)::int from metrics.task_facts where judged_at is not null) as judged, (select count(*)::int from metrics.alerts) as alerts, (select count(*)::int from metrics.outbox) + (select count(*)::int from review.outbox) as waiting');
    const client = await metrics.pool.connect();
    const found = [...(await findAlerts(client, Date.now() * 1000)), ...(await findCorrections(client))].length;
    client.release();
    return row !== undefined && row.judged >= judgements && row.alerts > 0 && found === 0 && row.waiting === 0 ? true : undefined;
  }, 60_000);
  await stack.services?.drain(60_000);
}

/** Every row of every fact table. */
async function contents(): Promise<Record<string, unknown[]>> {
  const entries = await Promise.all(tables.map(async (table) => [table, await stack.query(`select * from metrics.${table} order by 1, 2`)] as const));
  return Object.fromEntries(entries);
}

async function loggedFacts(): Promise<Fact[]> {
  await using audit = openDatabase('audit', stack.settings);
  await using vaultPool = openPool(roleUrl(stack.settings.vaultDatabaseUrl, 'countersign_audit', stack.settings.databasePassword), 'vault', 2);
  await using vault = new Vault(vaultPool.pool, readMasterKey(stack.settings.masterKeyFile));
  const found: Fact[] = [];
  for await (const record of exportedRecords(audit.pool, vault, {})) found.push(factOf(record));
  return found;
}

test('the report has something to say: verdicts, judgements, samples, refusals, latencies, exercises', () => {
  expect(live.calibration.people).toMatchObject([{ reviewer: 'rita', exercises: 3, right: 2, aiWrong: { exercises: 2, right: 1 } }]);
  expect([live.volumes.accepted, live.volumes.resolved > 100, live.overridesByTier.length > 0, live.samples.length > 0, live.reviewers.length, live.refusals.length]).toEqual([count - count / 10, true, true, true, 2, 1]);
  expect((rows['task_facts'] as Array<{ queue: string; waits_rank: string }>).filter(({ waits_rank }) => waits_rank.startsWith('1/')).map(({ queue }) => queue)).toEqual(Array.from({ length: 3 }, () => 'digits.routing/senior'));
  expect(live.timeToVerdict.find(({ resolvedBy }) => resolvedBy === 'routing')?.p50Ms).toBeGreaterThan(0);
});

describe('a rebuild', () => {
  test('gives the same report and the same rows, after Kafka is gone; repeated, too', async () => {
    const positions = await stack.query('select * from metrics.positions order by 1, 2, 3');
    for (let time = 0; time < 2; time += 1) {
      await stack.query(`update metrics.decision_facts set verdict = 'approved', resolved_at = 1; delete from metrics.task_facts; insert into metrics.refusals values ('planted', 'x', 1)`);
      expect(await report()).not.toEqual(live);
      const result = await rebuildMetrics(stack.settings, { waitMs: 5000 });
      expect([result.decisions, result.erased]).toEqual([rows['decision_facts']?.length, 0]);
      expect(await report()).toEqual(live);
      expect(await contents()).toEqual(rows);
    }
    expect(await stack.query('select * from metrics.positions order by 1, 2, 3')).toEqual(positions);
  }, 90_000);

  test('restores alarms and feedback as facts, and emits nothing', async () => {
    expect(rows['alerts']?.length).toBeGreaterThan(0);
    await stack.query('delete from metrics.alerts; delete from metrics.feedback');
    await rebuildMetrics(stack.settings, { waitMs: 5000 });
    const after = await contents();
    expect([after['alerts'], after['feedback']]).toEqual([rows['alerts'], rows['feedback']]);
    expect(await stack.query('select count(*)::int as count from metrics.outbox')).toEqual([{ count: 0 }]);
  }, 60_000);

  test('never forgets an alarm that the log does not have yet: it would be raised twice', async () => {
    await stack.query(`insert into metrics.alerts values ('on-its-way', 'lapsed', 'warning', 's', 1)`);
    await rebuildMetrics(stack.settings, { waitMs: 5000 });
    expect(await stack.query(`select count(*)::int as count from metrics.alerts where dedupe_key = 'on-its-way'`)).toEqual([{ count: 1 }]);
    await stack.query(`delete from metrics.alerts where dedupe_key = 'on-its-way'`);
  }, 60_000);

  test('refuses a log that is behind the metrics, and changes nothing', async () => {
    await using metrics = openDatabase('metrics', stack.settings);
    const log = { read: async function* () { for (const fact of facts) yield await Promise.resolve(fact); }, instants: () => Promise.resolve({ settled: '2000-01-01T00:00:00Z', end: '2100-01-01T00:00:00Z' }), positions: () => Promise.resolve([]) };
    await expect(rebuildFacts(metrics.pool, log, 300)).rejects.toThrow(LogBehindError);
    expect(await contents()).toEqual(rows);
  });

  test('refuses a log of which retention removed days: their figures would vanish', async () => {
    const asOwner = (statement: string) => stack.query(`set session_replication_role = replica; ${statement}`);
    await asOwner(`insert into audit.retention_days (day, state, because, looked_at) values ('2016-01-31', 'applied', 'Its time was over.', 1)`);
    await expect(rebuildMetrics(stack.settings, { waitMs: 5000 })).rejects.toThrow(DaysRemovedError);
    await expect(rebuildMetrics(stack.settings, { waitMs: 5000 })).rejects.toThrow('the day 2016-01-31 from');
    await asOwner(`delete from audit.retention_days where day = '2016-01-31'`);
    expect(await contents()).toEqual(rows);
  });

  test('that fails half way changes nothing, and leaves no copy behind on its connection', async () => {
    await using metrics = openDatabase('metrics', { ...stack.settings, databasePoolMax: 2 });
    let pass = 0;
    const log = {
      read: async function* () {
        pass += 1;
        for (const [index, fact] of facts.entries()) {
          if (pass === 3 && index === 50) throw new Error('the log cannot be read');
          yield await Promise.resolve(fact);
        }
      },
      instants: () => Promise.resolve({ settled: '2000-01-01T00:00:00Z', end: '2100-01-01T00:00:00Z' }), positions: async () => (await stack.query<{ topic: string; partition: number; clusterId: string; nextOffset: string }>('select topic, partition, cluster_id as "clusterId", next_offset as "nextOffset" from metrics.positions')).map((row) => ({ ...row, nextOffset: Number(row.nextOffset) })),
    };
    await expect(rebuildFacts(metrics.pool, log, 300)).rejects.toThrow('the log cannot be read');
    expect(await report()).toEqual(live);
  });
});

test('the order of events does not matter, nor do repeats: to the last digit', async () => {
  await using database = openPool(roleUrl(stack.settings.databaseUrl, 'countersign_metrics', stack.settings.databasePassword), 'metrics', 1);
  const runs = process.env['COUNTERSIGN_TEST_FULL'] === undefined ? 6 : 60;
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.shuffledSubarray(facts), fc.integer({ min: 1, max: 400 }), async (shuffled, repeats, size) => {
    const client = await database.pool.connect();
    try {
      await stageFacts(client);
      const events = [...shuffled.slice(0, 100), ...repeats, ...shuffled.slice(100)];
      for (let at = 0; at < events.length; at += size) await handleFacts(client, events.slice(at, at + size));
    } finally {
      client.release();
    }
    expect({ ...(await oversightReport(database.pool, filter, now)), calibration: await calibrationReport(database.pool, filter) }).toEqual(live);
  }), { numRuns: runs });
}, 120_000);
