import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DecisionProposed, OutcomeRecorded } from '@countersign/contracts';
import type { ReviewContext } from '../context.ts';
import { handleRouted } from '../handlers.ts';
import { releaseTask } from '../tasks/claims.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, hourUs, person, proposal, routedEvent, selectedEvent, sitDown } from '../testing/scenario.ts';
import type { Opinion, RoutedChange } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { handleOutcomes } from './recording.ts';
import { earlierStatement, similarStatement } from './store.ts';
import { independentAgreement } from './track-record.ts';

const dayUs = 24 * hourUs;
let opened: OpenedReview;
let now: number;

beforeAll(async () => {
  opened = await openReview();
  now = await readNow(opened.sql);
});

afterAll(async () => {
  await opened.close();
});

const automatic: RoutedChange = { route: 'auto', kind: 'auto-approved', verdictBy: 'routing', point: 'after', queue: 'digits.routing/auto' };
const about = (subjectId: string) => ({ subjectKind: 'customer', subjectId });

function proposed(decisionId: string, label: string, change: Partial<DecisionProposed> = {}): Buffer {
  return encodeAccepted({ ...proposal(decisionId, label), ...change });
}

async function close(): Promise<void> {
  await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
}

/** Sits down at the only open task of a decision, and gets up again. */
async function look(decisionId: string, who = 'bob'): Promise<Record<string, unknown>> {
  const [task] = await opened.sql.rows<{ taskId: string }>(`select task_id as "taskId" from tasks where decision_id = $1 and state = 'open'`, [decisionId]);
  const { claim, body } = await sitDown(opened.review, person(who, true), task?.taskId);
  await releaseTask(opened.review, person(who, true), claim.taskId, claim.fence, 'seen enough');
  return body;
}

describe("a subject's earlier decisions", () => {
  /** Twenty-five decisions about one person, every third of another type and every other one automatic, the latest yesterday. */
  async function history(subjectId: string): Promise<void> {
    const events = Array.from({ length: 25 }, (_, index) => {
      const decisionId = `${subjectId}-${index}`;
      const at = now - (25 - index) * dayUs;
      return routedEvent(proposed(decisionId, String(index % 10), { proposedAt: at - 1000 }), decisionId, at, { ...about(subjectId), ...(index % 2 === 0 ? automatic : {}), ...(index % 3 === 0 ? { decisionType: 'another.type' } : {}) });
    });
    await deliverRouted(opened.review, ...events);
    // Again, and after them one that was accepted later: neither changes what stands beside a case of today.
    await deliverRouted(opened.review, ...events.slice(3, 9));
    await deliverRouted(opened.review, routedEvent(proposed(`${subjectId}-later`, '1'), `${subjectId}-later`, now + hourUs, { ...about(subjectId), ...automatic }));
    await close();
  }

  test('are shown with the output of each, latest first, at most 20, those that nobody looked at too, and nothing of their verdicts', async () => {
    await history('ida');
    await deliverRouted(opened.review, routedEvent(proposed('of-ida', '7'), 'of-ida', now, about('ida')));
    const earlier = (await look('of-ida'))['earlier'] as Array<Record<string, unknown>>;
    expect(earlier).toHaveLength(20);
    expect(earlier[0]).toEqual({ decisionId: 'ida-24', decisionType: 'another.type', proposedAt: new Date((now - dayUs - 1000) / 1000).toISOString(), outputLabel: '4' });
    expect(earlier.map(({ decisionId }) => decisionId)).toEqual(Array.from({ length: 20 }, (_, index) => `ida-${24 - index}`));
    await close();
  });

  test('are the same beside ordinary work, a spot check and a re-review of the same case, hidden: no output, no ids, no hour', async () => {
    await history('jon');
    const shapes = new Map<string, unknown>();
    // What is checked came in days ago, and has its verdict; twins differ in nothing else.
    const [ordinary, checked, again] = ['twin-ordinary', 'twin-checked', 'twin-again'];
    await deliverRouted(opened.review, routedEvent(proposed(ordinary, '7'), ordinary, now, { form: 'hidden', ...about('jon') }));
    shapes.set('ordinary', await look(ordinary));
    await decide(opened.review, person('ann', true), { answer: '7' });
    await deliverRouted(opened.review, routedEvent(proposed(checked, '7'), checked, now, { ...automatic, ...about('jon') }));
    await deliverSelected(opened.review, selectedEvent(proposed(checked, '7'), checked, now, about('jon')));
    shapes.set('spot-check', await look(checked));
    await close();
    await deliverRouted(opened.review, routedEvent(proposed(again, '7'), again, now, { form: 'hidden', ...about('jon') }));
    await decide(opened.review, person('ann', true), { answer: '7' });
    await deliverSelected(opened.review, selectedEvent(proposed(again, '7'), again, now, { kind: 're-review', route: 'standard', queue: 'digits.routing/standard', ...about('jon') }));
    shapes.set('re-review', await look(again));
    const same = [...shapes.values()].map((body) => JSON.stringify({ ...(body as object), taskId: '', dueAt: '' }));
    expect(new Set(same).size).toBe(1);
    const { earlier } = shapes.get('spot-check') as { earlier: Array<Record<string, unknown>> };
    expect(earlier).toHaveLength(20);
    for (const each of earlier) expect([Object.keys(each), each['proposedAt']]).toEqual([['decisionType', 'proposedAt'], expect.stringMatching(/T00:00:00\.000Z$/)]);
    await close();
  });

  test('are counted back from when the task was opened, where it is hidden: what came in long ago does not look old', async () => {
    const then = now - 100 * dayUs;
    await deliverRouted(opened.review, routedEvent(proposed('kim-1', '1', { proposedAt: then - 3 * dayUs }), 'kim-1', then - 3 * dayUs, { ...about('kim'), ...automatic }));
    await deliverSelected(opened.review, selectedEvent(proposed('kim-2', '7'), 'kim-2', then, about('kim')));
    const { earlier } = (await look('kim-2')) as { earlier: Array<{ proposedAt: string }> };
    const ageDays = (Date.now() - Date.parse(earlier[0]?.proposedAt ?? '')) / 86_400_000;
    expect([earlier.length, ageDays >= 3, ageDays < 4]).toEqual([1, true, true]);
    await close();
  });

  test('are none of another subject, another system, or of nobody; an automatic decision about nobody leaves no row', async () => {
    await deliverRouted(
      opened.review,
      routedEvent(proposed('lea-1', '1'), 'lea-1', now - dayUs, { ...about('lea'), ...automatic, system: 'elsewhere' }),
      routedEvent(proposed('lea-2', '1'), 'lea-2', now - dayUs, { subjectKind: 'merchant', subjectId: 'lea', ...automatic }),
      routedEvent(proposed('nobody', '1'), 'nobody', now - dayUs, automatic),
    );
    await deliverRouted(opened.review, routedEvent(proposed('lea-3', '7'), 'lea-3', now, about('lea')));
    expect((await look('lea-3'))['earlier']).toEqual([]);
    expect(await opened.sql.rows("select 1 from subject_decisions where decision_id = 'nobody'")).toEqual([]);
    expect(await opened.sql.rows("select 1 from cases where decision_id = 'lea-1'")).toEqual([]);
    await close();
  });

  test('keep their outputs sealed', async () => {
    await deliverRouted(opened.review, routedEvent(proposed('mia-1', 'SECRET-LABEL'), 'mia-1', now, { ...about('mia'), ...automatic }));
    const [row] = await opened.sql.rows<{ sealed: Buffer }>("select sealed_label as sealed from subject_decisions where decision_id = 'mia-1'");
    expect(row?.sealed.includes(Buffer.from('SECRET'))).toBe(false);
    expect(row?.sealed.length).toBeGreaterThan(0);
  });

  test('of somebody erased: the others of the batch are kept, and what waits for a person is rejected', async () => {
    const { review } = opened;
    const contents: ReviewContext['contents'] = {
      ...review.contents,
      seal: async (items) => (await review.contents.seal(items)).map((sealed, index) => (items[index]?.owner.subjectId === 'erased' ? null : sealed)),
    };
    const events = ['a', 'b', 'c', 'd', 'e'].map((name, index) => routedEvent(proposed(`gone-${name}`, '1'), `gone-${name}`, now, { ...about(index === 1 || index === 3 ? 'erased' : 'noa'), ...(index < 3 ? automatic : {}) }));
    await review.transact(async (work) => await handleRouted({ ...review, contents }, work, events));
    expect(await opened.sql.rows("select decision_id, verdict, basis from verdicts where decision_id like 'gone-%'")).toEqual([{ decision_id: 'gone-d', verdict: 'rejected', basis: 'erasure' }]);
    const kept = await opened.sql.rows<{ decisionId: string }>(`select decision_id as "decisionId" from subject_decisions where decision_id like 'gone-%' order by 1`);
    expect(kept.map(({ decisionId }) => decisionId)).toEqual(['gone-a', 'gone-c', 'gone-e']);
    await close();
  });
});

describe('similar decisions', () => {
  const type = { decisionType: 'similar.type', queue: 'similar.type/senior', route: 'senior', kind: 'senior' };

  /** With a confidence of its own, which the scenario's events share otherwise. */
  async function deliver(decisionId: string, label: string, confidence: number, at: number, change: RoutedChange = {}): Promise<void> {
    const event = routedEvent(proposed(decisionId, label), decisionId, at, { ...type, ...change });
    await deliverRouted(opened.review, { ...event, classification: { ...event.classification, confidence } });
  }

  async function finished(decisionId: string, label: string, confidence: number, opinion: Opinion, change: RoutedChange = {}): Promise<void> {
    await deliver(decisionId, label, confidence, now - dayUs, { dueAt: now + hourUs, ...change });
    await decide(opened.review, person('ann', true), opinion);
    await opened.sql.run('update cases set finished_at = $2 where decision_id = $1', [decisionId, now - hourUs]);
  }

  test('are those of the type with the same output that people finished before, nearest in confidence first, with verdict and outcome', async () => {
    await finished('like-far', '7', 0.5, { decision: 'approve' });
    await finished('like-near', '7', 0.81, { decision: 'reject' });
    await finished('like-below', '7', 0.77, { decision: 'modify', output: { label: '3' } });
    await finished('other-label', '3', 0.8, { decision: 'approve' });
    await finished('other-type', '7', 0.8, { decision: 'approve' }, { decisionType: 'digits.routing' });
    await finished('finished-late', '7', 0.8, { decision: 'approve' });
    await opened.sql.run("update cases set finished_at = $1 where decision_id = 'finished-late'", [now + hourUs]);
    await deliver('unfinished', '7', 0.8, now - dayUs);
    await close();
    // That an automatic decision is checked is nobody's to know.
    await deliverSelected(opened.review, selectedEvent(proposed('checked', '7'), 'checked', now - dayUs, { decisionType: 'similar.type' }));
    await close();
    const report = (decisionId: string, outcome: string, occurredAt: number): OutcomeRecorded => ({ eventId: `o-${decisionId}-${occurredAt}`, occurredAt, system: 'mailroom', decisionId, actor: null, policyVersion: null, outcome, observedAt: occurredAt, source: 'post office', decisionType: null });
    await opened.review.transact(async (work) => await handleOutcomes(work, [report('like-near', '1', now - 1000), report('like-far', '7', now + hourUs)]));

    await deliver('of-senior', '7', 0.8, now);
    const body = await look('of-senior');
    const iso = new Date(1_700_000_000_000).toISOString();
    expect(body['similar']).toEqual([
      { decisionId: 'like-near', proposedAt: iso, outputLabel: '7', confidence: 0.81, verdict: 'rejected', outcome: '1' },
      { decisionId: 'like-below', proposedAt: iso, outputLabel: '7', confidence: 0.77, verdict: 'modified', outcome: null },
      { decisionId: 'like-far', proposedAt: iso, outputLabel: '7', confidence: 0.5, verdict: 'approved', outcome: null },
    ]);
    await close();

    // A twin that has its verdict is shown the same, and neither itself nor its twin.
    await finished('twin', '7', 0.8, { decision: 'approve' }, { acceptedAt: now });
    await opened.sql.run("update tasks set state = 'open' where decision_id = 'twin'");
    expect((await look('twin', 'cleo'))['similar']).toEqual(body['similar']);
    await close();
  });

  test('are for senior eyes and where the policy asks for them, at most 10, and never in the hidden form', async () => {
    for (let index = 0; index < 12; index += 1) await finished(`many-${index}`, '7', 0.3 + index / 1000, { decision: 'approve' });
    const lengths: unknown[] = [];
    for (const [id, change] of [['for-senior', {}], ['for-any', { route: 'standard', kind: 'standard', queue: 'similar.type/standard' }], ['hidden', { form: 'hidden' }]] as const) {
      await deliver(id, '7', 0.3, now, change);
      lengths.push(((await look(id))['similar'] as unknown[] | undefined)?.length);
      await close();
    }
    expect(lengths).toEqual([10, undefined, undefined]);
    const own = await openReview({ extendedContextOf: ({ tier }) => tier === 'low' });
    for (const [tier, expected] of [['low', true], ['high', false]] as const) {
      await deliverRouted(own.review, routedEvent(proposed(tier, '7'), tier, now, { tier }));
      const { body } = await sitDown(own.review, person('ann', true));
      expect('similar' in body).toBe(expected);
    }
    await own.close();
  });
});

test('of several outcomes the latest report counts, in whatever order and batches they come', async () => {
  const reports = [1, 2, 3, 4].map((at): OutcomeRecorded => ({ eventId: `r${at}`, occurredAt: at, system: 'mailroom', decisionId: '', actor: null, policyVersion: null, outcome: String(at), observedAt: at, source: 's', decisionType: null }));
  let count = 0;
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray(reports, { minLength: 4 }), fc.integer({ min: 1, max: 4 }), async (shuffled, size) => {
    count += 1;
    const decisionId = `shuffled-${count}`;
    const incoming = [...shuffled, shuffled[0]!].map((report) => ({ ...report, decisionId }));
    for (let at = 0; at < incoming.length; at += size) await opened.review.transact(async (work) => await handleOutcomes(work, incoming.slice(at, at + size)));
    expect(await opened.sql.rows('select outcome from outcomes where decision_id = $1', [decisionId])).toEqual([{ outcome: '4' }]);
  }), { numRuns: 20 });
});

test('outcomes that nobody could have meant hold nothing up: outsiders write that topic', async () => {
  const report = { eventId: 'hostile', occurredAt: 1, system: 'mailroom', decisionId: 'd', actor: null, policyVersion: null, outcome: '7', observedAt: 1, source: 's', decisionType: null };
  const hostile = [{ decisionId: null }, { system: null }, { decisionId: 'a\u0000b' }, { outcome: '\u0000' }, { outcome: '' }, { outcome: 'x'.repeat(100_000) }, { decisionId: 'x'.repeat(10_000) }, { system: 'x'.repeat(10_000) }, { eventId: 'x'.repeat(10_000) }, { occurredAt: -5 }];
  await opened.review.transact(async (work) => await handleOutcomes(work, [...hostile.map((change) => ({ ...report, ...change })), { ...report, decisionId: 'meant' }]));
  expect(await opened.sql.rows("select outcome from outcomes where decision_id = 'meant'")).toEqual([{ outcome: '7' }]);
  expect(await opened.sql.rows('select 1 from outcomes where length(outcome) > 200 or length(decision_id) > 200')).toEqual([]);
});

describe('the track record', () => {
  const base = { form: 'hidden', kind: 'standard', lane: 'primary', seat: 1 } as const;
  test.each<[string, Parameters<typeof independentAgreement>, boolean | null]>([
    ['a hidden answer like the AI', [base, { override: false }, null], true],
    ['a hidden answer other than the AI', [base, { override: true }, null], false],
    ['a spot check', [{ ...base, kind: 'spot-check', lane: 'spot-check' }, { override: true }, null], false],
    ['a re-review', [{ ...base, kind: 're-review', lane: 're-review' }, { override: false }, null], true],
    ['an answer before seeing, whatever they said after', [{ ...base, form: 'first-judge-then-see' }, { override: false }, true], false],
    ['what was judged with the AI in sight', [{ ...base, form: 'shown' }, { override: false }, null], null],
    ['a second judge of a contradiction', [{ ...base, kind: 'spot-check', lane: 'spot-check', seat: 2 }, { override: true }, null], null],
    ['an adjudication', [{ ...base, kind: 'adjudication', seat: 3 }, { override: true }, null], null],
    ['a lane it does not know', [{ ...base, lane: 'exercise' as 'primary' }, { override: true }, null], null],
  ])('counts %s', (_what, given, expected) => {
    expect(independentAgreement(...given)).toBe(expected);
  });

  test('is told of the stratum once five have judged without seeing, and then in steps of five, with its interval', async () => {
    const stratum = { decisionType: 'tracked.type', queue: 'tracked.type/standard', tier: 'low' };
    const shown = async (id: string, change: RoutedChange = {}) => {
      await deliverRouted(opened.review, routedEvent(proposed(id, '7'), id, now, { ...stratum, ...change }));
      const { trackRecord } = await look(id);
      await close();
      return trackRecord;
    };
    const answers = ['7', '7', '3', '7', '7', '7', '3'];
    for (const [index, answer] of answers.entries()) {
      const id = `tracked-${index}`;
      await deliverRouted(opened.review, routedEvent(proposed(id, '7'), id, now, { ...stratum, form: 'hidden' }));
      await decide(opened.review, person('ann', true), { answer });
      if (index === 3) expect(await shown('told-4')).toBeNull();
    }
    // Five of seven are told, and what was judged with the AI in sight is no part of them.
    await deliverRouted(opened.review, routedEvent(proposed('in-sight', '7'), 'in-sight', now, stratum));
    await decide(opened.review, person('ann', true), { decision: 'approve' });
    expect(await shown('told-7')).toEqual({ tier: 'low', judged: 5, agreed: 4, share: 0.8, lower: expect.closeTo(0.3713736, 6), upper: expect.closeTo(0.9774872, 6) });
    expect(await shown('other-tier', { tier: 'high' })).toBeNull();
    expect(await opened.sql.rows("select judged, agreed from track_records where decision_type = 'tracked.type'")).toEqual([{ judged: 7, agreed: 5 }]);
  });
});

test('what is read with every presentation is read by an index, however much there is', async () => {
  await opened.sql.run(
    `insert into subject_decisions select 'mailroom', 'customer', 'c' || i % 5000, i, 'd' || i, 't', i, '\\x00' from generate_series(1, 30000) i`,
  );
  await opened.sql.run(
    `insert into cases (system, decision_id, decision_type, policy_version, accepted_at, route, point, tier, kind, severity, rule_ids, form, queue, severity_rank, known, verdict_by, reasons, confidence, on_expiry, subject_kind, subject_id, sealed_accepted, opened_at, routed, finished_at)
     select 'mailroom', 'p' || i, 'plan.type', 'v', i, 'standard', 'before', 'low', 'standard', 'low', '[]', 'shown', 'q', 0, true, 'review', '[]', (i % 1000) / 1000.0, 'reject', null, null, '\\x00', i, true, i from generate_series(1, 30000) i`,
  );
  await opened.analyse();
  const plans = [
    earlierStatement.replaceAll('$1', "'mailroom'").replaceAll('$2', "'customer'").replaceAll('$3', "'c7'").replaceAll('$4', '9999999'),
    similarStatement.replaceAll('$1', "'mailroom'").replaceAll('$2', "'plan.type'").replaceAll('$3', '0.5').replaceAll('$4', '9999999').replaceAll('$5', "'x'"),
  ];
  for (const statement of plans) {
    const plan = (await opened.sql.rows<{ 'QUERY PLAN': string }>(`explain ${statement}`)).map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on (cases|subject_decisions)/);
    expect(plan).toMatch(/subject_decisions_pkey|cases_similar/);
  }
});
