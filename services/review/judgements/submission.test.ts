import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readVerdict } from '../cases/store.ts';
import { claimTask } from '../tasks/claims.ts';
import { showTask } from '../presentation/showing.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { decide, deliverRouted, finalise, judge, person, proposal, reasoningText, routedEvent, sitDown } from '../testing/scenario.ts';
import type { RoutedChange } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { readHistory } from './history.ts';
import type { Submission } from './judgement.ts';
import { submitJudgement, undoJudgement } from './submission.ts';

let opened: OpenedReview;
let decisionId: string;
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
});

async function open(change: RoutedChange = {}): Promise<void> {
  const now = await readNow(opened.review.sql);
  await deliverRouted(opened.review, routedEvent(encodeAccepted(proposal(decisionId)), decisionId, now, change));
}

function submission(digest: string, change: Partial<Submission> = {}): Submission {
  return { decision: 'approve', reasonCodes: ['clear'], reasoning: reasoningText(), presentationDigest: digest, ...change };
}

function recorded(record: string) {
  return opened.events.filter((event) => event.record === record && event.value.decisionId === decisionId);
}

describe('submitting', () => {
  test('a judgement is pending, then final, then a verdict', async () => {
    await open();
    await judge(opened.review, ann, { decision: 'reject' });
    await runDueTimers(opened.review);
    expect(await readVerdict(opened.sql, { system: 'mailroom', decisionId })).toBeNull();
    await finalise(opened.review);
    expect(await readVerdict(opened.sql, { system: 'mailroom', decisionId })).toMatchObject({ verdict: 'rejected', basis: 'human' });
    expect(recorded('DecisionResolved')).toHaveLength(1);
    expect(recorded('JudgementSubmitted')[0]?.value).toMatchObject({ reviewer: 'ann', override: true, fast: true, confidenceShown: 0.123456, outputLabel: '7' });
  });

  test('refused without a painted presentation, or with another digest', async () => {
    const { review } = opened;
    await open();
    const outcome = await claimTask(review, ann);
    if (outcome.outcome !== 'claimed') throw new Error('no task');
    const { taskId, fence } = outcome.claim;
    const { digest } = await showTask(review, ann, taskId, fence);
    await expect(submitJudgement(review, ann, { taskId, fence, submission: submission(digest), activeMs: 0 })).rejects.toMatchObject({ refusal: 'not-painted' });
    const sat = await sitDownAgain(taskId, fence);
    const other = submission('0'.repeat(64));
    await expect(submitJudgement(review, ann, { ...sat, submission: other, activeMs: 0 })).rejects.toMatchObject({ refusal: 'presentation-mismatch' });
    await submitJudgement(review, ann, { ...sat, submission: submission(digest), activeMs: 0 });
    await finalise(review);
  });

  test.each(['', '   ', 'ok', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'yes yes yes yes yes yes yes'])('trivial reasoning %p is refused', async (reasoning) => {
    const { review } = opened;
    await open();
    const { claim, digest } = await sitDown(review, ann);
    const request = { taskId: claim.taskId, fence: claim.fence, activeMs: 0 };
    await expect(submitJudgement(review, ann, { ...request, submission: submission(digest, { reasoning }) })).rejects.toMatchObject({ refusal: 'reasoning-trivial', field: 'reasoning' });
    await submitJudgement(review, ann, { ...request, submission: submission(digest) });
    await finalise(review);
  });

  test('the same words again are flagged, not refused', async () => {
    const { review } = opened;
    const reasoning = 'The upper loop is closed and the tail is straight.';
    await open();
    const first = await sitDown(review, ann);
    await submitJudgement(review, ann, { taskId: first.claim.taskId, fence: first.claim.fence, submission: submission(first.digest, { reasoning }), activeMs: 0 });
    expect(recorded('JudgementSubmitted')[0]?.value).toMatchObject({ repeated: false });
    await finalise(review);
    decisionId = `${decisionId}-again`;
    await open();
    const second = await sitDown(review, ann);
    await submitJudgement(review, ann, { taskId: second.claim.taskId, fence: second.claim.fence, submission: submission(second.digest, { reasoning }), activeMs: 0 });
    expect(recorded('JudgementSubmitted')[0]?.value).toMatchObject({ repeated: true });
    await finalise(review);
  });

  test('a repeat of the same request answers the same; another one is refused', async () => {
    const { review } = opened;
    await open();
    const { claim, digest } = await sitDown(review, ann);
    const request = { taskId: claim.taskId, fence: claim.fence, submission: submission(digest), activeMs: 0 };
    const first = await submitJudgement(review, ann, request);
    expect(await submitJudgement(review, ann, request)).toEqual(first);
    const other = { ...request, submission: submission(digest, { decision: 'reject', reasonCodes: ['illegible'] }) };
    await expect(submitJudgement(review, ann, other)).rejects.toMatchObject({ refusal: 'already-judged' });
    await finalise(review);
  });

  test('a changed modification, or another reason for it, is no repeat: it is never answered with the earlier one', async () => {
    const { review } = opened;
    await open();
    const { claim, digest } = await sitDown(review, ann);
    const reasoning = reasoningText();
    const request = (change: Partial<Submission>) => ({ taskId: claim.taskId, fence: claim.fence, activeMs: 0, submission: submission(digest, { decision: 'modify', reasonCodes: ['misread'], reasoning, output: { label: '1' }, ...change }) });
    const first = await submitJudgement(review, ann, request({}));
    expect(await submitJudgement(review, ann, request({ output: { label: ' 1', content: null } }))).toEqual(first);
    for (const change of [{ output: { label: '9' } }, { output: { label: '1', content: '1 and a tail' } }, { output: { label: '1', mediaType: 'text/html', content: '1' } }, { reasonCodes: ['misread', 'clear'] }]) {
      await expect(submitJudgement(review, ann, request(change))).rejects.toMatchObject({ refusal: 'already-judged' });
    }
    await finalise(review);
  });

  test('ten submits at once leave one judgement', async () => {
    const { review, sql } = opened;
    await open();
    const { claim, digest } = await sitDown(review, ann);
    const submits = Array.from({ length: 10 }, async () =>
      await submitJudgement(review, ann, { taskId: claim.taskId, fence: claim.fence, submission: submission(digest), activeMs: 0 }),
    );
    const settled = await Promise.allSettled(submits);
    expect(settled.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await sql.rows('select 1 from judgements where task_id = $1', [claim.taskId])).toHaveLength(1);
    await finalise(review);
  });
});

async function sitDownAgain(taskId: string, fence: number): Promise<{ taskId: string; fence: number }> {
  const { reportPainted } = await import('../presentation/showing.ts');
  const { digest } = await showTask(opened.review, ann, taskId, fence);
  await reportPainted(opened.review, ann, taskId, fence, digest);
  return { taskId, fence };
}

describe('undo', () => {
  test('takes the judgement back, keeps it on record, and the old fence is stale', async () => {
    const { review, sql } = opened;
    await open();
    const judged = await judge(review, ann, { decision: 'approve' });
    const undone = await undoJudgement(review, ann, judged.taskId, judged.fence);
    expect(undone.fence).toBe(judged.fence + 1);
    await finalise(review);
    expect(await readVerdict(sql, { system: 'mailroom', decisionId })).toBeNull();
    expect(recorded('JudgementWithdrawn')).toHaveLength(1);
    const { digest } = await showTask(review, ann, judged.taskId, undone.fence);
    const request = { taskId: judged.taskId, submission: submission(digest, { decision: 'reject', reasonCodes: ['illegible'] }), activeMs: 0 };
    await expect(submitJudgement(review, ann, { ...request, fence: judged.fence })).rejects.toMatchObject({ refusal: 'claim-lost' });
    await submitJudgement(review, ann, { ...request, fence: undone.fence });
    await finalise(review);
    expect(await readVerdict(sql, { system: 'mailroom', decisionId })).toMatchObject({ verdict: 'rejected' });
    expect(await sql.rows('select 1 from judgements where task_id = $1', [judged.taskId])).toHaveLength(2);
  });

  test('too late once final, and somebody else cannot', async () => {
    const { review } = opened;
    await open();
    const judged = await judge(review, ann, { decision: 'approve' });
    await expect(undoJudgement(review, person('bob', true), judged.taskId, judged.fence)).rejects.toMatchObject({ refusal: 'nothing-to-undo' });
    await finalise(review);
    await expect(undoJudgement(review, ann, judged.taskId, judged.fence)).rejects.toMatchObject({ refusal: 'undo-too-late' });
  });

  test('racing the end of its window has one winner', async () => {
    const { review, sql } = opened;
    for (let round = 0; round < 10; round += 1) {
      decisionId = `race-${round}`;
      await open();
      const judged = await judge(review, ann, { decision: 'approve' });
      const [undone] = await Promise.allSettled([undoJudgement(review, ann, judged.taskId, judged.fence), finalise(review)]);
      await finalise(review);
      const verdict = await readVerdict(sql, { system: 'mailroom', decisionId });
      expect(verdict === null).toBe(undone.status === 'fulfilled');
      if (undone.status === 'fulfilled') {
        await sql.run("update cases set due_at = 1 where decision_id = $1", [decisionId]);
        await sql.run("update tasks set due_at = 1 where decision_id = $1", [decisionId]);
        await sql.run("update timers set due_at = 1 where decision_id = $1 and kind = 'expire'", [decisionId]);
        await runDueTimers(review);
      }
    }
  });
});

describe('dual', () => {
  test('the second never learns of the first, and both sign', async () => {
    const { review, sql } = opened;
    await open({ route: 'dual' });
    await decide(review, ann, { decision: 'approve' });
    expect(await readVerdict(sql, { system: 'mailroom', decisionId })).toBeNull();
    const second = await sitDown(review, person('bob', true));
    expect(JSON.stringify(second.body)).not.toContain('ann');
    await submitJudgement(review, person('bob', true), { taskId: second.claim.taskId, fence: second.claim.fence, submission: submission(second.digest), activeMs: 0 });
    await finalise(review);
    expect(recorded('DecisionResolved')[0]?.value).toMatchObject({ verdict: 'approved', basis: 'human', signers: expect.arrayContaining(['ann', 'bob']) });
  });

  test('a disagreement goes to a third person, and only to a third', async () => {
    const { review } = opened;
    await open({ route: 'dual' });
    await decide(review, ann, { decision: 'approve' });
    await decide(review, person('bob', true), { decision: 'reject' });
    expect(await claimTask(review, ann)).toEqual({ outcome: 'empty' });
    expect(await claimTask(review, person('bob', true))).toEqual({ outcome: 'empty' });
    expect(await claimTask(review, person('cleo'))).toEqual({ outcome: 'empty' });
    await decide(review, person('cleo', true), { decision: 'reject' });
    expect(recorded('DecisionResolved')).toHaveLength(1);
    expect(new Set((recorded('DecisionResolved')[0]?.value as { signers: string[] }).signers)).toEqual(new Set(['ann', 'bob', 'cleo']));
  });

  test('the database refuses a second judgement by the same person and a second verdict', async () => {
    const { review, sql } = opened;
    await open({ route: 'dual' });
    await decide(review, ann, { decision: 'approve' });
    const copy = `insert into judgements select gen_random_uuid(), (select task_id from tasks where decision_id = $1 and state = 'open'), system, decision_id,
      person_id, fence, decision, reason_codes, sealed_content, presentation_digest, confidence_shown, tier_shown, active_ms, wall_ms, fast, repeated,
      override, submitted_at, final_at, 'pending' from judgements where decision_id = $1`;
    await expect(sql.run(copy, [decisionId])).rejects.toMatchObject({ code: '23505' });
    await decide(review, person('bob', true), { decision: 'approve' });
    const again = "insert into verdicts (system, decision_id, verdict, basis, event_id, resolved_at) values ('mailroom', $1, 'rejected', 'human', 'other', 1)";
    await expect(sql.run(again, [decisionId])).rejects.toMatchObject({ code: '23505' });
  });
});

test('one\'s own history pages, newest first, and tells nothing of what became of it', async () => {
  const { review } = opened;
  const dan = person('dan', true);
  for (const decision of ['approve', 'reject', 'approve'] as const) {
    decisionId = `${decisionId}+`;
    await open();
    await decide(review, dan, { decision });
  }
  const first = await readHistory(review, dan, null, 2);
  const second = await readHistory(review, dan, first.next, 2);
  expect([...first.judgements, ...second.judgements].map((entry) => entry.said)).toEqual(['approve', 'reject', 'approve']);
  expect(second.next).toBeNull();
  // To take it for the first page would have a caller page in a circle.
  for (const cursor of ['abc', '', Buffer.from('1 or 1=1').toString('base64url')]) await expect(readHistory(review, dan, cursor, 2)).rejects.toMatchObject({ code: 'invalid-request', details: { field: 'after' } });
  expect(Object.keys(first.judgements[0] ?? {}).sort()).toEqual(['decisionType', 'judgementId', 'reasonCodes', 'reasoning', 'said', 'submittedAt', 'taskId', 'withdrawn']);
});

test('a decision whose verdict is routing\'s cannot get one here', async () => {
  const { sql } = opened;
  await open({ verdictBy: 'routing', onExpiry: 'lapse', route: 'standard', point: 'after' });
  const verdict = "insert into verdicts (system, decision_id, verdict, basis, event_id, resolved_at) values ('mailroom', $1, 'approved', 'human', $1, 1)";
  await expect(sql.run(verdict, [decisionId])).rejects.toMatchObject({ code: '23514' });
});
