import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EventOf, EventTypes, RecordName, TopicName } from '@countersign/contracts';
import { openDatabase } from '@countersign/kit';
import { TestStack } from '../../tests/harness/stack.ts';
import { calibrationReport } from './calibration.ts';
import { handleFacts, type Fact } from './handlers.ts';
import { oversightReport } from './oversight.ts';

const second = 1_000_000;
const start = Math.floor(Date.now() / 1000) * second - 7200 * second;
const filter = { from: start, to: start + 3600 * second, system: null, decisionType: null };
let stack: TestStack;

function fact<R extends RecordName>(record: R, value: EventTypes[R]): Fact {
  return { event: { record, value } as unknown as EventOf<TopicName>, publishedAt: null };
}

type Done = { id: string; who: string; kind?: string; form?: string; at?: number; override?: boolean; score?: { right: boolean; aiRight: boolean }; outcome?: string };

function task({ id, who, kind = 'standard', form = 'shown', at = start, override = false, score, outcome = 'judged' }: Done): Fact[] {
  const of = (event: string) => ({ eventId: `${event}-${id}`, occurredAt: at, system: 's', decisionId: id, actor: who, policyVersion: 'v', taskId: id, kind, queue: 't/standard', reviewer: who, fence: 1, form, decisionType: 't', route: 'standard', tier: 'medium' });
  const judged = fact('JudgementFinalised', { ...of('f'), judgementId: 'j', decision: override ? 'reject' : 'approve', override, activeTimeMs: 1, fast: false, slaMet: true, ruleIds: [], contradicts: null, firstOverride: null });
  return [
    fact('TaskOpened', { ...of('o'), severity: 'low', seat: 1, dueAt: null, warnAt: null, reasons: [], ruleIds: [] }), ...(outcome === 'judged' ? [judged] : []),
    ...(score === undefined ? [] : [fact('CalibrationScored', { ...of('c'), judgementId: 'j', exerciseId: 'e', ...score })]),
    fact('TaskClosed', { ...of('x'), outcome, reason: '', slaMet: true }),
  ];
}

const exercise = (id: string, who: string, right: boolean, aiRight: boolean, at = start) => task({ id, who, kind: 'calibration', form: 'hidden', at, override: true, score: { right, aiRight } });
const facts: Fact[] = [
  ...[0, 1, 2, 3].flatMap((at) => exercise(`r${at}`, 'rita', true, true)), ...exercise('r4', 'rita', false, false), ...exercise('r5', 'rita', false, false), ...exercise('r6', 'rita', true, false),
  ...exercise('s0', 'sam', true, false), ...exercise('old', 'sam', false, true, start - second),
  ...task({ id: 'missed', who: 'sam', kind: 'calibration', form: 'hidden', outcome: 'expired' }),
  ...[0, 1, 2].flatMap((at) => task({ id: `l${at}`, who: 'rita', override: at === 0 })), ...task({ id: 'h', who: 'rita', form: 'hidden' }), ...task({ id: 'k', who: 'rita', kind: 'spot-check', form: 'hidden' }),
];

beforeAll(async () => {
  stack = await TestStack.prepare();
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  // Backwards, in pieces, and some of it twice.
  const order = [...facts.slice(0, 12), ...facts].reverse();
  for (let at = 0; at < order.length; at += 5) await handleFacts(client, order.slice(at, at + 5));
  client.release();
}, 60_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function report(change: Partial<typeof filter> = {}) {
  await using database = openDatabase('metrics', stack.settings);
  return { ...(await calibrationReport(database.pool, { ...filter, ...change })), blindness: (await oversightReport(database.pool, { ...filter, ...change }, start)).blindness };
}

test('people by exercise, beside how often they agree with what they see; intervals as computed elsewhere', async () => {
  const { people, types } = await report();
  const close = (lower: number, upper: number) => ({ lower: expect.closeTo(lower, 6), upper: expect.closeTo(upper, 6) });
  // Quantiles of the beta distribution, by Simpson's rule over its density and bisection.
  expect(people).toEqual([
    {
      reviewer: 'rita', decisionType: 't', exercises: 7, right: 5, share: 5 / 7, interval: close(0.3523383, 0.9352717),
      aiRight: { exercises: 4, right: 4, share: 1, interval: { lower: expect.closeTo(0.5552374, 6), upper: 1 } }, aiWrong: { exercises: 3, right: 1, share: 1 / 3, interval: close(0.0387476, 0.8232639) },
      live: { judgements: 3, agreed: 2, share: 2 / 3, interval: close(0.1767361, 0.9612524) },
    },
    {
      reviewer: 'sam', decisionType: 't', exercises: 1, right: 1, share: 1, interval: { lower: expect.any(Number), upper: 1 }, aiRight: { exercises: 0, right: 0, share: null, interval: { lower: 0, upper: 1 } },
      aiWrong: { exercises: 1, right: 1, share: 1, interval: { lower: expect.any(Number), upper: 1 } }, live: { judgements: 0, agreed: 0, share: null, interval: { lower: 0, upper: 1 } },
    },
  ]);
  expect(types).toEqual([{ decisionType: 't', opened: 9, scored: 8, missing: 1 }]);
  expect((await report({ from: start - second, to: start })).people).toMatchObject([{ reviewer: 'sam', exercises: 1, right: 0 }]);
});

test('exercises are monitored work: they count against the half of hidden work that may be, and are no ordinary judgement', async () => {
  expect((await report()).blindness).toMatchObject({ hidden: 11, monitoredHidden: 10, ordinary: 4, ordinaryHidden: 1 });
});

test('supervisors see it; neither reviewers nor anybody else', async () => {
  await stack.start(['metrics']);
  const answer = await stack.call('sue', 'supervisor', 'GET', `/v1/metrics/calibration?from=${new Date(start / 1000).toISOString()}&decisionType=t`);
  expect(answer.json).toMatchObject({ decisionType: 't', people: [{ reviewer: 'rita', exercises: 7 }, { reviewer: 'sam', exercises: 1 }], types: [{ missing: 1 }] });
  for (const role of ['reviewer', 'senior', 'auditor', 'admin', 'ops', 'policy-author', 'pipeline', 'watcher']) expect([role, (await stack.call('x', role, 'GET', '/v1/metrics/calibration')).status]).toEqual([role, 403]);
  expect((await stack.call('sue', 'supervisor', 'GET', '/v1/metrics/calibration?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z')).status).toBe(400);
}, 60_000);
