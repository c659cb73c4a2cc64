/** What becomes of confirmed errors, and what is on record of it. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readVerdict } from '../cases/store.ts';
import { handleErased } from '../erasure.ts';
import { tasksOfDecision } from '../tasks/store.ts';
import { encodeAccepted, openReview, question } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, deliverSelected, hourUs, person, proposal, routedEvent, selectedEvent } from '../testing/scenario.ts';
import type { Opinion } from '../testing/scenario.ts';
import { readNow } from '../timers/store.ts';
import { disposeOf } from './disposition.ts';
import { readFinding, readFindings } from './store.ts';

let opened: OpenedReview;
let count = 0;

beforeAll(async () => {
  opened = await openReview();
});
afterAll(async () => {
  await opened.close();
});

/** A spot check that ann and bob judged otherwise than the AI. */
async function confirmError(windowEndsAt: (now: number) => number | null = (now) => now + hourUs) {
  count += 1;
  const decisionId = `check-${count}`;
  const now = await readNow(opened.sql);
  await deliverSelected(opened.review, selectedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, { windowEndsAt: windowEndsAt(now) }));
  await decide(opened.review, person('ann', true), { answer: '3' });
  await decide(opened.review, person('bob', true), { answer: '3' });
  return await findingOn(decisionId);
}

/** A review that cleo judged, and that ann and bob judged again. */
async function judgeAgain(opinion: Opinion, answer: string, reversalDeadline: number | null = null) {
  count += 1;
  const decisionId = `again-${count}`;
  const now = await readNow(opened.sql);
  const proposed = proposal(decisionId);
  const accepted = encodeAccepted({ ...proposed, action: { ...proposed.action, reversalDeadline } });
  await deliverRouted(opened.review, routedEvent(accepted, decisionId, now));
  await deliverSelected(opened.review, selectedEvent(accepted, decisionId, now, { kind: 're-review', route: 'standard', queue: 'digits.routing/standard', windowEndsAt: null }));
  await decide(opened.review, person('cleo', true), opinion);
  await decide(opened.review, person('ann', true), { answer });
  const second = (await tasksOfDecision(opened.sql, { system: 'mailroom', decisionId })).find(({ state }) => state === 'open');
  if (second !== undefined) await decide(opened.review, person('bob', true), { answer }, second.taskId);
  return decisionId;
}

/** A re-review that contradicts the verdict. */
async function contradict(decision: 'approve' | 'reject', reversalDeadline: number | null = null) {
  return await findingOn(await judgeAgain({ decision }, decision === 'approve' ? '3' : '7', reversalDeadline));
}

async function findingsOn(decisionId: string) {
  return (await readFindings(opened.sql, null, null, 100)).filter((each) => each.decisionId === decisionId);
}

async function findingOn(decisionId: string) {
  const [finding] = await findingsOn(decisionId);
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

const recorded = (decisionId: string, ...records: string[]) => opened.events.filter((event) => event.value.decisionId === decisionId && records.includes(event.record));

test('that an error was confirmed, and who settled it how and why, is on the log of its decision', async () => {
  const finding = await confirmError();
  await disposeOf(opened.review, 'sue', finding.findingId, { action: 'dismiss', note: 'Both took the smudge for a stroke.' });
  const told = recorded(finding.decisionId, 'FindingOpened', 'FindingSettled');
  expect(told.map(({ topic, record, key }) => [topic, record, key])).toEqual(['FindingOpened', 'FindingSettled'].map((record) => ['reviews.changed', record, `mailroom/${finding.decisionId}`]));
  expect(told[0]?.value).toMatchObject({ findingId: finding.findingId, kind: 'spot-check', actor: null, taskIds: finding.taskIds, reversibleUntil: finding.windowEndsAt });
  expect(told[1]?.value).toMatchObject({ findingId: finding.findingId, actor: 'sue', state: 'dismissed', note: 'Both took the smudge for a stroke.', owner: null });
});

test('an incident is closed with a note, once, and what it was stays on the log', async () => {
  const finding = await confirmError(() => null);
  await expect(disposeOf(opened.review, 'sue', finding.findingId, { action: 'close', note: 'done' })).rejects.toMatchObject({ refusal: 'no-incident' });
  await disposeOf(opened.review, 'sue', finding.findingId, { action: 'incident', owner: 'maria', dueAt: finding.openedAt + hourUs, disposition: 'Call the sender.', note: 'late' });
  expect(await disposeOf(opened.review, 'tom', finding.findingId, { action: 'close', note: 'She called.' })).toMatchObject({ state: 'closed', owner: 'maria', disposition: 'Call the sender.', note: 'She called.', disposedBy: 'tom' });
  await expect(disposeOf(opened.review, 'tom', finding.findingId, { action: 'close', note: 'again' })).rejects.toMatchObject({ refusal: 'no-incident' });
  expect(recorded(finding.decisionId, 'FindingSettled').map(({ value }) => value)).toMatchObject([
    { actor: 'sue', state: 'incident', note: 'late', owner: 'maria', dueAt: finding.openedAt + hourUs, disposition: 'Call the sender.' }, { actor: 'tom', state: 'closed', note: 'She called.' },
  ]);
});

test('nobody settles what was found in a decision that they judged', async () => {
  const finding = await contradict('approve');
  for (const judge of ['cleo', 'ann']) await expect(disposeOf(opened.review, judge, finding.findingId, { action: 'dismiss', note: 'I was right.' })).rejects.toMatchObject({ refusal: 'finding-yours' });
  expect(recorded(finding.decisionId, 'FindingSettled')).toEqual([]);
});

test('a rejection is not reversed, whatever window the policy states', async () => {
  opened.review.windowUsOf = () => hourUs;
  const [rejected, approved] = [await contradict('reject'), await contradict('approve')];
  expect([rejected.windowEndsAt, approved.windowEndsAt]).toEqual([null, expect.any(Number)]);
  await expect(disposeOf(opened.review, 'sue', rejected.findingId, { action: 'reverse', note: 'no' })).rejects.toMatchObject({ refusal: 'nothing-to-reverse' });
  await disposeOf(opened.review, 'sue', approved.findingId, { action: 'reverse', note: 'yes' });
  expect([rejected, approved].map(({ decisionId }) => recorded(decisionId, 'DecisionReversed').length)).toEqual([0, 1]);
});

test('what people approved can be reversed from their verdict on as long as the policy says, and never after the deadline of the pipeline', async () => {
  opened.review.windowUsOf = () => hourUs;
  const deadline = (await readNow(opened.sql)) + hourUs / 2;
  const [plain, short] = [await contradict('approve'), await contradict('approve', deadline)];
  const verdict = await readVerdict(opened.sql, plain);
  expect([plain.windowEndsAt, short.windowEndsAt]).toEqual([(verdict?.resolvedAt ?? 0) + hourUs, deadline]);
});

test('who rewrote what the AI wrote is not contradicted by whoever finds the original unfit, but by whoever finds it fit', async () => {
  opened.review.questionOf = () => ({ ...question, answers: [{ label: 'fit', meaning: 'approve' }, { label: 'unfit', meaning: 'reject' }] });
  const rewritten = { decision: 'modify' as const, output: { label: '7', content: 'Written anew.', mediaType: 'text/plain' } };
  const [agreed, disputed] = [await judgeAgain(rewritten, 'unfit'), await judgeAgain(rewritten, 'fit')];
  expect([(await findingsOn(agreed)).length, (await findingsOn(disputed)).length]).toEqual([0, 1]);
  opened.review.questionOf = () => question;
});

test('what was reversed meanwhile is not reversed again', async () => {
  const finding = await confirmError();
  await opened.sql.run("insert into after_actions (system, decision_id, ending, ended_at) values ('mailroom', $1, 'reversed', 1)", [finding.decisionId]);
  await expect(disposeOf(opened.review, 'sue', finding.findingId, { action: 'reverse', note: 'late' })).rejects.toMatchObject({ refusal: 'nothing-to-reverse' });
  expect(await readFinding(opened.sql, finding.findingId)).toMatchObject({ state: 'open', windowEndsAt: finding.windowEndsAt });
});

test('what is said of an erased decision is not kept in the row', async () => {
  const finding = await confirmError();
  await opened.review.transact(async (work) => await handleErased(opened.review, work, [{
    eventId: 'e', occurredAt: 1, system: 'mailroom', decisionId: finding.decisionId, actor: null, policyVersion: null, erasureId: 'x', subjectRef: null, erasedAt: 1,
  }]));
  const incident = { action: 'incident' as const, owner: 'maria', dueAt: finding.openedAt + hourUs, disposition: 'Call Mr. Winter.', note: 'It was his letter.' };
  expect(await disposeOf(opened.review, 'sue', finding.findingId, incident)).toMatchObject({ state: 'incident', owner: 'maria', note: null, disposition: null });
});
