import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { contentDigest } from '@countersign/contracts';
import { ErasedError } from '@countersign/kit';
import { readAfterAction, readCase, readVerdict } from '../cases/store.ts';
import { showTask } from '../presentation/showing.ts';
import { submitJudgement } from '../judgements/submission.ts';
import { claimTask, escalateClaim } from '../tasks/claims.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, hourUs, judge, person, proposal, reasoningText, routedEvent, sitDown } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from './loop.ts';
import { readNow } from './store.ts';
import { replacePerson } from '../people/store.ts';

let opened: OpenedReview;
let decisionId: string;
let key: { system: string; decisionId: string };
let count = 0;
const ann = person('ann', true);

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

beforeEach(() => {
  count += 1;
  decisionId = `case-${count}`;
  key = { system: 'mailroom', decisionId };
});

async function open(change: (now: number) => RoutedChange = () => ({})): Promise<number> {
  const now = await readNow(opened.review.sql);
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, change(now)));
  return now;
}

/** Runs everything due `hours` from now. Tests of one file share the tables, so each ends with its case closed. */
async function after(hours: number): Promise<void> {
  const run = await runDueTimers(opened.review, (await readNow(opened.sql)) + hours * hourUs);
  for (const { error } of run.failed) throw error;
}

function recorded(record: string) {
  return opened.events.filter((event) => event.record === record && event.value.decisionId === decisionId);
}

describe('a wait for approval', () => {
  test('warns, then rejects when nobody judged it', async () => {
    await open();
    await after(0.6);
    expect(recorded('TaskWarned')).toHaveLength(1);
    expect(await readVerdict(opened.sql, key)).toBeNull();
    await after(1.1);
    expect(await readVerdict(opened.sql, key)).toMatchObject({ verdict: 'rejected', basis: 'expiry' });
    expect(recorded('TaskClosed')[0]?.value).toMatchObject({ outcome: 'expired', slaMet: false });
    expect(recorded('DecisionResolved')[0]?.value).toMatchObject({ outputLabel: null, contentDigest: contentDigest(proposal(decisionId)) });
  });

  test('escalates once where the policy says so, and takes the claim away', async () => {
    const { review, sql } = opened;
    await open(() => ({ onExpiry: 'escalate' }));
    const junior = await sitDown(review, person('eve'));
    await after(1.1);
    expect((await tasksOfDecision(sql, key))[0]).toMatchObject({ state: 'open', seniority: 'senior', claimant: null });
    expect(recorded('TaskEscalated')[0]?.value).toMatchObject({ automatic: true, toRoute: 'senior', queue: 'digits.routing/standard', toQueue: 'digits.routing/senior', dueAt: (await tasksOfDecision(sql, key))[0]?.dueAt });
    const late = { decision: 'approve' as const, reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: junior.digest };
    await expect(submitJudgement(review, person('eve'), { taskId: junior.claim.taskId, fence: junior.claim.fence, submission: late, activeMs: 0 })).rejects.toMatchObject({ refusal: 'claim-lost' });
    await after(3);
    expect(await readVerdict(sql, key)).toMatchObject({ verdict: 'rejected', basis: 'expiry' });
  });

  test('one signature of two at expiry is a rejection', async () => {
    await open(() => ({ route: 'dual' }));
    await decide(opened.review, ann, { decision: 'approve' });
    await after(1.1);
    expect(await readVerdict(opened.sql, key)).toMatchObject({ verdict: 'rejected', basis: 'expiry' });
    expect(recorded('DecisionResolved')).toHaveLength(1);
  });

  test('a pending judgement suspends expiry', async () => {
    await open();
    const judged = await judge(opened.review, ann, { decision: 'approve' });
    await opened.sql.run("update timers set due_at = 1 where kind = 'expire' and decision_id = $1", [decisionId]);
    await opened.sql.run('update tasks set due_at = 1 where task_id = $1', [judged.taskId]);
    await runDueTimers(opened.review);
    expect(await readVerdict(opened.sql, key)).toBeNull();
    await after(0.01);
    expect(await readVerdict(opened.sql, key)).toMatchObject({ verdict: 'approved', basis: 'human' });
  });

  test('expiry racing a judgement has one winner, and the loser is told', async () => {
    const { review, sql } = opened;
    for (let round = 0; round < 10; round += 1) {
      decisionId = `race-${round}`;
      key = { system: 'mailroom', decisionId };
      await open();
      const { claim, digest } = await sitDown(review, ann);
      await sql.run('update tasks set due_at = 1 where decision_id = $1', [decisionId]);
      await sql.run("update timers set due_at = 1 where kind = 'expire' and decision_id = $1", [decisionId]);
      const submission = { decision: 'approve' as const, reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: digest };
      const [submitted] = await Promise.allSettled([
        submitJudgement(review, ann, { taskId: claim.taskId, fence: claim.fence, submission, activeMs: 0 }),
        runDueTimers(review),
      ]);
      await after(0.01);
      expect(await readVerdict(sql, key)).toMatchObject(submitted.status === 'fulfilled' ? { verdict: 'approved' } : { verdict: 'rejected', basis: 'expiry' });
      if (submitted.status === 'rejected') expect(submitted.reason).toMatchObject({ refusal: 'task-closed' });
      expect(recorded('DecisionResolved')).toHaveLength(1);
    }
  });
});

describe('a hold', () => {
  const hold = (now: number): RoutedChange => ({ point: 'hold', kind: 'hold', onExpiry: 'approve', dueAt: now + hourUs, holdUntil: now + hourUs, warnAt: null });

  test('unvetoed, and seen by somebody qualified, is approved at its end', async () => {
    await open(hold);
    const idle = await claimTask(opened.review, person('bob', true));
    expect(idle.outcome).toBe('claimed');
    await after(1.1);
    expect(await readVerdict(opened.sql, key)).toMatchObject({ verdict: 'approved', basis: 'veto-window' });
  });

  test('a veto rejects', async () => {
    await open(hold);
    await decide(opened.review, ann, { decision: 'reject' });
    await after(1.1);
    expect(await readVerdict(opened.sql, key)).toMatchObject({ verdict: 'rejected', basis: 'human' });
  });

  test('that nobody could have seen waits for approval, and is rejected without one', async () => {
    const { review, sql } = opened;
    await open((now) => ({ ...hold(now), queue: 'unwatched/standard', decisionType: 'unwatched' }));
    await sql.run('update people set last_seen_at = 0');
    await after(1.1);
    expect(await readVerdict(sql, key)).toBeNull();
    expect(await readCase(sql, key)).toMatchObject({ point: 'before', holdUntil: null });
    await after(2.5);
    expect(await readVerdict(sql, key)).toMatchObject({ verdict: 'rejected', basis: 'expiry' });
    expect(await claimTask(review, ann)).toEqual({ outcome: 'empty' });
  });

  test('handed to seniors waits for approval where none of them looked since, whoever looked before', async () => {
    const { review, sql } = opened;
    await open((now) => ({ ...hold(now), queue: 'handed/standard', decisionType: 'handed' }));
    await sql.run('update people set last_seen_at = 0');
    await replacePerson(sql, { personId: 'elder', name: 'elder', roles: ['senior'], active: true, queues: ['handed/senior'] }, 0);
    await replacePerson(sql, { personId: 'younger', name: 'younger', roles: ['reviewer'], active: true, queues: ['handed'] }, 0);
    expect(await claimTask(review, person('elder', true))).toEqual({ outcome: 'empty' });
    const { claim } = await sitDown(review, person('younger'));
    await escalateClaim(review, person('younger'), claim.taskId, claim.fence, 'This is for somebody who knows these forms.');
    await after(1.1);
    expect(await readVerdict(sql, key)).toBeNull();
    expect(await readCase(sql, key)).toMatchObject({ point: 'before', holdUntil: null });
    await after(2.5);
  });

  test('counts nobody who looked only before it was there', async () => {
    const { review, sql } = opened;
    await sql.run('update people set last_seen_at = 0');
    await claimTask(review, person('bob', true));
    await open(hold);
    await after(1.1);
    expect(await readCase(sql, key)).toMatchObject({ point: 'before', holdUntil: null });
    await after(2.5);
  });

  test('counts whoever looked a moment before it was there and again since', async () => {
    const { review, sql } = opened;
    await sql.run('update people set last_seen_at = 0');
    await claimTask(review, person('bob', true));
    await open(hold);
    expect(await claimTask(review, person('bob', true))).toMatchObject({ outcome: 'claimed' });
    await after(1.1);
    expect(await readVerdict(sql, key)).toMatchObject({ verdict: 'approved', basis: 'veto-window' });
  });
});

describe('after the action', () => {
  const afterwards = (onExpiry: string) => (now: number): RoutedChange => ({ point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry, dueAt: now + hourUs, windowEndsAt: now + 2 * hourUs, warnAt: null });

  test('a rejection reverses inside the window, and gives no verdict', async () => {
    await open(afterwards('lapse'));
    await decide(opened.review, ann, { decision: 'reject' });
    expect(recorded('DecisionReversed')[0]?.value).toMatchObject({ withinWindow: true, actor: 'ann' });
    expect(recorded('DecisionResolved')).toHaveLength(0);
    expect(await readAfterAction(opened.sql, key)).toBe('reversed');
  });

  test('an approval upholds', async () => {
    await open(afterwards('lapse'));
    await decide(opened.review, ann, { decision: 'approve' });
    expect(await readAfterAction(opened.sql, key)).toBe('upheld');
    expect(recorded('DecisionReversed')).toHaveLength(0);
  });

  test('nobody looking lets it lapse at the end of the window, and reverses it only where the policy says so', async () => {
    await open(afterwards('lapse'));
    await after(1.1);
    expect(await readAfterAction(opened.sql, key)).toBeNull();
    await after(2.1);
    expect(await readAfterAction(opened.sql, key)).toBe('lapsed');
    expect(recorded('TaskClosed')[0]?.value).toMatchObject({ outcome: 'lapsed' });
    expect(recorded('DecisionReversed')).toHaveLength(0);
    decisionId = `${decisionId}-reversed`;
    key = { system: 'mailroom', decisionId };
    await open(afterwards('reverse'));
    await after(2.1);
    expect(await readAfterAction(opened.sql, key)).toBe('reversed');
    expect(recorded('DecisionReversed')).toHaveLength(1);
  });

  test('of two who were to look one rejected and the other never came: it is reversed', async () => {
    await open((now) => ({ ...afterwards('lapse')(now), route: 'dual' }));
    await decide(opened.review, ann, { decision: 'reject' });
    expect(await readAfterAction(opened.sql, key)).toBeNull();
    await after(2.1);
    expect(await readAfterAction(opened.sql, key)).toBe('reversed');
    expect(recorded('DecisionReversed')[0]?.value).toMatchObject({ withinWindow: true, reason: 'A reviewer objected, and nobody settled it inside the window.' });
  });
});

test('a decision no policy covers goes to two seniors, and is rejected after four hours', async () => {
  const { review, sql } = opened;
  await open((now) => ({ known: false, route: 'dual', queue: 'unclassified', dueAt: now + 4 * hourUs }));
  expect(await claimTask(review, person('nobody'))).toEqual({ outcome: 'empty' });
  await sql.run("insert into people values ('unqualified', 'x', '{senior}', true, 1, 0, 0)");
  const seen = await claimTask(review, person('unqualified', true));
  expect(seen.outcome).toBe('claimed');
  if (seen.outcome === 'claimed') await showTask(review, person('unqualified', true), seen.claim.taskId, seen.claim.fence);
  await after(4.1);
  expect(await readVerdict(sql, key)).toMatchObject({ verdict: 'rejected', basis: 'expiry' });
});

test('an erasure inside the undo window does not keep a decision from ending', async () => {
  const own = await openReview();
  const now = await readNow(own.sql);
  await deliverRouted(own.review, ...['approve', 'modify'].map((id) => routedEvent(encodeAccepted(proposal(id)), id, now)));
  await judge(own.review, ann, { decision: 'approve' });
  await judge(own.review, person('bob', true), { decision: 'modify', output: { label: '3', content: '3', mediaType: 'text/plain' } });
  own.review.contents.open = () => Promise.reject(new ErasedError('gone'));
  expect(await runDueTimers(own.review, now + 60_000_000)).toMatchObject({ failed: [] });
  const verdicts = own.events.flatMap((event) => (event.record === 'DecisionResolved' ? [`${event.value.verdict} ${event.value.contentDigest}`] : []));
  expect(verdicts.sort()).toEqual(['approved null', 'rejected null']);
  await own.close();
});

test('a timer that fails holds up no other and stays', async () => {
  const { review, sql } = opened;
  await open();
  await judge(review, ann, { decision: 'approve' });
  await sql.run("update judgements set sealed_content = '\\x00' where decision_id = $1", [decisionId]);
  const broken = decisionId;
  decisionId = `${decisionId}-fine`;
  await open();
  await judge(review, person('bob', true), { decision: 'approve' });
  const run = await runDueTimers(review, (await readNow(sql)) + 60_000_000);
  expect(run.failed).toHaveLength(1);
  expect(await readVerdict(sql, { system: 'mailroom', decisionId })).not.toBeNull();
  expect(await sql.rows("select 1 from timers where kind = 'finalise' and decision_id = $1", [broken])).toHaveLength(1);
});

test('a service that stops finishes the timer in hand, and leaves the others where they are', async () => {
  const own = await openReview();
  const now = await readNow(own.sql);
  await deliverRouted(own.review, ...['one', 'two', 'three'].map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { dueAt: now + hourUs })));
  const stopping = new AbortController();
  const review = { ...own.review, traceDeadline: async (...[sql, timer, run]: Parameters<typeof own.review.traceDeadline>) => {
    await own.review.traceDeadline(sql, timer, run);
    stopping.abort();
  } };
  const waiting = async () => (await own.sql.rows('select 1 from timers')).length;
  const before = await waiting();
  expect(await runDueTimers(review, now + 2 * hourUs, { stopping: stopping.signal })).toEqual({ fired: 1, failed: [] });
  expect(before - (await waiting())).toBeGreaterThan(0);
  expect(await runDueTimers(review, now + 2 * hourUs, { stopping: stopping.signal })).toEqual({ fired: 0, failed: [] });
  expect((await runDueTimers(own.review, now + 2 * hourUs)).fired).toBeGreaterThan(0);
  await own.close();
});
