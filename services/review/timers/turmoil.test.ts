/** Many people, two timer loops and both topics at once, by chance: whatever happens, each decision ends once. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReviewPerson } from '../context.ts';
import { submitJudgement, undoJudgement } from '../judgements/submission.ts';
import { reportPainted, showTask } from '../presentation/showing.ts';
import { ReviewRefusal } from '../refusals.ts';
import { beat, claimTask, escalateClaim, holdTask, releaseTask } from '../tasks/claims.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, deliverSelected, hourUs, person, proposal, reasoningText, routedEvent, selectedEvent } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from './loop.ts';
import { readNow } from './store.ts';

let opened: OpenedReview;
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const decisions = full ? 400 : 60;
const seed = Number(process.env['COUNTERSIGN_TEST_SEED'] ?? Date.now() % 1_000_000);

beforeAll(async () => {
  opened = await openReview({ hiddenDisagreementOf: () => 'adjudicate' });
  opened.review.settings.undoWindowMs = 20;
});

afterAll(async () => {
  await opened.close();
});

/** Mulberry32: small, seeded, good enough to pick with. */
function picker(start: number): <T>(options: readonly T[]) => T {
  let state = start;
  return (options) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const index = ((mixed ^ (mixed >>> 14)) >>> 0) % options.length;
    return options[index] as (typeof options)[number];
  };
}

const shapes: ReadonlyArray<(now: number) => RoutedChange> = [
  () => ({}),
  () => ({ onExpiry: 'escalate', form: 'hidden' }),
  () => ({ route: 'senior', kind: 'senior', queue: 'digits.routing/senior' }),
  () => ({ route: 'dual', kind: 'dual', queue: 'digits.routing/dual', form: 'hidden' }),
  () => ({ form: 'first-judge-then-see' }),
  () => ({ route: 'dual', kind: 'dual', queue: 'digits.routing/dual', form: 'first-judge-then-see' }),
  (now) => ({ point: 'hold', kind: 'hold', onExpiry: 'approve', holdUntil: now + hourUs }),
  (now) => ({ point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'lapse', windowEndsAt: now + hourUs }),
  (now) => ({ point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'reverse', windowEndsAt: now + hourUs }),
];

type Held = { taskId: string; fence: number };

async function claimAny(who: ReviewPerson): Promise<Held | null> {
  const outcome = await claimTask(opened.review, who);
  return outcome.outcome === 'claimed' ? outcome.claim : null;
}

/** One turn of a person: on what they go on with, or on whatever comes next. */
async function act(who: ReviewPerson, pick: ReturnType<typeof picker>, goingOn: Held | null = null): Promise<void> {
  const { review } = opened;
  const held = goingOn ?? (await claimAny(who));
  if (held === null) return;
  const { taskId, fence } = held;
  const { body, digest } = await showTask(review, who, taskId, fence);
  await reportPainted(review, who, taskId, fence, digest);
  const { form, stage } = JSON.parse(body.toString('utf8')) as { form: string; stage?: string };
  const hidden = form === 'hidden' || stage === 'first';
  const action = pick(['judge', 'judge', 'judge', 'judge', 'undo', 'undo', 'release', 'hold', 'escalate', 'beat', 'leave'] as const);
  switch (action) {
    case 'judge':
    case 'undo':
      break;
    case 'release':
      return await releaseTask(review, who, taskId, fence, 'by chance');
    case 'hold':
      return void (await holdTask(review, who, taskId, fence, 1000, 'by chance'));
    case 'escalate':
      return await escalateClaim(review, who, taskId, fence, 'by chance');
    case 'beat':
      return void (await beat(review, who, taskId, fence, { focused: true, activeMs: 5 }));
    case 'leave':
      return void (await opened.sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [taskId]));
    default:
      return action satisfies never;
  }
  const approves = pick([true, true, false]);
  const opinion = hidden ? { answer: approves ? '7' : '3', reasonCodes: ['clear'] } : { decision: approves ? ('approve' as const) : ('reject' as const), reasonCodes: [approves ? 'clear' : 'illegible'] };
  const submission = { ...opinion, reasoning: reasoningText(), presentationDigest: digest };
  const { revealedFence } = await submitJudgement(review, who, { taskId, fence, submission, activeMs: 0 });
  if (revealedFence !== null) return await act(who, pick, { taskId, fence: revealedFence });
  if (action === 'undo') await undoJudgement(review, who, taskId, fence);
}

test(`${decisions} decisions among 5 people, seed ${seed}`, async () => {
  const { review, sql } = opened;
  const pick = picker(seed);
  const started = await readNow(sql);
  const people = ['ann', 'bob', 'cleo', 'dan', 'eve'].map((id, index) => person(id, index !== 4));
  const refused: string[] = [];
  const faults: unknown[] = [];
  const guard = async (run: Promise<unknown>) => {
    await run.catch((error: unknown) => (error instanceof ReviewRefusal ? refused.push(error.refusal) : faults.push(error)));
  };
  let delivering = true;
  const deliver = async () => {
    for (let index = 0; index < decisions; index += 1) {
      const id = `turmoil-${index}`;
      const accepted = encodeAccepted(proposal(id));
      const shape = pick(shapes)(started);
      const routed = routedEvent(accepted, id, started, shape);
      const selected = selectedEvent(accepted, id, started, { kind: 're-review', route: routed.route, queue: routed.queue });
      const both = [deliverRouted(review, routed), ...(pick([true, false]) ? [deliverSelected(review, selected)] : []), ...(pick([true, false]) ? [deliverRouted(review, routed)] : [])];
      for (const delivery of both) await guard(delivery);
    }
    delivering = false;
  };
  const work = async (who: ReviewPerson) => {
    for (let turn = 0; delivering || turn < decisions; turn += 1) await guard(act(who, pick));
  };
  const time = async () => {
    for (let turn = 0; delivering || turn < decisions / 2; turn += 1) {
      await sql.run("update timers set due_at = 1 where kind in ('claim-expiry', 'warn') or random() < 0.02");
      const run = await runDueTimers(review);
      faults.push(...run.failed.map(({ error }) => error));
    }
  };
  await Promise.all([deliver(), time(), time(), ...people.map(work)]);
  for (let days = 1; days <= 4; days += 1) faults.push(...(await runDueTimers(review, started + days * 24 * hourUs)).failed.map(({ error }) => error));

  expect(faults).toEqual([]);
  // The turmoil was one: people lost races, took things back, and came to verdicts.
  expect(refused.length).toBeGreaterThan(0);
  for (const record of ['DecisionResolved', 'JudgementWithdrawn', 'TaskEscalated', 'FirstJudgementSubmitted']) expect(opened.events.some((event) => event.record === record)).toBe(true);
  expect(await sql.rows('select 1 from cases where finished_at is null')).toEqual([]);
  expect(await sql.rows("select 1 from tasks where state <> 'closed'")).toEqual([]);
  const byReview = await sql.rows("select c.decision_id from cases c left join verdicts v using (system, decision_id) where c.verdict_by = 'review' and v.verdict is null");
  expect(byReview).toEqual([]);
  const resolved = opened.events.flatMap((event) => (event.record === 'DecisionResolved' ? [event.value.decisionId] : []));
  expect(new Set(resolved).size).toBe(resolved.length);
  expect(await sql.rows('select count(*)::int as count from verdicts')).toEqual([{ count: resolved.length }]);
  const twice = await sql.rows("select 1 from judgements where state <> 'withdrawn' group by system, decision_id, person_id having count(*) > 1");
  expect(twice).toEqual([]);
  const early = await sql.rows("select 1 from tasks t join cases c using (system, decision_id) where t.lane = 're-review' and t.opened_at < c.finished_at");
  expect(early).toEqual([]);
}, 180_000);
