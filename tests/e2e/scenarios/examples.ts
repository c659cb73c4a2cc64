import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../../harness/stack.ts';
import type { Deployment } from '../deployment.ts';
import { judgeOne } from '../reviewer.ts';

const root = join(import.meta.dirname, '../../..');
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const share = full ? Infinity : 60;
const people = ['rita', 'sam', 'tove', 'uma', 'vic'];
const types = ['digits.routing', 'biopsy.triage'];

type Recorded = { system: string; decisionId: string };
type Answered = { state: string; acceptedAt: string; policyVersion: string; verdict?: { verdict: string; resolvedBy: string; basis: string; resolvedAt: string } };

function recorded(name: string): Recorded[] {
  return readFileSync(join(root, 'examples/recorded', `${name}.jsonl`), 'utf8').trim().split('\n').slice(0, share).map((line) => JSON.parse(line) as Recorded);
}

/** The recorded decisions of both examples, from proposal to the record. MUST be the first in its deployment: it counts everything. */
export function exampleScenarios(deployment: () => Deployment): void {
  const decisions = types.flatMap(recorded);
  const read = async ({ system, decisionId }: Recorded) => (await deployment().call('pipe', 'pipeline', 'GET', `/v1/decisions/${system}/${decisionId}`)).json as Answered;
  const propose = async (decision: Recorded) => await deployment().call('pipe', 'pipeline', 'POST', '/v1/decisions', decision);

  describe('the example decisions', () => {
    beforeAll(async () => {
      for (const name of types) await deployment().activatePolicy(readFileSync(join(root, 'examples/policies', `${name}.yaml`), 'utf8'));
    }, 150_000);

    test('each ends in a verdict or an open task; people clear the rest; audit, metrics and verdicts agree', async () => {
      for (const decision of decisions) expect((await propose(decision)).status).toBe(202);
      await deployment().settle(90_000);
      let waiting: Recorded[] = [];
      for (const decision of decisions) if ((await read(decision)).state !== 'resolved') waiting.push(decision);
      expect(waiting.length).toBeGreaterThan(0);
      for (const { system, decisionId } of waiting) {
        const timeline = await deployment().call('olga', 'auditor', 'GET', `/v1/audit/decisions/${system}/${decisionId}`);
        expect([decisionId, (timeline.json['events'] as Array<{ record: string }>).some(({ record }) => record === 'TaskOpened')]).toEqual([decisionId, true]);
      }

      await until('every decision has a verdict', async () => {
        for (const person of people) while ((await judgeOne(deployment(), person)) === 'judged');
        const still: Recorded[] = [];
        for (const decision of waiting) if ((await read(decision)).state !== 'resolved') still.push(decision);
        waiting = still;
        return waiting.length === 0 ? true : undefined;
      }, full ? 900_000 : 200_000);
      await deployment().settle(90_000);

      const { json } = await deployment().call('olga', 'auditor', 'GET', '/v1/metrics/oversight');
      const volumes = json['volumes'] as Record<string, number>;
      const counts = {
        accepted: await deployment().countOf('decisions.accepted'), resolved: await deployment().countOf('decisions.resolved'),
        auditedAccepted: await deployment().audited('DecisionAccepted'), auditedResolved: await deployment().audited('DecisionResolved'),
        measuredAccepted: volumes['accepted'], measuredResolved: volumes['resolved'],
      };
      expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((name) => [name, decisions.length])));
    }, full ? 1_500_000 : 400_000);

    test('an auditor reads one decision from proposal to verdict, with who decided and what was shown', async () => {
      const human = await firstByPeople();
      const timeline = await deployment().call('olga', 'auditor', 'GET', `/v1/audit/decisions/${human.system}/${human.decisionId}`);
      const events = timeline.json['events'] as Array<{ record: string; reviewer: string | null; event: { reasoning?: string } }>;
      const records = events.map(({ record }) => record);
      for (const record of ['DecisionProposed', 'DecisionAccepted', 'DecisionRouted', 'TaskOpened', 'TaskClaimed', 'ContentRecorded', 'JudgementSubmitted', 'JudgementFinalised', 'DecisionResolved']) expect(records).toContain(record);
      const judgement = events.find(({ record }) => record === 'JudgementSubmitted');
      expect(people).toContain(judgement?.reviewer);
      expect(judgement?.event.reasoning).toContain('supports exactly this decision');
    }, 60_000);

    test('proposing everything again changes nothing', async () => {
      const again = decisions.slice(0, 30);
      const before = await Promise.all(again.map(read));
      for (const decision of again) expect((await propose(decision)).status).toBe(202);
      await deployment().settle(90_000);
      expect(await Promise.all(again.map(read))).toEqual(before);
      for (const topic of ['decisions.accepted', 'decisions.resolved'] as const) {
        const bytes = new Map<string | null, Set<string>>();
        for (const { key, value } of await deployment().readAll(topic)) bytes.set(key, (bytes.get(key) ?? new Set()).add(value?.toString('base64') ?? ''));
        expect([topic, bytes.size]).toEqual([topic, decisions.length]);
        expect([topic, [...bytes.values()].filter((values) => values.size > 1)]).toEqual([topic, []]);
      }
      expect(await deployment().audited('VerdictConflict')).toBe(0);
    }, 200_000);

    test('the same id with other content is refused, over HTTP at once', async () => {
      const [first] = decisions;
      const answer = await deployment().call('pipe', 'pipeline', 'POST', '/v1/decisions', { ...first, confidence: 0.123 });
      expect(answer.status).toBe(409);
      expect(answer.json).toMatchObject({ code: 'conflict', field: 'decisionId' });
    });
  });

  async function firstByPeople(): Promise<Recorded> {
    for (const decision of decisions) {
      const { verdict } = await read(decision);
      if (verdict?.resolvedBy === 'review' && verdict.basis === 'human') return decision;
    }
    throw new Error('No decision was decided by a person.');
  }
}
