/** What is watched has the deadlines, warnings and ends of ordinary work. */

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { submitJudgement } from '../judgements/submission.ts';
import { encodeAccepted, openReview, question } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { claimTask } from '../tasks/claims.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { decide, deliverPlanned, deliverRouted, deliverSelected, hourUs, person, plannedEvent, proposal, reasoningText, routedEvent, selectedEvent, sitDown } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';

let opened: OpenedReview;
/** It came in a minute before anybody here heard of it: a consumer that was behind. */
const lagUs = 60_000_000;

beforeAll(async () => {
  opened = await openReview({ slaOf: () => ({ warnAt: 0.75, onExpiry: 'escalate' }), ordinarySlaUs: () => hourUs });
});
afterAll(async () => {
  await opened.close();
});
beforeEach(async () => {
  opened.events.length = 0;
  await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
  await opened.sql.run('delete from timers');
});

async function openBoth(ordinary: string, watched: string): Promise<number> {
  const acceptedAt = (await readNow(opened.sql)) - lagUs;
  const times = { acceptedAt, dueAt: acceptedAt + hourUs };
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(ordinary)), ordinary, acceptedAt, { ...times, warnAt: acceptedAt + 0.75 * hourUs, form: 'hidden', onExpiry: 'escalate' }));
  await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal(watched)), watched, acceptedAt, { ...times, dueAt: null }));
  return acceptedAt;
}

const taskOf = async (decisionId: string) => (await tasksOfDecision(opened.sql, { system: 'mailroom', decisionId })).find(({ state }) => state !== 'closed');
/** What reviewers' clients are told of, or meet, with the kind of work left out. */
const happened = (decisionId: string) => opened.events.filter(({ value }) => value.decisionId === decisionId).map(({ record }) => record).filter((record) => /^Task/.test(record));

test('a spot check is due when an ordinary task that came in with it is, however late both were opened', async () => {
  await openBoth('due-plain', 'due-watched');
  const [plain, watched] = [await taskOf('due-plain'), await taskOf('due-watched')];
  // Each was opened in a transaction of its own.
  expect(Math.abs((plain?.dueAt ?? 0) - (watched?.dueAt ?? Infinity))).toBeLessThan(1_000_000);
});

test('a re-review has as much time left when it is opened as the original had', async () => {
  const acceptedAt = (await readNow(opened.sql)) - lagUs;
  const routed = routedEvent(encodeAccepted(proposal('again')), 'again', acceptedAt, { acceptedAt, dueAt: acceptedAt + hourUs });
  await deliverRouted(opened.review, routed);
  const original = await taskOf('again');
  await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal('again')), 'again', acceptedAt, { kind: 're-review', route: 'standard', queue: routed.queue, acceptedAt, dueAt: routed.dueAt }));
  await decide(opened.review, person('ann'), { decision: 'approve' });
  const again = await taskOf('again');
  const left = (task: typeof again) => (task?.dueAt ?? 0) - (task?.openedAt ?? 0);
  expect(left(again)).toBe(left(original));
});

test('at the warning and at the deadline the same happens to both, also while they are held', async () => {
  const acceptedAt = await openBoth('end-plain', 'end-watched');
  for (const who of ['ann', 'bob']) await claimTask(opened.review, person(who));
  await opened.sql.run("update timers set due_at = due_at + 90000000000 where kind = 'claim-expiry'");
  for (const share of [0.8, 1.1, 2.3]) {
    const run = await runDueTimers(opened.review, acceptedAt + share * hourUs);
    for (const { error } of run.failed) throw error;
  }
  const records = ['TaskOpened', 'TaskClaimed', 'TaskWarned', 'TaskReleased', 'TaskEscalated', 'TaskClosed'];
  expect([happened('end-plain'), happened('end-watched')]).toEqual([records, records]);
});

test('a re-review asks in the words of the ordinary work it comes among, and in its own where the answers were others', async () => {
  const { review, sql } = opened;
  const { questionOf } = review;
  const answers = { old: question.answers, worded: question.answers, changed: question.answers.slice(1) };
  review.questionOf = ({ policyVersion }) => ({ ...question, question: policyVersion, answers: answers[policyVersion as keyof typeof answers] });
  for (const [asksNow, expected] of [['worded', 'worded'], ['changed', 'old']] as const) {
    const [id, later, now] = [`asked-${asksNow}`, `after-${asksNow}`, await readNow(sql)];
    const routed = routedEvent(encodeAccepted(proposal(id)), id, now, { policyVersion: 'old' });
    await deliverRouted(review, routed);
    await deliverRouted(review, routedEvent(encodeAccepted(proposal(later)), later, now + 1, { policyVersion: asksNow, acceptedAt: now + 1, dueAt: now + 2 * hourUs }));
    await deliverSelected(review, selectedEvent(encodeAccepted(proposal(id)), id, now, { kind: 're-review', policyVersion: 'old', route: 'standard', queue: routed.queue, dueAt: routed.dueAt }));
    await decide(review, person('ann'), { decision: 'approve' }, (await taskOf(id))?.taskId);
    const again = await taskOf(id);
    expect(again?.lane).toBe('re-review');
    const { claim, body } = await sitDown(review, person('bob'), again?.taskId);
    expect(body).toMatchObject({ question: expected });
    const opinion = { answer: '7', reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: (await taskOf(id))?.paintedDigest ?? '' };
    await submitJudgement(review, person('bob'), { taskId: claim.taskId, fence: claim.fence, submission: opinion, activeMs: 0 });
  }
  review.questionOf = questionOf;
});

test('a re-review and an exercise come a day after ordinary work of their queue came, behind such work, and once', async () => {
  const { review, sql } = opened;
  const dayUs = 24 * hourUs;
  review.settings.watchedDelayMaxMs = 24 * 3_600_000;
  const now = await readNow(sql);
  const ids = Array.from({ length: 12 }, (_, index) => `later-${index}`);
  for (const id of ids) {
    const routed = routedEvent(encodeAccepted(proposal(id)), id, now);
    await deliverRouted(review, routed);
    // Sometimes the selection comes before the end, sometimes behind it, and always twice.
    const select = async () => await deliverSelected(review, selectedEvent(encodeAccepted(proposal(id)), id, now, { kind: 're-review', route: 'standard', queue: routed.queue, dueAt: now + hourUs }));
    if (id.endsWith('1')) await select();
    await decide(review, person('ann'), { decision: 'approve' });
    await select();
    expect(await taskOf(id)).toBeUndefined();
  }
  await deliverPlanned(review, plannedEvent(encodeAccepted(proposal('later-exercise')), 'later-exercise', now));
  expect(await taskOf('later-exercise')).toBeUndefined();
  const due = await sql.rows<{ decisionId: string; dueAt: number }>("select decision_id as \"decisionId\", due_at as \"dueAt\" from timers where kind = 'open-watched'");
  expect(new Set(due.map(({ decisionId }) => decisionId))).toEqual(new Set([...ids, 'later-exercise']));
  expect(new Set(due.map(({ dueAt }) => dueAt)).size).toBeGreaterThan(3);
  const arrivals = new Set((await sql.rows<{ openedAt: number }>('select opened_at as "openedAt" from cases where routed')).map(({ openedAt }) => openedAt));
  for (const { dueAt } of due) expect(arrivals.has(dueAt - dayUs)).toBe(true);
  const latest = Math.max(...due.map(({ dueAt }) => dueAt));
  const fireUntil = async (instant: number) => {
    for (const { error } of (await runDueTimers(review, instant)).failed) throw error;
  };
  const watchedOpen = async () => (await sql.rows("select 1 from tasks where lane <> 'primary' and state <> 'closed'")).length;
  // A quiet day: nothing comes of it, and the day after the same hours are tried again.
  await fireUntil(latest + 2 * hourUs);
  const dayLater = await sql.rows<{ decisionId: string; dueAt: number }>("select decision_id as \"decisionId\", due_at as \"dueAt\" from timers where kind = 'open-watched'");
  expect(new Set(dayLater.map(({ dueAt }) => dueAt))).toEqual(new Set(due.map(({ dueAt }) => dueAt + dayUs)));
  await fireUntil(latest + dayUs);
  expect(await watchedOpen()).toBe(0);
  const newcomer = routedEvent(encodeAccepted(proposal('newcomer')), 'newcomer', now);
  await deliverRouted(review, routedEvent(encodeAccepted(proposal('elsewhere')), 'elsewhere', now, { decisionType: 'elsewhere', queue: 'elsewhere/standard' }));
  await fireUntil(await readNow(sql));
  expect(await watchedOpen()).toBe(0);
  await deliverRouted(review, newcomer);
  await fireUntil((await readNow(sql)) + 2 * hourUs);
  for (const id of ids) expect(await taskOf(id)).toMatchObject({ lane: 're-review', state: 'open' });
  expect(await taskOf('later-exercise')).toMatchObject({ lane: 'calibration' });
  expect(opened.events.filter(({ record, value }) => record === 'TaskOpened' && value.decisionId === 'later-1')).toHaveLength(2);
  review.settings.watchedDelayMaxMs = 0;
});
