import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decisionKey, derivedEventId } from '@countersign/contracts';
import { readSamplingKeys } from '@countersign/kit';
import { recomputeDraws } from '../../packages/stack/src/operations/recompute/recompute.ts';
import type { LoggedRecord, RecordSource } from '../../packages/stack/src/operations/recompute/records.ts';
import { policyText, proposal } from '../bench/load.ts';
import { judgeOne } from '../e2e/reviewer.ts';
import { TestStack, until } from '../harness/stack.ts';

const past = 60;
const live = 40;
let stack: TestStack;
let log: LoggedRecord[] = [];

type Report = { people: Array<{ reviewer: string; exercises: number; right: number; aiRight: { exercises: number }; aiWrong: { exercises: number } }>; types: Array<{ opened: number; scored: number; missing: number }> };

beforeAll(async () => {
  stack = await TestStack.prepare();
  // A fixed key: the draws are the same in every run.
  writeFileSync(stack.settings.samplingKeysFile, JSON.stringify({ keys: [{ version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: Buffer.alloc(32, 5).toString('base64') }] }));
  await stack.start();
  await stack.activatePolicy(`${policyText.replace(/^calibration:.*\n/m, '')}\ncalibration: { share: 0.2 }\n`);
  // Whom nobody knows yet cannot be given an exercise.
  for (const who of ['rita', 'sam']) await judgeOne(stack, who);
  await propose('past', past, 0.985, (index) => (index % 4 === 0 ? '3' : '7'));
  await stack.producer.send(Array.from({ length: past }, (_, index) => {
    const at = Date.now() * 1000;
    const value = { eventId: derivedEventId('outcome', index), occurredAt: at, system: 'mailroom', decisionId: `past-${index}`, actor: 'archive', policyVersion: null, outcome: '7', observedAt: at, source: 'archive', decisionType: 'digits.routing' };
    return stack.publisher.record('outcomes.recorded', 'OutcomeRecorded', value, decisionKey('mailroom', value.decisionId));
  }));
  await stack.services?.drain(60_000);
  await propose('live', live, 0.8, () => '7');
}, 120_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function propose(prefix: string, count: number, confidence: number, label: (index: number) => string): Promise<void> {
  await stack.producer.send(Array.from({ length: count }, (_, index) => {
    const value = { ...proposal(`${prefix}-${index}`), confidence, output: { label: label(index), content: null, mediaType: null } };
    return stack.publisher.record('decisions.proposed', 'DecisionProposed', value, decisionKey(value.system, value.decisionId));
  }));
  await stack.services?.drain(60_000);
}

test('outcomes become exercises among the work; supervisors see how people did, and the pipeline sees nothing', async () => {
  const planned = await stack.query<{ state: string; ai_right: boolean }>('select state, ai_right from review.exercises');
  expect(planned.length).toBeGreaterThan(4);
  expect(Math.abs(planned.filter((row) => row.ai_right).length * 2 - planned.length)).toBeLessThanOrEqual(5);
  expect(new Set(planned.map(({ state }) => state))).toEqual(new Set(['open']));
  let idle = 0;
  for (let turn = 0; idle < 2; turn += 1) idle = (await judgeOne(stack, turn % 2 === 0 ? 'rita' : 'sam')) === 'judged' ? 0 : idle + 1;
  const report = await until('every exercise is scored', async () => {
    await stack.services?.drain(60_000);
    const { json } = await stack.call('sue', 'supervisor', 'GET', '/v1/metrics/calibration');
    const found = json as unknown as Report;
    return found.types[0]?.scored === planned.length ? found : undefined;
  }, 60_000);
  expect(report.types).toEqual([expect.objectContaining({ opened: planned.length, scored: planned.length, missing: 0 })]);
  // By the book of these two, who answer 0 to everything they cannot see.
  expect(report.people.map(({ reviewer, right }) => [reviewer, right])).toEqual([['rita', 0], ['sam', 0]]);
  const [aiWrong] = [report.people.reduce((sum, row) => sum + row.aiWrong.exercises, 0)];
  expect(aiWrong).toBe(planned.filter((row) => !row.ai_right).length);
  const verdicts = await stack.query<{ count: number }>(`select count(*)::int as count from review.verdicts where decision_id like 'past-%'`);
  expect([verdicts[0]?.count, stack.crashes]).toEqual([0, []]);
}, 120_000);

test('an auditor with the key recomputes what they were planned beside, and finds what was tampered with', async () => {
  const exported = await stack.call('olga', 'auditor', 'GET', '/v1/audit/export?disclose=true&reason=Recomputing+the+draws');
  log = exported.text.trim().split('\n').map((line) => JSON.parse(line) as LoggedRecord);
  const clean = await recompute(log);
  expect(clean.findings).toEqual([]);
  expect([clean.draws.exercise.selected > 0, clean.draws.exercise.matched]).toEqual([true, clean.draws.exercise.selected]);
  const first = log.find(({ record }) => record === 'CalibrationPlanned');
  const chosen = { ...first, event: { ...first?.event, decisionId: 'past-1' }, decisionId: 'past-1' } as LoggedRecord;
  const elsewhere = { ...first, event: { ...first?.event, triggerDecisionId: 'never-there' } } as LoggedRecord;
  const tampered: Array<[string, LoggedRecord[], string]> = [
    ['a case of one\'s own choice', log.map((record) => (record === first ? chosen : record)), 'wrong'],
    ['another draw', log.map((record) => (record === first ? ({ ...first, event: { ...first.event, draw: 0.2 } }) : record)), 'wrong'],
    ['beside nothing', log.map((record) => (record === first ? elsewhere : record)), 'unexpected'],
    ['twice', [...log, { ...first, eventId: 'again' } as LoggedRecord], 'unexpected'],
  ];
  for (const [what, records, verdict] of tampered) expect([what, (await recompute(records)).findings.map((finding) => [finding.verdict, finding.what])]).toEqual([what, [[verdict, 'exercise']]]);
}, 60_000);

async function recompute(records: readonly LoggedRecord[]) {
  const source: RecordSource = { end: () => Promise.resolve((Date.now() + 3_600_000) * 1000), read: async function* (record) { for (const logged of records) if (logged.record === record) yield await Promise.resolve(logged); } };
  return await recomputeDraws(source, readSamplingKeys(stack.settings.samplingKeysFile));
}
