import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '@countersign/kit';
import { TestStack } from '../../tests/harness/stack.ts';
import { handleFacts, type Fact } from './handlers.ts';
import { findAlerts, lookedFor } from './schedule-store.ts';
import { accepted, envelope, fact, second, task } from './testing/facts.ts';

const start = Math.floor(Date.now() / 1000) * second - 7200 * second;
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
}, 60_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

beforeEach(async () => {
  await stack.query('truncate metrics.decision_facts, metrics.task_facts, metrics.alerts');
});

async function alerts(facts: readonly Fact[], readUntil: number | null): Promise<string[]> {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  try {
    await handleFacts(client, facts);
    return (await findAlerts(client, readUntil)).map(({ dedupeKey }) => dedupeKey).sort();
  } finally {
    client.release();
  }
}

test('a decision is stranded a minute after it was accepted, where everything up to then is read', async () => {
  expect(await alerts([accepted('d1', start)], null)).toEqual([]);
  expect(await alerts([], start + 59 * second)).toEqual([]);
  expect(await alerts([], start + 61 * second)).toEqual(['unresolved/s/d1']);
});

test('decisions whose names hold a slash have alerts of their own', async () => {
  const named = (system: string, decisionId: string): Fact => {
    const { event } = accepted(decisionId, start) as unknown as { event: { record: string; value: { proposed: object } } };
    return { event: { ...event, value: { ...event.value, system, proposed: { ...event.value.proposed, system } } }, publishedAt: null } as unknown as Fact;
  };
  expect(await alerts([named('a', 'b/c'), named('a/b', 'c')], start + 61 * second)).toEqual(['unresolved/a%2Fb/c', 'unresolved/a/b/c']);
});

test('of what nobody judged only ordinary work is told: nobody outside learns what is sampled, or that it was', async () => {
  const expired = (kind: string) => {
    const facts = task({ decisionId: kind, kind, form: 'hidden', openedAt: start });
    return [...facts, fact('TaskClosed', { ...envelope(`c-${kind}`, kind, start + second), taskId: `${kind}-${kind}`, kind, queue: 'q', reviewer: null, fence: 0, form: 'hidden', decisionType: 't', route: 'auto', tier: 'high', outcome: 'expired', reason: '', slaMet: false })];
  };
  expect(await alerts(['spot-check', 're-review', 'calibration', 'dual'].flatMap(expired), start)).toEqual(['expired/dual-dual']);
  const raised = fact('AlertRaised', { ...envelope('r', 'dual', start), alert: 'expired', severity: 'warning', summary: '', dedupeKey: 'expired/dual-dual', details: {} });
  expect(await alerts([raised], start)).toEqual([]);
  expect(await stack.query(`select task_id from metrics.task_facts where alerted`)).toEqual([{ task_id: 'dual-dual' }]);
});

type Node = { 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; 'Rows Removed by Filter'?: number; Plans?: Node[] };

/** Rows of facts that a statement reads, found or thrown away. */
async function rowsRead(statement: string): Promise<number> {
  await using database = openDatabase('metrics', stack.settings);
  const { rows } = await database.pool.query<{ 'QUERY PLAN': Array<{ Plan: Node }> }>(`explain (analyze, format json) ${statement.replaceAll('$1', '0')}`);
  const read = (node: Node): number => (node['Relation Name']?.endsWith('_facts') === true ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + read(plan), 0);
  return (rows[0]?.['QUERY PLAN'] ?? []).reduce((sum, { Plan }) => sum + read(Plan), 0);
}

test('what was told and raised is not read again every few seconds, however much of it there is', async () => {
  await stack.query(`insert into metrics.decision_facts (system, decision_id, decision_type, accepted_at, resolved_at, output_label, known, verdict, basis, told_override, outcome, told_outcome)
    select 's', 'd' || i, 't' || i % 2, 1, 2, '7', i % 10 > 1, 'rejected', 'human', true, '9', '9' from generate_series(1, 30000) i`);
  await stack.query(`insert into metrics.task_facts (task_id, system, decision_id, kind, opened_at, closed_at, outcome, alerted, judged_at, override)
    select 't' || i, 's', 'd' || i, 'standard', 1, 2, case when i % 2 = 0 then 'lapsed' else 'judged' end, case when i % 2 = 0 then true end, 2, true from generate_series(1, 30000) i`);
  await stack.query('analyze metrics.decision_facts');
  await stack.query('analyze metrics.task_facts');
  for (const [name, statement] of Object.entries(lookedFor)) expect([name, await rowsRead(statement)]).toEqual([name, name === 'unclassified' ? 2 : 0]);
});
