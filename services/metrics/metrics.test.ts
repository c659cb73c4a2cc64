import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@countersign/kit';
import { TestStack, until } from '../../tests/harness/stack.ts';
import { readTopic } from '../../tests/harness/topics.ts';
import { readOpenWork, readRecentOversight } from './gauges-store.ts';
import { feedbackKey, handleFacts, type Fact } from './handlers.ts';
import { oversightReport } from './oversight.ts';
import { accepted, envelope, fact, resolved, routed, second, task } from './testing/facts.ts';

/** Two hours ago, in microseconds: what is open since then is late. */
const start = (Math.floor(Date.now() / 1000) - 7200) * second;
const now = start + 3600 * second;
const filter = { from: start, to: now, system: null, decisionType: null };
let stack: TestStack;

const escalated = (decisionId: string, at: number, toQueue: string | null, dueAt: number | null) => fact('TaskEscalated', {
  ...envelope(`e-${decisionId}`, decisionId, at, 'rita'), taskId: `${decisionId}-standard`, kind: 'standard', queue: 't/standard', reviewer: 'rita', fence: 1, form: 'shown', decisionType: 't', route: 'standard', tier: 'medium',
  toRoute: 'senior', note: 'beyond me', automatic: false, toQueue, dueAt,
});

const selected = (decisionId: string) => fact('SpotCheckSelected', {
  ...envelope(`s-${decisionId}`, decisionId, start), decisionType: 't', kind: 'spot-check', stratum: 's/t/high', purpose: 'spot-check', probability: 0.05, draw: 0.01, keyVersion: 'k1', acceptedAt: start, route: 'auto', tier: 'high', queue: 't/standard',
  dueAt: null, windowEndsAt: null, outputLabel: '7', subjectKind: null, subjectId: null, accepted: Buffer.alloc(0),
});
const ms = 1000;

/** Seven decisions: three automatic ones (two of them sampled), two that rita judged, one that is lost and one that waits. */
const facts: Fact[] = [
  ...[1, 2, 3].flatMap((index) => {
    const at = start + index * second;
    return [accepted(`d${index}`, at), routed(`d${index}`, at, 'auto'), resolved(`d${index}`, at, 'routing', 'approved', at, at + index * 20 * ms)];
  }),
  selected('d2'), selected('d3'),
  ...task({ decisionId: 'd2', kind: 'spot-check', form: 'hidden', openedAt: start + 20 * second, judged: { reviewer: 'sam', decision: 'answer', override: true, activeMs: 20_000, fast: false, contradicts: true, slaMet: true } }),
  ...task({ decisionId: 'd3', kind: 'spot-check', form: 'hidden', openedAt: start + 20 * second }),
  accepted('d4', start), routed('d4', start, 'standard', ['r1']), resolved('d4', start, 'review', 'approved', start + 100 * second, start + 100 * second + 500 * ms),
  ...task({ decisionId: 'd4', kind: 'standard', form: 'shown', openedAt: start, judged: { reviewer: 'rita', decision: 'approve', override: false, activeMs: 3000, fast: true, contradicts: null, slaMet: true } }),
  accepted('d5', start), routed('d5', start, 'standard', ['r1', 'r2']), resolved('d5', start, 'review', 'rejected', start + 200 * second, null),
  ...task({ decisionId: 'd5', kind: 'standard', form: 'hidden', openedAt: start, judged: { reviewer: 'rita', decision: 'reject', override: true, activeMs: 61_000, fast: false, contradicts: null, slaMet: false } }),
  accepted('d6', start),
  accepted('d7', start), routed('d7', start, 'standard'), ...task({ decisionId: 'd7', kind: 'standard', form: 'hidden', openedAt: start + 10 * second }),
  escalated('d7', start + 40 * second, 't/senior', now + 60 * second), escalated('d4', start + 20 * second, null, null),
  fact('DecisionRefused', { ...envelope('x1', 'd8', start), code: 'schema-invalid', message: '', field: null, channel: 'kafka', origin: null, contentDigest: null, valueSha256: '' }),
];

beforeAll(async () => {
  stack = await TestStack.prepare();
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  // Backwards, a few at a time and some of them twice: the report may not tell.
  const order = [...facts.slice(0, 9), ...facts].reverse();
  for (let at = 0; at < order.length; at += 4) await handleFacts(client, order.slice(at, at + 4));
  client.release();
}, 60_000);

afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

async function report(change: Partial<typeof filter> = {}) {
  await using database = openDatabase('metrics', stack.settings);
  return await oversightReport(database.pool, { ...filter, ...change }, now);
}

describe('the report, computed by hand', () => {
  test('volumes, routes, refusals', async () => {
    const { volumes, routeMix, refusals } = await report();
    expect(volumes).toEqual({ accepted: 7, resolved: 5, approved: 4, rejected: 1, modified: 0, reversed: 0, unclassified: 0, autoResolved: 3 });
    expect(routeMix).toEqual([{ route: 'auto', kind: 'auto-approved', count: 3, share: 3 / 7 }, { route: 'standard', kind: 'standard', count: 3, share: 3 / 7 }]);
    expect(refusals).toEqual([{ code: 'schema-invalid', count: 1 }]);
  });

  test('overrides, hasty judgements and approvals: of ordinary work only', async () => {
    const { overridesByTier, reviewers } = await report();
    // Clopper-Pearson of 1 in 2: 1 - sqrt(0.975) and sqrt(0.975).
    expect(overridesByTier).toEqual([{ tier: 'medium', judgements: 2, overrides: 1, fast: 1, totalActiveMs: 64_000, rate: 0.5, fastShare: 0.5, meanActiveMs: 32_000, interval: { lower: expect.closeTo(0.0125791, 6), upper: expect.closeTo(0.9874209, 6) } }]);
    expect(reviewers).toEqual([{ reviewer: 'rita', judgements: 2, approvals: 1, overrides: 1, fast: 1, approvalRate: 0.5, fastShare: 0.5 }]);
  });

  test('samples: who was not judged counts as missing, and as either in the worst case', async () => {
    expect((await report()).samples).toEqual([{
      kind: 'spot-check', stratum: 's/t/high', selected: 2, judged: 1, contradicted: 1, confirmed: 0, missing: 1, errorRate: 1, interval: { lower: expect.closeTo(0.025, 9), upper: 1 }, confirmedRate: 0, worstCase: { lower: 0.5, upper: 1 },
    }]);
  });

  test('deadlines met, rules left unchanged, queues, blindness', async () => {
    const { sla, rules, queues, blindness } = await report();
    expect(sla).toEqual([{ route: 'standard', closed: 2, met: 1, share: 0.5 }]);
    expect(rules).toMatchObject([{ ruleId: 'r1', judged: 2, unchanged: 1, unchangedShare: 0.5 }, { ruleId: 'r2', judged: 1, unchanged: 0, unchangedShare: 0, interval: { lower: 0, upper: expect.closeTo(0.975, 9) } }]);
    // What was escalated waits with the seniors, as old as it is.
    expect(queues).toEqual([{ queue: 't/senior', depth: 1, oldestAgeSeconds: 3590 }, { queue: 't/standard', depth: 1, oldestAgeSeconds: 3580 }]);
    expect(blindness).toEqual({ hidden: 4, monitoredHidden: 2, ordinary: 3, ordinaryHidden: 2, ordinaryHiddenShare: 2 / 3, monitoredShareOfHidden: 0.5 });
  });

  test('what Prometheus is told of queues follows an escalation, its deadline too', async () => {
    await using database = openDatabase('metrics', stack.settings);
    const at = async (instant: number) => (await readOpenWork(database.pool, instant, instant)).queues.find(({ queue }) => queue === 't/senior');
    expect(await at(now)).toEqual({ queue: 't/senior', depth: 1, overdue: 0, oldestSeconds: 3590 });
    expect(await at(now + 61 * second)).toMatchObject({ overdue: 1 });
    const { tasks } = await readRecentOversight(database.pool, { now, tasksSince: start, checksSince: start });
    expect(tasks).toEqual([{ queue: 't/standard', closed: 3, late: 1 }]);
  });

  test('time to verdict: of an automatic one until Kafka had it, never less than the event says', async () => {
    expect((await report()).timeToVerdict).toEqual([{ resolvedBy: 'review', count: 2, p50Ms: 100_500, p95Ms: 200_000 }, { resolvedBy: 'routing', count: 3, p50Ms: 40, p95Ms: 60 }]);
  });

  test('of another system, type or time is empty, and its rates are null', async () => {
    for (const change of [{ system: 'other' }, { decisionType: 'other' }, { from: now - 1 }]) {
      const { volumes, samples, blindness } = await report(change as Partial<typeof filter>);
      expect([volumes.accepted, samples, blindness.monitoredShareOfHidden]).toEqual([0, [], null]);
    }
  });
});

describe('the running service', () => {
  beforeAll(async () => {
    await stack.start(['metrics']);
  }, 60_000);

  test('raises an alarm for what was accepted over a minute ago and has neither verdict nor open task, once', async () => {
    const alerts = await until('the alarm', async () => {
      const raised = (await readTopic(stack, 'alerts.raised')).map(({ event }) => event.value);
      return raised.length > 0 ? raised : undefined;
    });
    expect(alerts.map(({ alert, severity, system, decisionId, dedupeKey }) => ({ alert, severity, system, decisionId, dedupeKey }))).toEqual([{ alert: 'unresolved', severity: 'critical', system: 's', decisionId: 'd6', dedupeKey: 'unresolved/s/d6' }]);
    await stack.stop();
    await stack.start(['metrics']);
    await stack.services?.services.get('metrics')?.drain(20_000);
    expect(await readTopic(stack, 'alerts.raised')).toHaveLength(1);
  }, 90_000);

  test('passes on what models can learn from: an override that stands, and no contradiction that nobody has seconded', async () => {
    const feedback = await until('a correction', async () => {
      const recorded = (await readTopic(stack, 'feedback.recorded')).map(({ event }) => event.value);
      return recorded.length > 0 ? recorded : undefined;
    });
    expect(feedback.map(({ source, decisionId, outputLabel, tier, modelName }) => [source, decisionId, outputLabel, tier, modelName].join(' '))).toEqual(['override d5 7 medium reader']);
  });

  test('serves the report to those who may read it', async () => {
    const query = `from=${new Date(start / 1000).toISOString()}&to=${new Date(now / 1000).toISOString()}`;
    const answer = await stack.call('olga', 'auditor', 'GET', `/v1/metrics/oversight?${query}&system=s`);
    expect([answer.status, answer.json['volumes']]).toEqual([200, (await report()).volumes]);
    expect((await stack.call('rita', 'reviewer', 'GET', '/v1/metrics/oversight')).status).toBe(403);
    expect((await stack.call('olga', 'auditor', 'GET', `/v1/metrics/oversight?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z`)).status).toBe(400);
  });
});

test('who answered first: how often seeing the answer of the AI changed their mind', async () => {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  const at = now + second;
  // Kept their answer, went over to the AI's, left the AI's, and were right with it all along.
  const minds: Array<[string, boolean, boolean]> = [['m1', true, true], ['m2', true, false], ['m3', false, true], ['m4', false, false]];
  const told = minds.flatMap(([id, firstOverride, override]) => [
    accepted(id, at), routed(id, at, 'standard'), resolved(id, at, 'review', 'approved', at + second, null),
    ...task({ decisionId: id, kind: 'standard', form: 'first-judge-then-see', openedAt: at, judged: { reviewer: 'rita', decision: override ? 'reject' : 'approve', override, activeMs: 9000, fast: false, contradicts: null, slaMet: true, firstOverride } }),
  ]);
  await handleFacts(client, told.reverse());
  client.release();
  const { firstJudgements, blindness } = await report({ from: at, to: at + 60 * second });
  expect(firstJudgements).toEqual([{ decisionType: 't', judged: 4, differed: 2, switched: 1, turned: 1, switchedShare: 0.5, interval: { lower: expect.closeTo(0.0125791, 6), upper: expect.closeTo(0.9874209, 6) } }]);
  expect(blindness).toMatchObject({ hidden: 0, ordinary: 4 });
  expect((await report()).firstJudgements).toEqual([]);
});

test('rules count decisions, however many people each took; who settles a disagreement is no override of its own', async () => {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  const at = now + 120 * second;
  const judged = (id: string, kind: string, reviewer: string, override: boolean) => task({ decisionId: id, kind, id: `${id}-${reviewer}`, form: 'shown', openedAt: at, judged: { reviewer, decision: override ? 'reject' : 'approve', override, activeMs: 9000, fast: false, contradicts: null, slaMet: true } });
  await handleFacts(client, [
    accepted('r1', at), routed('r1', at, 'standard', ['rule']), ...judged('r1', 'dual', 'rita', false), ...judged('r1', 'dual', 'sam', true), ...judged('r1', 'adjudication', 'una', false), resolved('r1', at, 'review', 'approved', at + second, null),
    accepted('r2', at), routed('r2', at, 'standard', ['rule']), ...judged('r2', 'dual', 'rita', true), ...judged('r2', 'dual', 'sam', true), resolved('r2', at, 'review', 'rejected', at + second, null),
    // One signature is no decision; after the action one was upheld and another waits.
    accepted('r3', at), routed('r3', at, 'standard', ['rule']), ...judged('r3', 'dual', 'rita', true),
    ...['r4', 'r5'].flatMap((id) => [accepted(id, at), routed(id, at, 'auto', ['rule']), resolved(id, at, 'routing', 'approved', at, null)]), ...judged('r4', 'after-action', 'rita', false), ...task({ decisionId: 'r5', kind: 'after-action', form: 'shown', openedAt: at }),
  ]);
  client.release();
  const { rules, overridesByTier } = await report({ from: at, to: at + 60 * second });
  expect(rules).toMatchObject([{ ruleId: 'rule', judged: 3, unchanged: 2 }]);
  expect(overridesByTier).toMatchObject([{ tier: 'high', judgements: 1, overrides: 0 }, { tier: 'medium', judgements: 5, overrides: 4 }]);
});

test('outcomes are held against the AI and against the verdict, by tier', async () => {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  const at = now + 240 * second;
  const ended = (id: string, verdict: string, label: string | null, outcome: string) => [
    accepted(id, at), routed(id, at, 'standard'), resolved(id, at, 'review', verdict, at + second, null, label),
    fact('OutcomeRecorded', { ...envelope(`o-${id}`, id, at), outcome, observedAt: at, source: 'archive', decisionType: 't' }),
  ];
  // The AI said 7. Approved and right, approved and wrong, changed to what was right, rejected rightly, rejected wrongly.
  await handleFacts(client, [...ended('o1', 'approved', '7', '7'), ...ended('o2', 'approved', '7', '9'), ...ended('o3', 'modified', '9', '9'), ...ended('o4', 'rejected', null, '9'), ...ended('o5', 'rejected', null, '7')]);
  client.release();
  expect((await report({ from: at, to: at + 60 * second })).outcomes).toEqual([{ tier: 'medium', known: 5, aiRight: 2, aiRightShare: 0.4, verdictRight: 3, verdictRightShare: 0.6, interval: { lower: expect.closeTo(0.1466328, 6), upper: expect.closeTo(0.9472550, 6) } }]);
  expect((await report()).outcomes).toEqual([]);
});

test('names with a slash are not taken for one another, in one batch or in what was said of them', async () => {
  await using database = openDatabase('metrics', stack.settings);
  const client = await database.pool.connect();
  const [one, other] = [{ system: 'a', decisionId: 'b/c' }, { system: 'a/b', decisionId: 'c' }];
  await handleFacts(client, [one, other].map((identity, index) => fact('DecisionReversed', { ...envelope(`slash-${index}`, '', start + index, 'sue'), ...identity, decisionType: 't', reason: '', taskId: null, resolvedEventId: '', withinWindow: true })));
  const { rows } = await client.query(`select system, decision_id, reversed_at - $1 as at from decision_facts where system in ('a', 'a/b') order by 1`, [start]);
  client.release();
  expect(rows).toEqual([{ system: 'a', decision_id: 'b/c', at: 0 }, { system: 'a/b', decision_id: 'c', at: 1 }]);
  expect([one, other].map((identity) => feedbackKey({ source: 'override', eventId: 'e', ...identity }))).toEqual(['override/a/b/c', 'override/a%2Fb/c']);
});
