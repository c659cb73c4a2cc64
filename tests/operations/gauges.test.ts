import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { TestStack, until } from '../harness/stack.ts';
import { policyText, proposals } from '../bench/load.ts';
import { Scrape } from './expressions.ts';

const minuteUs = 60_000_000;
const dayUs = 1440 * minuteUs;

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  await stack.activatePolicy(policyText);
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function scrape(): Promise<Scrape> {
  return new Scrape(await (await fetch(`${stack.services?.url}/metrics`)).text());
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Waits until a metric has this sum over the series with these labels. */
async function untilSum(expected: (sum: number) => boolean, metric: string, labels: ReadonlyArray<readonly [string, string]> = []): Promise<void> {
  await until(`${metric} ${JSON.stringify(labels)}`, async () => {
    const values = (await scrape()).values(metric, labels);
    return values.length > 0 && expected(sumOf(values)) ? true : undefined;
  }, 60_000);
}

/** As the superuser, outside the database of the services. */
async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: stack.superuserUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

test('all is well: ready, databases answer, nothing stalls or waits', async () => {
  await untilSum((sum) => sum === 7, 'countersign_ready');
  const seen = await scrape();
  expect(new Set(seen.values('countersign_database_up'))).toEqual(new Set([1]));
  expect(new Set(seen.values('countersign_partition_failed_attempts'))).toEqual(new Set([0]));
  await untilSum((sum) => sum === 0, 'countersign_decisions_stranded');
  await untilSum((sum) => sum === 0, 'countersign_verdict_conflicts');
  await untilSum((sum) => sum === 0, 'countersign_event_conflicts');
}, 90_000);

test('a database that is gone shows at once, and so does what cannot move without it', async () => {
  const database = new URL(stack.settings.databaseUrl).pathname.slice(1);
  await asSuperuser(`alter database "${database}" allow_connections false`, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`);
  try {
    await stack.producer.send(proposals(stack, 'meanwhile', 3));
    await untilSum((sum) => sum === 0, 'countersign_database_up', [['service', 'intake']]);
    await untilSum((sum) => sum === 0, 'countersign_ready', [['service', 'intake']]);
    await untilSum((sum) => sum >= 2, 'countersign_partition_failed_attempts', [['service', 'intake']]);
    await untilSum((sum) => sum > 1, 'countersign_outbox_behind_seconds', [['service', 'review']]);
    const seen = await scrape();
    expect(seen.values('countersign_database_up', [['service', 'audit'], ['database', 'vault']])).toEqual([1]);
    expect(seen.values('countersign_event_conflicts')).toEqual([]);
  } finally {
    await asSuperuser(`alter database "${database}" allow_connections true`);
  }
  await untilSum((sum) => sum === 7, 'countersign_ready');
  await untilSum((sum) => sum === 0, 'countersign_partition_failed_attempts', [['service', 'intake']]);
  await untilSum((sum) => sum < 1, 'countersign_outbox_behind_seconds', [['service', 'review']]);
  await stack.services?.drain(60_000);
  expect(await stack.query('select 1 from intake.verdicts')).toHaveLength(3);
}, 240_000);

test('dead letters are counted by what is in their topic', async () => {
  const handled = [['service', 'audit'], ['topic', 'dead.letters'], ['result', 'handled']] as const;
  // Counters count for a whole process, which has run other test files before.
  const before = sumOf((await scrape()).values('countersign_records_handled_total', handled));
  await stack.producer.send([{ topic: stack.codec.topicName('decisions.proposed'), key: 'x', value: Buffer.from('not an event') }]);
  await untilSum((sum) => sum === before + 1, 'countersign_records_handled_total', handled);
}, 90_000);

test('stranded decisions, conflicts, late and hasty work, and spot checks are what the facts say', async () => {
  const now = Date.now() * 1000;
  const decision = (id: string, acceptedAt: number) => stack.query(`insert into metrics.decision_facts (system, decision_id, decision_type, accepted_at) values ('s', $1, 'd', $2)`, [id, acceptedAt]);
  const task = (id: string, fields: { openedAt: number; dueAt: number; closedAt: number | null; slaMet?: boolean; fast?: boolean; kind?: string; contradicts?: boolean }) => stack.query(
    `insert into metrics.task_facts (task_id, system, decision_id, decision_type, kind, queue, opened_at, due_at, closed_at, sla_met, judged_at, decision, override, fast, contradicts)
     values ($1, 's', $1, 'd', $2, 'd/standard', $3, $4, $5, $6, $5, $7, false, $8, $9)`,
    [id, fields.kind ?? 'decision', fields.openedAt, fields.dueAt, fields.closedAt, fields.slaMet ?? null, fields.closedAt === null ? null : 'approve', fields.fast ?? null, fields.contradicts ?? null]);
  await decision('stranded', now - 2 * minuteUs);
  await decision('young', now + minuteUs);
  await decision('overdue', now - 3 * minuteUs);
  await task('overdue', { openedAt: now - 2 * minuteUs, dueAt: now - minuteUs, closedAt: null });
  await task('in-time', { openedAt: now - 2 * minuteUs, dueAt: now + minuteUs, closedAt: now - minuteUs, slaMet: true, fast: true });
  await task('late', { openedAt: now - 3 * minuteUs, dueAt: now - 2 * minuteUs, closedAt: now - minuteUs, slaMet: false, fast: false });
  // With a deadline of weeks a late task was opened long before it closed.
  await task('slow', { openedAt: now - 20 * dayUs, dueAt: now - 2 * dayUs, closedAt: now - dayUs, slaMet: false, fast: false });
  await task('long-ago', { openedAt: now - 8 * dayUs, dueAt: now - 8 * dayUs, closedAt: now - 7 * dayUs, slaMet: false, fast: true });
  const selected = (id: string, at: number) => stack.query(`insert into metrics.selections (event_id, system, decision_id, decision_type, kind, stratum, selected_at) values ($1, 's', $1, 'd', 'spot-check', 's/d/high', $2)`, [id, at]);
  for (const [id, contradicts] of [['check-1', true], ['check-2', false]] as const) {
    await selected(id, now - minuteUs);
    await task(id, { openedAt: now - 2 * minuteUs, dueAt: now + minuteUs, closedAt: now - minuteUs, slaMet: true, fast: false, kind: 'spot-check', contradicts });
  }
  // Past its time, and never opened: missing. Not due, and not opened yet: not.
  for (const [id, at] of [['check-late', now - dayUs], ['check-never', now - 10 * dayUs], ['check-open', now - dayUs], ['check-waits', now - dayUs]] as const) await selected(id, at);
  await task('check-late', { openedAt: now - dayUs, dueAt: now - minuteUs, closedAt: null, kind: 'spot-check' });
  await task('check-open', { openedAt: now - dayUs, dueAt: now + dayUs, closedAt: null, kind: 'spot-check' });
  await stack.query(`insert into metrics.verdict_conflicts (event_id, system, decision_id) values ('c', 's', 'stranded')`);
  await untilSum((sum) => sum === 1, 'countersign_decisions_stranded');
  await untilSum((sum) => sum === 3, 'countersign_decisions_unresolved');
  await untilSum((sum) => sum === 1, 'countersign_verdict_conflicts');
  await untilSum((sum) => sum === 2, 'countersign_queue_overdue', [['queue', 'd/standard']]);
  await untilSum((sum) => sum === 5, 'countersign_recent_tasks_closed', [['queue', 'd/standard']]);
  const seen = await scrape();
  expect(seen.values('countersign_recent_tasks_late', [['queue', 'd/standard']])).toEqual([2]);
  const ofType = (metric: string) => seen.values(metric, [['decision_type', 'd']]);
  expect([ofType('countersign_recent_approvals'), ofType('countersign_recent_fast_approvals')]).toEqual([[5], [1]]);
  expect([ofType('countersign_recent_spot_checks_due'), ofType('countersign_recent_spot_checks_judged'), ofType('countersign_recent_spot_checks_contradicted')]).toEqual([[4], [2], [1]]);
  // Clopper-Pearson of 1 in 2: 1 - sqrt(0.975).
  expect(ofType('countersign_recent_spot_checks_error_lower')).toEqual([expect.closeTo(0.0125791, 6)]);
}, 120_000);
