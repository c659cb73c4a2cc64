import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAfterAction, readVerdict } from '../cases/store.ts';
import { claimTask } from '../tasks/claims.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, hourUs, person, proposal, routedEvent } from '../testing/scenario.ts';
import type { Opinion, RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';

/** The policy says that a hidden answer other than the AI's is for a second person to settle. */
let opened: OpenedReview;
let decisionId: string;
let count = 0;
const [ann, bob] = [person('ann', true), person('bob', true)];

beforeAll(async () => {
  opened = await openReview({ hiddenDisagreementOf: () => 'adjudicate' });
});

afterAll(async () => {
  await opened.close();
});

beforeEach(async () => {
  count += 1;
  decisionId = `case-${count}`;
  await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
});

async function open(change: RoutedChange = {}): Promise<number> {
  const now = await readNow(opened.sql);
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, { form: 'hidden', ...change }));
  return now;
}

const key = () => ({ system: 'mailroom', decisionId });
const verdict = async () => await readVerdict(opened.sql, key());
const resolved = () => opened.events.flatMap((event) => (event.record === 'DecisionResolved' && event.value.decisionId === decisionId ? [event.value] : []));
const openTasks = async () => (await tasksOfDecision(opened.sql, key())).filter(({ state }) => state !== 'closed');

describe('a hidden answer other than the one of the AI', () => {
  test.each<[string, Opinion, Record<string, unknown>]>([
    ['like the first', { answer: '3' }, { verdict: 'modified', outputLabel: '3' }],
    ['like the AI', { answer: '7' }, { verdict: 'approved', outputLabel: '7' }],
    ['like nobody', { answer: '4' }, { verdict: 'modified', outputLabel: '4' }],
    ['that none can be given', { decision: 'reject' }, { verdict: 'rejected', outputLabel: null }],
  ])('goes to a second person, and what they answer counts: %s', async (_what, opinion, expected) => {
    await open();
    const { taskId } = await decide(opened.review, ann, { answer: '3' });
    expect(await verdict()).toBeNull();
    expect(await openTasks()).toMatchObject([{ kind: 'adjudication', seat: 3, seniority: 'senior', form: 'hidden', state: 'open' }]);
    // Not the same person again, whichever way they ask.
    expect(await claimTask(opened.review, ann)).toEqual({ outcome: 'empty' });
    const settled = await decide(opened.review, bob, opinion);
    expect(Object.keys(settled.body)).toEqual(['taskId', 'form', 'dueAt', 'decisionType', 'question', 'answers', 'case', 'reasonCodes', 'earlier']);
    expect(resolved()).toMatchObject([{ ...expected, basis: 'human', signers: ['ann', 'bob'], taskIds: [taskId, settled.taskId], reason: expect.stringContaining('A second reviewer, after one answered otherwise than the AI') }]);
    expect(await openTasks()).toEqual([]);
  });

  test('after the action is due, and warned of, inside the window in which it can be reversed', async () => {
    const now = await open({ point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'lapse', dueAt: (await readNow(opened.sql)) + 2 * hourUs, windowEndsAt: (await readNow(opened.sql)) + 2 * hourUs });
    const windowEndsAt = now + 2 * hourUs;
    // Late enough that half of the original time is more than what is left.
    await opened.sql.run('update cases set opened_at = opened_at - $2::bigint, window_ends_at = $3, due_at = $3 where decision_id = $1', [decisionId, 20 * hourUs, windowEndsAt]);
    await decide(opened.review, ann, { answer: '3' });
    const [task] = await openTasks();
    expect(task).toMatchObject({ kind: 'adjudication', dueAt: windowEndsAt });
    const [warning] = await opened.sql.rows<{ dueAt: number }>(`select due_at as "dueAt" from timers where kind = 'warn' and task_id = $1`, [task?.taskId]);
    expect(warning?.dueAt).toBeGreaterThan(task?.openedAt ?? Infinity);
    expect(warning?.dueAt).toBeLessThan(windowEndsAt);
  });

  test('like the AI, or none at all, is settled by one', async () => {
    await open();
    await decide(opened.review, ann, { answer: '7' });
    expect(resolved()).toMatchObject([{ verdict: 'approved', signers: ['ann'] }]);
    decisionId += '-b';
    await open();
    await decide(opened.review, ann, { decision: 'reject' });
    expect(resolved()).toMatchObject([{ verdict: 'rejected', signers: ['ann'] }]);
  });

  test('in another form is settled by one: a modification is what they meant', async () => {
    await open({ form: 'shown' });
    await decide(opened.review, ann, { decision: 'modify', output: { label: '3' } });
    expect(resolved()).toMatchObject([{ verdict: 'modified', outputLabel: '3', signers: ['ann'] }]);
  });

  test('that nobody settles in time is a rejection, also where the policy would escalate', async () => {
    const now = await open({ onExpiry: 'escalate' });
    await decide(opened.review, ann, { answer: '3' });
    await runDueTimers(opened.review, now + hourUs + 1);
    await runDueTimers(opened.review, now + 3 * hourUs);
    expect(resolved()).toMatchObject([{ verdict: 'rejected', basis: 'expiry', reason: 'A reviewer answered otherwise, and nobody settled it in time.' }]);
  });

  test('is an objection to a held decision: it does not go ahead at the end of the hold', async () => {
    const now = await readNow(opened.sql);
    await open({ point: 'hold', kind: 'hold', onExpiry: 'approve', holdUntil: now + hourUs });
    await decide(opened.review, ann, { answer: '3' });
    // A second person looks meanwhile, so that silence would have meant consent.
    await claimTask(opened.review, bob);
    await runDueTimers(opened.review, now + 3 * hourUs);
    expect(resolved()).toMatchObject([{ verdict: 'rejected', basis: 'expiry' }]);
  });

  test('is an objection to what was done: it is reversed at the end of its window, settled or not', async () => {
    const now = await readNow(opened.sql);
    for (const [suffix, settles] of [['-a', false], ['-b', true]] as const) {
      decisionId = `case-${count}${suffix}`;
      await open({ point: 'after', kind: 'after-action', verdictBy: 'routing', onExpiry: 'lapse', windowEndsAt: now + hourUs });
      const [task] = await openTasks();
      await decide(opened.review, ann, { answer: '3' }, task?.taskId);
      expect(await readAfterAction(opened.sql, key())).toBeNull();
      const [second] = await openTasks();
      if (settles) await decide(opened.review, bob, { answer: '3' }, second?.taskId);
    }
    await runDueTimers(opened.review, now + hourUs + 1);
    for (const suffix of ['-a', '-b']) expect(await readAfterAction(opened.sql, { system: 'mailroom', decisionId: `case-${count}${suffix}` })).toBe('reversed');
    expect(resolved()).toEqual([]);
  });
});

test('two signatures are settled as ever', async () => {
  await open({ route: 'dual', kind: 'dual', queue: 'digits.routing/dual' });
  for (const who of [ann, bob]) await decide(opened.review, who, { answer: '3' });
  expect(resolved()).toMatchObject([{ verdict: 'modified', outputLabel: '3', signers: expect.arrayContaining(['ann', 'bob']), reason: 'Two reviewers, each blind to the other, modified it.' }]);
});
