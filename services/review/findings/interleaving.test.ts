import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finishCase, lockCase, readAfterAction } from '../cases/store.ts';
import { handleRouted } from '../handlers.ts';
import { claimTask } from '../tasks/claims.ts';
import { until } from '../../../tests/harness/stack.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, hourUs, person, proposal, routedEvent, selectedEvent } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { disposeOf } from './disposition.ts';
import { readFindings } from './store.ts';

let opened: OpenedReview;
let count = 0;
const runs = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 300 : 25;

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

function nextId(): string {
  count += 1;
  return `case-${count}`;
}

type Step = 'routed' | 'selected' | 'routed-again' | 'selected-again' | 'finish';

/** What is left when all is delivered, however it came: the tasks, their states, and the selections. */
async function stateOf(decisionId: string) {
  const tasks = await tasksOfDecision(opened.sql, { system: 'mailroom', decisionId });
  const selections = await opened.sql.rows('select lane, opened from selections where decision_id = $1', [decisionId]);
  return {
    tasks: tasks.map(({ lane, seat, kind, state, form, seniority, queue }) => ({ lane, seat, kind, state, form, seniority, queue })),
    selections,
    routed: await opened.sql.rows('select route, verdict_by, finished_at is not null as finished from cases where decision_id = $1', [decisionId]),
  };
}

async function play(steps: readonly Step[], dual: boolean): Promise<unknown> {
  const { review } = opened;
  const decisionId = nextId();
  const now = await readNow(review.sql);
  const accepted = encodeAccepted(proposal(decisionId));
  const change = dual ? { route: 'dual', kind: 'dual', queue: 'digits.routing/dual' } : {};
  const routed = routedEvent(accepted, decisionId, now, change);
  const selected = selectedEvent(accepted, decisionId, now, { kind: 're-review', route: routed.route, queue: routed.queue, dueAt: now + hourUs });
  let isRouted = false;
  for (const step of steps) {
    if (step.startsWith('routed')) await deliverRouted(review, routed);
    if (step.startsWith('selected')) await deliverSelected(review, selected);
    isRouted ||= step.startsWith('routed');
    if (step === 'finish' && isRouted) await finishAll(decisionId, dual);
  }
  // Nobody can judge what is not routed yet: a finish that came too early comes at the end.
  await finishAll(decisionId, dual);
  const state = await stateOf(decisionId);
  await opened.sql.run("update tasks set state = 'closed', claimant = null where decision_id = $1", [decisionId]);
  return state;
}

async function finishAll(decisionId: string, dual: boolean): Promise<void> {
  const seats = await opened.sql.rows<{ taskId: string }>(
    `select task_id as "taskId" from tasks where decision_id = $1 and lane = 'primary' and state = 'open' order by seat`,
    [decisionId],
  );
  for (const [index, { taskId }] of seats.entries()) await decide(opened.review, person(['ann', 'bob'][index] ?? 'cleo', true), { decision: 'approve' }, taskId);
  expect(seats.length <= (dual ? 2 : 1)).toBe(true);
}

describe('a re-review', () => {
  test('opens once, after the original finished, whatever order and however often the events come', async () => {
    const steps = fc.shuffledSubarray<Step>(['routed', 'selected', 'routed-again', 'selected-again', 'finish'], { minLength: 5, maxLength: 5 });
    const expected = { single: await play(['routed', 'selected', 'finish'], false), dual: await play(['routed', 'selected', 'finish'], true) };
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (order, dual) => {
        expect(await play(order, dual)).toEqual(dual ? expected.dual : expected.single);
      }),
      { numRuns: runs },
    );
  }, 120_000);

  test('is opened no earlier than the original finished, by whoever held it while the selection came in', async () => {
    const { review, sql } = opened;
    const decisionId = nextId();
    const now = await readNow(sql);
    const accepted = encodeAccepted(proposal(decisionId));
    await deliverRouted(review, routedEvent(accepted, decisionId, now));
    let delivered: Promise<void> = Promise.resolve();
    await review.transact(async (work) => {
      await lockCase(work.sql, { system: 'mailroom', decisionId });
      delivered = deliverSelected(review, selectedEvent(accepted, decisionId, now, { kind: 're-review', route: 'standard', queue: 'digits.routing/standard' }));
      await until('the selection to wait for the decision', async () => (await sql.rows("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))[0]);
      await finishCase(work.sql, { system: 'mailroom', decisionId }, await readNow(work.sql));
    });
    await delivered;
    const again = await sql.rows("select t.opened_at >= c.finished_at as after from tasks t join cases c using (system, decision_id) where decision_id = $1 and lane = 're-review'", [decisionId]);
    expect(again).toEqual([{ after: true }]);
    await sql.run("update tasks set state = 'closed', claimant = null where decision_id = $1", [decisionId]);
  });

  test('is never done by somebody who took part', async () => {
    const { review } = opened;
    const decisionId = nextId();
    const now = await readNow(review.sql);
    const accepted = encodeAccepted(proposal(decisionId));
    await deliverRouted(review, routedEvent(accepted, decisionId, now));
    await deliverSelected(review, selectedEvent(accepted, decisionId, now, { kind: 're-review', route: 'standard', queue: 'digits.routing/standard' }));
    await decide(review, person('ann', true), { decision: 'approve' });
    expect(await claimTask(review, person('ann', true))).toEqual({ outcome: 'empty' });
    await decide(review, person('bob', true), { answer: '7' });
    expect(opened.events.filter((event) => event.record === 'JudgementFinalised' && event.value.decisionId === decisionId).map((event) => ('contradicts' in event.value ? event.value.contradicts : ''))).toEqual([null, false]);
  });
});

describe('a re-review of what nobody decided', () => {
  const expire = async () => {
    for (const { error } of (await runDueTimers(opened.review, (await readNow(opened.sql)) + 3 * hourUs)).failed) throw error;
  };

  test.each<[string, RoutedChange, number]>([
    ['is none where a deadline rejected it', {}, 0],
    ['is none where a deadline rejected it with one signature of two', { route: 'dual', kind: 'dual', queue: 'digits.routing/dual' }, 0],
    ['is none where a deadline reversed it', { point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'reverse', windowEndsAt: 1 }, 0],
    ['is one where the silence of those who could have looked let it through', { point: 'hold', kind: 'hold', onExpiry: 'approve', holdUntil: 1 }, 1],
    ['is one where the action stands that nobody looked at', { point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'lapse', windowEndsAt: 1 }, 1],
  ])('%s', async (_name, change, expected) => {
    const { review, sql } = opened;
    for (const selectedFirst of [true, false]) {
      const decisionId = nextId();
      const now = await readNow(sql);
      const accepted = encodeAccepted(proposal(decisionId));
      const inAnHour = Object.fromEntries(['windowEndsAt', 'holdUntil'].flatMap((name) => (name in change ? [[name, now + hourUs]] : [])));
      const routed = routedEvent(accepted, decisionId, now, { ...change, ...inAnHour, dueAt: now + hourUs });
      const select = async () => await deliverSelected(review, selectedEvent(accepted, decisionId, now, { kind: 're-review', route: routed.route, queue: routed.queue, windowEndsAt: null }));
      await deliverRouted(review, routed);
      if (selectedFirst) await select();
      if (routed.route === 'dual') await decide(review, person('ann', true), { decision: 'approve' });
      else await claimTask(review, person('ann', true));
      await expire();
      if (!selectedFirst) await select();
      const again = await sql.rows("select 1 from tasks where decision_id = $1 and lane = 're-review'", [decisionId]);
      expect([selectedFirst, again.length]).toEqual([selectedFirst, expected]);
      expect(await sql.rows('select opened from selections where decision_id = $1', [decisionId])).toEqual([{ opened: true }]);
      await sql.run("update tasks set state = 'closed', claimant = null where decision_id = $1", [decisionId]);
    }
  });
});

test('somebody erased holds up nobody else, and is rejected', async () => {
  const erased = nextId();
  const others = [nextId(), nextId(), nextId()];
  const own = await openReview();
  const seal = own.review.contents.seal;
  own.review.contents.seal = async (items) => (await seal(items)).map((sealed, index) => (items[index]?.owner.decisionId === erased ? null : sealed));
  const now = await readNow(own.sql);
  const events = [others[0], erased, others[1], others[2]].map((id = '') => routedEvent(encodeAccepted(proposal(id)), id, now));
  await own.review.transact(async (work) => await handleRouted(own.review, work, events));
  expect(await own.sql.rows('select decision_id as id, verdict, basis from verdicts')).toEqual([{ id: erased, verdict: 'rejected', basis: 'erasure' }]);
  expect(await own.sql.rows('select 1 from tasks')).toHaveLength(3);
  await own.close();
});

describe('a spot check', () => {
  async function confirmError(windowEndsAt: (now: number) => number | null) {
    const { review } = opened;
    const decisionId = nextId();
    const now = await readNow(review.sql);
    await deliverSelected(review, selectedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, { windowEndsAt: windowEndsAt(now) }));
    const verdicts = opened.events.filter((event) => event.topic === 'decisions.resolved').length;
    await decide(review, person('ann', true), { answer: '3' });
    await decide(review, person('bob', true), { answer: '3' });
    expect(opened.events.filter((event) => event.topic === 'decisions.resolved')).toHaveLength(verdicts);
    const finding = (await readFindings(opened.sql, 'open', null, 100)).find((each) => each.decisionId === decisionId);
    if (finding === undefined) throw new Error('no finding');
    return finding;
  }

  test('confirmed by a second judge can be reversed inside the window, once', async () => {
    const finding = await confirmError((now) => now + hourUs);
    expect(finding.taskIds).toHaveLength(2);
    const settled = await disposeOf(opened.review, 'sue', finding.findingId, { action: 'reverse', note: 'two judges read a 3' });
    expect(settled).toMatchObject({ state: 'reversed', disposedBy: 'sue' });
    expect(await readAfterAction(opened.sql, finding)).toBe('reversed');
    expect(opened.events.filter((event) => event.record === 'DecisionReversed' && event.value.decisionId === finding.decisionId)).toHaveLength(1);
    await expect(disposeOf(opened.review, 'sue', finding.findingId, { action: 'dismiss', note: 'again' })).rejects.toMatchObject({ refusal: 'finding-closed' });
  });

  test('found too late becomes an incident with owner and due date', async () => {
    const finding = await confirmError((now) => now - 1);
    await expect(disposeOf(opened.review, 'sue', finding.findingId, { action: 'reverse', note: 'late' })).rejects.toMatchObject({ refusal: 'window-closed' });
    const incident = { action: 'incident' as const, owner: 'maria', dueAt: finding.openedAt + hourUs, disposition: 'Call the sender.', note: 'late' };
    expect(await disposeOf(opened.review, 'sue', finding.findingId, incident)).toMatchObject({ state: 'incident', owner: 'maria' });
  });

  test('not confirmed by the second judge opens nothing', async () => {
    const { review, sql } = opened;
    const decisionId = nextId();
    await deliverSelected(review, selectedEvent(encodeAccepted(proposal(decisionId)), decisionId, await readNow(sql)));
    await decide(review, person('ann', true), { answer: '3' });
    await decide(review, person('bob', true), { answer: '7' });
    expect(await sql.rows('select 1 from findings where decision_id = $1', [decisionId])).toHaveLength(0);
    expect(await claimTask(review, person('cleo', true))).toEqual({ outcome: 'empty' });
  });
});
