import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestStack, until } from '../harness/stack.ts';
import { judgeOne } from './reviewer.ts';

const root = join(import.meta.dirname, '../..');
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const share = full ? Infinity : 60;
const people = ['rita', 'sam', 'tove', 'uma', 'vic'];

type Recorded = { system: string; decisionId: string };
function recorded(name: string): Recorded[] {
  return readFileSync(join(root, 'examples/recorded', `${name}.jsonl`), 'utf8').trim().split('\n').slice(0, share).map((line) => JSON.parse(line) as Recorded);
}

let stack: TestStack;
const decisions = [...recorded('digits.routing'), ...recorded('biopsy.triage')];

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start();
  const versions: string[] = [];
  for (const name of ['digits.routing', 'biopsy.triage']) versions.push(await stack.activatePolicy(readFileSync(join(root, 'examples/policies', `${name}.yaml`), 'utf8')));
  await until('policies on the topic', async () => {
    const [row] = await stack.query<{ count: string }>('select count(*) from risk.outbox');
    return row?.count === '0' ? true : undefined;
  });
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

describe('the example decisions', () => {
  test('each ends in a verdict or an open task; people clear the rest; audit, metrics and verdicts agree', async () => {
    for (const decision of decisions) expect((await stack.call('pipe', 'pipeline', 'POST', '/v1/decisions', decision)).status).toBe(202);
    await stack.services?.drain(60_000);
    const [without] = await stack.query<{ count: string }>(
      `select count(*) from intake.pins p where not exists (select 1 from intake.verdicts v where (v.system, v.decision_id) = (p.system, p.decision_id))
       and not exists (select 1 from review.tasks t where (t.system, t.decision_id) = (p.system, p.decision_id))`);
    expect(without?.count).toBe('0');

    const outstanding = async () => Number((await stack.query<{ count: string }>('select count(*) from intake.pins p where not exists (select 1 from intake.verdicts v where (v.system, v.decision_id) = (p.system, p.decision_id))'))[0]?.count);
    await until('every decision has a verdict', async () => {
      for (const person of people) while ((await judgeOne(stack, person)) === 'judged');
      return (await outstanding()) === 0 ? true : undefined;
    }, full ? 900_000 : 150_000);
    await stack.services?.drain(60_000);

    const offsets = new Map<string, number>();
    for (const topic of ['decisions.accepted', 'decisions.routed', 'decisions.resolved'] as const) {
      const marks = await stack.admin.watermarks(stack.codec.topicName(topic));
      offsets.set(topic, marks.reduce((sum, { low, high }) => sum + Number(high - low), 0));
    }
    const logged = await stack.query<{ topic: string; count: string }>(`select topic, count(*) from audit.events group by 1`);
    const audited = new Map(logged.map(({ topic, count }) => [topic, Number(count)]));
    const metrics = await stack.call('olga', 'auditor', 'GET', '/v1/metrics/oversight');
    const volumes = metrics.json['volumes'] as Record<string, number>;
    const verdicts = Number((await stack.query<{ count: string }>('select count(*) from intake.verdicts'))[0]?.count);
    const counts = { kafka: offsets.get('decisions.resolved'), audit: audited.get('decisions.resolved'), metrics: volumes['resolved'], verdicts };
    expect(counts).toEqual({ kafka: decisions.length, audit: decisions.length, metrics: decisions.length, verdicts: decisions.length });
    expect([offsets.get('decisions.accepted'), audited.get('decisions.accepted'), volumes['accepted']]).toEqual([decisions.length, decisions.length, decisions.length]);
    expect(stack.crashes).toEqual([]);
  }, full ? 1_200_000 : 200_000);

  test('an auditor reads one decision from proposal to verdict, with who decided and what was shown', async () => {
    const [human] = await stack.query<{ system: string; decision_id: string }>(`select system, decision_id from intake.verdicts where resolved_by = 'review' and basis = 'human' limit 1`);
    const timeline = await stack.call('olga', 'auditor', 'GET', `/v1/audit/decisions/${human?.system}/${human?.decision_id}`);
    const events = timeline.json['events'] as Array<{ record: string; reviewer: string | null; event: { reasoning?: string } }>;
    const records = events.map(({ record }) => record);
    for (const record of ['DecisionProposed', 'DecisionAccepted', 'DecisionRouted', 'TaskOpened', 'TaskClaimed', 'ContentRecorded', 'JudgementSubmitted', 'JudgementFinalised', 'DecisionResolved']) expect(records).toContain(record);
    const judgement = events.find(({ record }) => record === 'JudgementSubmitted');
    expect(people).toContain(judgement?.reviewer);
    expect(judgement?.event.reasoning).toContain('supports exactly this decision');
  });

  test('proposing everything again changes nothing', async () => {
    const before = await stack.query<{ digest: string }>(`select md5(string_agg(md5(v::text), '' order by system, decision_id)) as digest from intake.verdicts v`);
    for (const decision of decisions.slice(0, 30)) expect((await stack.call('pipe', 'pipeline', 'POST', '/v1/decisions', decision)).status).toBe(202);
    await stack.services?.drain(60_000);
    expect(await stack.query(`select md5(string_agg(md5(v::text), '' order by system, decision_id)) as digest from intake.verdicts v`)).toEqual(before);
    const conflicts = await stack.query<{ count: string }>('select count(*) from audit.event_conflicts');
    expect(conflicts[0]?.count).toBe('0');
  });

  test('the same id with other content is refused, over HTTP at once', async () => {
    const [first] = decisions;
    const answer = await stack.call('pipe', 'pipeline', 'POST', '/v1/decisions', { ...first, confidence: 0.123 });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ code: 'conflict', field: 'decisionId' });
  });
});
