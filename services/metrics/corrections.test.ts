import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@countersign/kit';
import { TestStack } from '../../tests/harness/stack.ts';
import { handleFacts, type Fact } from './handlers.ts';
import { findCorrections } from './schedule-store.ts';
import { accepted, envelope, fact, resolved, routed, second, task, type TaskPlan } from './testing/facts.ts';

const start = Math.floor(Date.now() / 1000) * second - 7200 * second;
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.prepare();
}, 60_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

beforeEach(async () => {
  await stack.query('truncate metrics.decision_facts, metrics.task_facts, metrics.feedback');
});

/** Source, decision and what it should have been, of what would be told after these facts, in whatever order they come. */
async function corrections(...facts: readonly Fact[]): Promise<string[]> {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  try {
    for (const one of facts.toReversed()) await handleFacts(client, [one]);
    return (await findCorrections(client)).map(({ source, decisionId, correctedLabel }) => `${source} ${decisionId} ${correctedLabel}`).sort();
  } finally {
    client.release();
  }
}

type Judged = Partial<NonNullable<TaskPlan['judged']>>;

function judged(decisionId: string, kind: string, reviewer: string, change: Judged): Fact[] {
  const override = change.override ?? change.changedTo !== undefined;
  const decision = change.changedTo === undefined ? (override ? 'reject' : 'approve') : 'modify';
  return task({ decisionId, kind, id: `${decisionId}-${reviewer}`, form: 'hidden', openedAt: start, judged: { reviewer, decision, override, activeMs: 9000, fast: false, contradicts: null, slaMet: true, ...change } });
}

const decided = (decisionId: string, verdict: string, label: string | null = '7') => [accepted(decisionId, start), routed(decisionId, start, 'standard'), resolved(decisionId, start, 'review', verdict, start + second, null, label)];
const automatic = (decisionId: string) => [accepted(decisionId, start), routed(decisionId, start, 'auto'), resolved(decisionId, start, 'routing', 'approved', start, null)];
const reversed = (decisionId: string, actor: string | null) => fact('DecisionReversed', { ...envelope(`x-${decisionId}`, decisionId, start + second, actor), decisionType: 't', reason: '', taskId: null, resolvedEventId: `v-${decisionId}`, withinWindow: true });
const outcome = (decisionId: string, label: string, at: number) => fact('OutcomeRecorded', { ...envelope(`o-${decisionId}-${at}`, decisionId, start + at * second), outcome: label, observedAt: start, source: 'archive', decisionType: 't' });
const told = (source: string, decisionId: string, label: string | null, at: number) => fact('FeedbackRecorded', {
  ...envelope(`t-${source}-${decisionId}-${at}`, decisionId, start + at * second), decisionType: 't', source, outputLabel: '7', correctedLabel: label, confidence: 0.9, tier: 'high', modelName: 'reader', modelVersion: '1', reasonCodes: [],
});
const erased = (decisionId: string) => fact('DecisionErased', { ...envelope(`e-${decisionId}`, decisionId, start + second), erasureId: 'e', subjectRef: null, erasedAt: start + second });

describe('of ordinary work', () => {
  test('the verdict of people teaches, with the label they changed it to', async () => {
    expect(await corrections(
      ...decided('d1', 'rejected', null), ...judged('d1', 'standard', 'rita', { override: true }), ...decided('d2', 'modified', '9'), ...judged('d2', 'standard', 'rita', { changedTo: '9' }),
      ...decided('d3', 'approved'), ...judged('d3', 'standard', 'rita', {}), ...decided('same-label', 'modified'), ...judged('same-label', 'standard', 'rita', { changedTo: '7' }),
    )).toEqual(['override d1 null', 'override d2 9', 'override same-label null']);
  });

  test('one of two signers who was overruled does not, and nothing is told before the verdict', async () => {
    const dual = (id: string) => [...judged(id, 'dual', 'rita', { changedTo: '9' }), ...judged(id, 'dual', 'sam', {})];
    expect(await corrections(...dual('upheld'), ...judged('upheld', 'adjudication', 'una', {}), ...decided('upheld', 'approved'), ...dual('waits'), accepted('waits', start))).toEqual([]);
    expect(await corrections(...dual('changed'), ...judged('changed', 'adjudication', 'una', { changedTo: '3' }), ...decided('changed', 'modified', '3'))).toEqual(['override changed 3']);
  });

  test('a verdict that nobody judged does not: what expired is rejected, and says nothing of the AI', async () => {
    const [, , verdict] = decided('late', 'rejected', null);
    const expired = { ...verdict, event: { ...verdict?.event, value: { ...verdict?.event.value, basis: 'expiry' } } } as Fact;
    expect(await corrections(accepted('late', start), expired, ...judged('late', 'dual', 'rita', { override: true }))).toEqual([]);
  });

  test('a reversal teaches what its judge said; one by a deadline, or of a supervisor, nothing', async () => {
    expect(await corrections(...['judged', 'lapsed', 'supervised'].flatMap(automatic), ...['judged', 'lapsed', 'supervised'].flatMap((id) => judged(id, 'after-action', 'rita', { changedTo: '9' })), reversed('judged', 'rita'), reversed('lapsed', null), reversed('supervised', 'sue'))).toEqual(['override judged 9']);
  });
});

describe('of monitored work', () => {
  const contradicting = (changedTo: string) => ({ changedTo, contradicts: true });

  test('an error teaches when two judges confirm it, with the answer that both gave', async () => {
    expect(await corrections(...automatic('first'), ...judged('first', 'spot-check', 'rita', contradicting('9')))).toEqual([]);
    expect(await corrections(
      ...automatic('refuted'), ...judged('refuted', 'spot-check', 'rita', contradicting('9')), ...judged('refuted', 'spot-check', 'sam', { contradicts: false }),
      ...automatic('agreed'), ...judged('agreed', 'spot-check', 'rita', contradicting('9')), ...judged('agreed', 'spot-check', 'sam', contradicting('9')),
      ...automatic('split'), ...judged('split', 'spot-check', 'rita', contradicting('9')), ...judged('split', 'spot-check', 'sam', contradicting('3')),
    )).toEqual(['spot-check agreed 9', 'spot-check split null']);
  });

  test('who sides with the AI against a verdict of people does not say that the AI was wrong', async () => {
    const sides = ['sam', 'una'].flatMap((who) => judged('d1', 're-review', who, { override: false, contradicts: true }));
    expect(await corrections(...decided('d1', 'modified', '9'), ...judged('d1', 'standard', 'rita', { changedTo: '9' }), ...sides)).toEqual(['override d1 9']);
  });

  test('an exercise teaches nothing, however it was answered', async () => {
    expect(await corrections(...automatic('d1'), ...judged('d1', 'calibration', 'rita', { changedTo: '9' }), ...decided('d2', 'approved'), ...judged('d2', 'calibration', 'sam', { override: true }))).toEqual([]);
  });
});

describe('what was told', () => {
  test('is not told again', async () => {
    const both = [...decided('d1', 'rejected', null), ...judged('d1', 'standard', 'rita', { override: true }), ...automatic('d2'), ...['sam', 'una'].flatMap((who) => judged('d2', 'spot-check', who, { changedTo: '9', contradicts: true }))];
    expect(await corrections(...both)).toHaveLength(2);
    expect(await corrections(told('override', 'd1', null, 1), told('spot-check', 'd2', '9', 1))).toEqual([]);
  });

  test('of an outcome is told anew when the outcome changes, also back to what the AI said', async () => {
    expect(await corrections(...automatic('d1'), outcome('d1', '7', 1))).toEqual([]);
    expect(await corrections(outcome('d1', '9', 2))).toEqual(['outcome d1 9']);
    expect(await corrections(told('outcome', 'd1', '9', 3), outcome('d1', '9', 4))).toEqual([]);
    expect(await corrections(outcome('d1', '3', 5))).toEqual(['outcome d1 3']);
    expect(await corrections(told('outcome', 'd1', '3', 6), told('outcome', 'd1', '9', 3), outcome('d1', '7', 7))).toEqual(['outcome d1 7']);
  });

  test('by an older release stays told, until the outcome is another one', async () => {
    await corrections(...automatic('d1'), outcome('d1', '9', 1));
    await stack.query(`insert into metrics.feedback values ('outcome/s/d1', 1)`);
    await stack.query(`update metrics.decision_facts d set told_outcome = d.outcome, told_rank = '' from metrics.feedback f where f.feedback_key = 'outcome/' || d.system || '/' || d.decision_id`);
    expect(await corrections()).toEqual([]);
    expect(await corrections(outcome('d1', '3', 2))).toEqual(['outcome d1 3']);
  });
});

test('an erasure takes out what people held right and what was told, whatever comes first', async () => {
  const facts = [...decided('d1', 'modified', '9'), ...judged('d1', 'standard', 'rita', { changedTo: '9' }), outcome('d1', '9', 1), told('outcome', 'd1', '9', 2)];
  const left = async () => [await stack.query('select output_label, verdict_label, outcome, told_outcome from metrics.decision_facts'), await stack.query('select changed_label, reason_codes from metrics.task_facts')];
  for (const order of [[...facts, erased('d1')], [erased('d1'), ...facts]]) {
    await stack.query('truncate metrics.decision_facts, metrics.task_facts, metrics.feedback');
    expect(await corrections(...order)).toEqual([]);
    expect(await left()).toEqual([[{ output_label: null, verdict_label: null, outcome: null, told_outcome: null }], [{ changed_label: null, reason_codes: null }]]);
  }
});
