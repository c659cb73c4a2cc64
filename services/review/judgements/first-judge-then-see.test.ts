import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readVerdict } from '../cases/store.ts';
import type { ReviewPerson } from '../context.ts';
import { reportPainted, showTask } from '../presentation/showing.ts';
import { claimTask, escalateClaim, releaseTask } from '../tasks/claims.ts';
import { readTask } from '../tasks/store.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, finalise, person, proposal, reasoningText, routedEvent, sitDown } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { readHistory } from './history.ts';
import type { Submission } from './judgement.ts';
import { submitJudgement, undoJudgement } from './submission.ts';

let opened: OpenedReview;
let decisionId: string;
let count = 0;
const [ann, bob] = [person('ann', true), person('bob', true)];

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

beforeEach(async () => {
  count += 1;
  decisionId = `case-${count}`;
  await opened.sql.run("update tasks set state = 'closed', claimant = null where state <> 'closed'");
});

async function open(change: RoutedChange = {}): Promise<void> {
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, await readNow(opened.sql), { form: 'first-judge-then-see', ...change }));
}

type Sitting = Awaited<ReturnType<typeof sitDown>>;
type Opinion = Partial<Submission>;

async function submit(who: ReviewPerson, { taskId, fence }: { taskId: string; fence: number }, digest: string, opinion: Opinion) {
  const submission = { reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: digest, ...opinion };
  return await submitJudgement(opened.review, who, { taskId, fence, submission, activeMs: 0 });
}

/** Gives the first answer and looks at what it reveals. */
async function answerFirst(who: ReviewPerson, { claim, digest }: Pick<Sitting, 'claim' | 'digest'>, opinion: Opinion) {
  const first = await submit(who, claim, digest, opinion);
  const held = { taskId: claim.taskId, fence: first.revealedFence ?? 0 };
  const shown = await showTask(opened.review, who, held.taskId, held.fence);
  return { first, held, digest: shown.digest, body: JSON.parse(shown.body.toString('utf8')) as Record<string, unknown> };
}

async function paintAndJudge(who: ReviewPerson, { held, digest }: Pick<Awaited<ReturnType<typeof answerFirst>>, 'held' | 'digest'>, opinion: Opinion) {
  await reportPainted(opened.review, who, held.taskId, held.fence, digest);
  return await submit(who, held, digest, opinion);
}

const events = (record: string) => opened.events.flatMap((event) => (event.record === record && event.value.decisionId === decisionId ? [event.value as unknown as Record<string, unknown>] : []));
const verdict = async () => await readVerdict(opened.sql, { system: 'mailroom', decisionId });

function expectBlind(bytes: Buffer): void {
  const text = bytes.toString('utf8');
  expect(text).not.toContain('SECRET');
  expect(text).not.toContain('0.123456');
  const body = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(['taskId', 'form', 'stage', 'dueAt', 'decisionType', 'question', 'answers', 'case', 'reasonCodes', 'earlier']);
  expect(body).toMatchObject({ form: 'first-judge-then-see', stage: 'first' });
}

describe('the first answer', () => {
  test('is given without anything of the AI in the bytes, and reveals all of it', async () => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    expectBlind(sitting.bytes);
    const { first, held, body, digest } = await answerFirst(ann, sitting, { answer: '3' });
    expect(first).toMatchObject({ revealedFence: sitting.claim.fence + 1 });
    expect(body).toMatchObject({ form: 'first-judge-then-see', stage: 'second', firstAnswer: '3', proposal: { output: { label: '7' }, confidence: 0.123456 }, policy: { reasons: ['SECRET-REASON'] } });
    expect(digest).not.toBe(sitting.digest);
    await paintAndJudge(ann, { held, digest }, { decision: 'approve' });
    await finalise(opened.review);
    // The second counts, and both are on the record, each with what was shown for it.
    expect(await verdict()).toMatchObject({ verdict: 'approved', basis: 'human' });
    expect(events('FirstJudgementSubmitted')).toMatchObject([{ reviewer: 'ann', decision: 'answer', answer: '3', override: true, presentationDigest: sitting.digest, outputLabel: '7' }]);
    expect(events('JudgementSubmitted')).toMatchObject([{ decision: 'approve', answer: null, override: false, presentationDigest: digest, confidenceShown: 0.123456 }]);
    expect(events('JudgementFinalised')).toMatchObject([{ override: false, firstOverride: true }]);
    expect(events('TaskPresented').map((value) => value['presentationDigest'])).toEqual([sitting.digest, digest]);
    expect(new Set(events('ContentRecorded').map((value) => value['digest']))).toEqual(new Set([sitting.digest, digest]));
    const { judgements } = await readHistory(opened.review, ann, null, 1);
    expect(judgements).toMatchObject([{ said: 'approve', firstSaid: '3' }]);
  });

  test('cannot be undone, before or after the second one is in', async () => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    const { taskId, fence } = sitting.claim;
    const revealed = await answerFirst(ann, sitting, { answer: '7' });
    for (const known of [fence, revealed.held.fence]) await expect(undoJudgement(opened.review, ann, taskId, known)).rejects.toMatchObject({ refusal: 'undo-too-late' });
    const second = await paintAndJudge(ann, revealed, { decision: 'reject', reasonCodes: ['illegible'] });
    await expect(undoJudgement(opened.review, ann, taskId, fence)).rejects.toMatchObject({ refusal: 'undo-too-late' });
    // The second can, and leaves the person at the second stage.
    const undone = await undoJudgement(opened.review, ann, taskId, revealed.held.fence);
    const again = await showTask(opened.review, ann, taskId, undone.fence);
    expect(again.digest).toBe(revealed.digest);
    const other = await submit(ann, { taskId, fence: undone.fence }, again.digest, { decision: 'approve' });
    await finalise(opened.review);
    expect(await verdict()).toMatchObject({ verdict: 'approved' });
    expect(events('JudgementWithdrawn')).toMatchObject([{ judgementId: second.judgementId }]);
    expect(events('JudgementFinalised')).toMatchObject([{ judgementId: other.judgementId, firstOverride: false }]);
    expect(events('FirstJudgementSubmitted')).toHaveLength(1);
  });

  test('is told again to whoever repeats it, and never taken for the second', async () => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    const opinion = { answer: '3', reasoning: reasoningText() };
    const told = await Promise.all([1, 2, 3].map(async () => await submit(ann, sitting.claim, sitting.digest, opinion)));
    const late = await submit(ann, sitting.claim, sitting.digest, opinion);
    expect(new Set([...told, late].map((each) => JSON.stringify(each))).size).toBe(1);
    expect(events('FirstJudgementSubmitted')).toHaveLength(1);
    expect(events('JudgementSubmitted')).toHaveLength(0);
    await expect(submit(ann, sitting.claim, sitting.digest, { answer: '4' })).rejects.toMatchObject({ refusal: 'already-judged' });
    // Under the new fence what was revealed must be painted, and is judged as the shown form is.
    const held = { taskId: sitting.claim.taskId, fence: late.revealedFence ?? 0 };
    await expect(submit(ann, held, sitting.digest, { answer: '3' })).rejects.toMatchObject({ refusal: 'not-painted' });
    await expect(reportPainted(opened.review, ann, held.taskId, held.fence, sitting.digest)).rejects.toMatchObject({ refusal: 'not-painted' });
    const { digest } = await showTask(opened.review, ann, held.taskId, held.fence);
    await expect(reportPainted(opened.review, ann, held.taskId, held.fence, sitting.digest)).rejects.toMatchObject({ refusal: 'presentation-mismatch' });
    await reportPainted(opened.review, ann, held.taskId, held.fence, digest);
    await expect(submit(ann, held, digest, { answer: '3' })).rejects.toMatchObject({ refusal: 'judgement-invalid', field: 'answer' });
    expect(await readTask(opened.sql, held.taskId)).toMatchObject({ state: 'claimed' });
  });

  test.each<[string, Opinion, string]>([
    ['a decision on what is not shown', { decision: 'approve' }, 'answer'],
    ['a changed output', { decision: 'modify', output: { label: '3' } }, 'output'],
    ['another answer than there is', { answer: 'ten' }, 'answer'],
    ['no reasoning', { answer: '3', reasoning: 'ok' }, 'reasoning'],
  ])('is refused with %s, and then nothing is revealed', async (_what, opinion, field) => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    await expect(submit(ann, sitting.claim, sitting.digest, opinion)).rejects.toMatchObject({ field });
    const { body } = await showTask(opened.review, ann, sitting.claim.taskId, sitting.claim.fence);
    expectBlind(body);
  });

  test('may be that none can be given', async () => {
    await open();
    const { body } = await answerFirst(ann, await sitDown(opened.review, ann), { decision: 'reject', reasonCodes: ['illegible'] });
    expect(body['firstAnswer']).toBeNull();
    expect(events('FirstJudgementSubmitted')).toMatchObject([{ decision: 'reject', answer: null, override: true }]);
  });

  test('comes too late for a claim that ran out, and then leaves nothing', async () => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    await opened.sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [sitting.claim.taskId]);
    await expect(submit(ann, sitting.claim, sitting.digest, { answer: '3' })).rejects.toMatchObject({ refusal: 'claim-lost' });
    expect(await opened.sql.rows('select 1 from first_judgements where task_id = $1', [sitting.claim.taskId])).toEqual([]);
    expect(events('FirstJudgementSubmitted')).toEqual([]);
  });
});

describe('between the stages', () => {
  async function expire(taskId: string): Promise<void> {
    await opened.sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [taskId]);
    await opened.sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [taskId]);
    await runDueTimers(opened.review);
  }

  test('a lost claim: the next person begins at the first stage, who comes back goes on at the second', async () => {
    await open();
    const sitting = await sitDown(opened.review, ann);
    const { taskId } = sitting.claim;
    const revealed = await answerFirst(ann, sitting, { answer: '3' });
    await expire(taskId);
    await expect(reportPainted(opened.review, ann, taskId, revealed.held.fence, revealed.digest)).rejects.toMatchObject({ refusal: 'claim-lost' });

    const next = await sitDown(opened.review, bob, taskId);
    expectBlind(next.bytes);
    await releaseTask(opened.review, bob, taskId, next.claim.fence, 'kept for later');

    const back = await sitDown(opened.review, ann, taskId);
    expect(back.body).toMatchObject({ stage: 'second', firstAnswer: '3' });
    expect(back.digest).toBe(revealed.digest);
    await releaseTask(opened.review, ann, taskId, back.claim.fence, 'kept for later');

    // Who finishes it is who counts; the first answer of the other stays on the record.
    const finishing = await answerFirst(bob, await sitDown(opened.review, bob, taskId), { answer: '7' });
    await paintAndJudge(bob, finishing, { decision: 'approve' });
    await finalise(opened.review);
    expect(events('FirstJudgementSubmitted').map((value) => value['reviewer'])).toEqual(['ann', 'bob']);
    expect(events('JudgementFinalised')).toMatchObject([{ reviewer: 'bob', firstOverride: false }]);
    expect(events('DecisionResolved')).toMatchObject([{ signers: ['bob'] }]);
  });

  test('an escalation: its note waits until the senior answered too', async () => {
    await open();
    const sitting = await sitDown(opened.review, person('dan'));
    const { held } = await answerFirst(person('dan'), sitting, { answer: '3' });
    await escalateClaim(opened.review, person('dan'), held.taskId, held.fence, 'SECRET-NOTE: it may be a seven after all.');
    const senior = await sitDown(opened.review, bob, held.taskId);
    expectBlind(senior.bytes);
    const { body } = await answerFirst(bob, senior, { answer: '7' });
    expect(body).toMatchObject({ escalation: { note: 'SECRET-NOTE: it may be a seven after all.' }, similar: expect.any(Array) });
  });

  test('a part that is missing forbids an answer, not a rejection', async () => {
    const linked = { ...proposal(decisionId), input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: null, uri: 'https://files.example/a', sha256: '0'.repeat(64) }] } };
    await deliverRouted(opened.review, routedEvent(encodeAccepted(linked), decisionId, await readNow(opened.sql), { form: 'first-judge-then-see' }));
    const sitting = await sitDown(opened.review, ann);
    await expect(submit(ann, sitting.claim, sitting.digest, { answer: '7' })).rejects.toMatchObject({ refusal: 'content-missing' });
    const revealed = await answerFirst(ann, sitting, { decision: 'reject', reasonCodes: ['illegible'] });
    await expect(paintAndJudge(ann, revealed, { decision: 'approve' })).rejects.toMatchObject({ refusal: 'content-missing' });
  });
});

test('of two signers each answers for themselves; what they say after seeing it must agree', async () => {
  await open({ route: 'dual', kind: 'dual', queue: 'digits.routing/dual' });
  const sittings = [await sitDown(opened.review, ann), await sitDown(opened.review, bob)] as const;
  const first = await answerFirst(ann, sittings[0], { answer: '3' });
  // The first signer's answer changed nothing for the second.
  const again = await showTask(opened.review, bob, sittings[1].claim.taskId, sittings[1].claim.fence);
  expect(again.body.equals(sittings[1].bytes)).toBe(true);
  expectBlind(again.body);
  await paintAndJudge(ann, first, { decision: 'approve' });
  await finalise(opened.review);
  expect(await verdict()).toBeNull();
  await paintAndJudge(bob, await answerFirst(bob, sittings[1], { answer: '7' }), { decision: 'approve' });
  await finalise(opened.review);
  expect(await verdict()).toMatchObject({ verdict: 'approved' });
  expect(events('DecisionResolved')).toMatchObject([{ signers: expect.arrayContaining(['ann', 'bob']) }]);
  await expect(claimTask(opened.review, ann, sittings[1].claim.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
});
