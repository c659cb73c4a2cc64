import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ErasedError } from '@countersign/kit';
import { insertSeenPerson } from '../people/store.ts';
import { claimTask, releaseTask } from '../tasks/claims.ts';
import type { Claim } from '../tasks/claims.ts';
import { encodeAccepted, openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { deliverRouted, finalise, hourUs, judge, person, proposal, routedEvent, sitDown } from '../testing/scenario.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';
import { draftBytesMax, draftsLeft, draftsPerPersonMax, openDraft, saveDraft } from './drafts.ts';

let opened: OpenedReview;
let count = 0;
const draft = { decision: 'modify', output: { label: '3' }, reasonCodes: ['misread'], reasoning: 'WORDS-OF-A-DRAFT not yet' };

beforeAll(async () => {
  opened = await openReview();
});

afterAll(async () => {
  await opened.close();
});

beforeEach(async () => {
  count += 1;
  for (const name of ['writer', 'reader']) await insertSeenPerson(opened.sql, { personId: `${name}-${count}`, name, roles: ['reviewer'], active: true, queues: [`drafts-${count}`] }, 0);
  await open(`draft-${count}`);
});

const writer = () => person(`writer-${count}`);
const reader = () => person(`reader-${count}`);

async function open(...ids: string[]): Promise<void> {
  const now = await readNow(opened.sql);
  await deliverRouted(opened.review, ...ids.map((id) => routedEvent(encodeAccepted(proposal(id)), id, now, { queue: `drafts-${count}/standard` })));
}

async function write(): Promise<Claim> {
  const { claim } = await sitDown(opened.review, writer());
  await saveDraft(opened.review, writer(), claim.taskId, claim.fence, draft);
  return claim;
}

async function kept(): Promise<number> {
  return (await opened.sql.row<{ n: number }>('select count(*)::int as n from drafts where person_id = $1', [`writer-${count}`]))?.n ?? -1;
}

test('is kept sealed, replaced by the next one, and dropped on request', async () => {
  const claim = await write();
  const savedAt = (await openDraft(opened.review, writer(), claim.taskId)).savedAt;
  expect(savedAt).toBeGreaterThan(0);
  const [row] = await opened.sql.rows<{ sealed: Buffer }>('select sealed_draft as sealed from drafts where task_id = $1', [claim.taskId]);
  expect(row?.sealed.includes('WORDS-OF-A-DRAFT')).toBe(false);
  await saveDraft(opened.review, writer(), claim.taskId, claim.fence, { ...draft, reasoning: 'other words' });
  expect((await openDraft(opened.review, writer(), claim.taskId)).draft).toEqual({ ...draft, reasoning: 'other words' });
  expect(await kept()).toBe(1);
  await saveDraft(opened.review, writer(), claim.taskId, claim.fence, null);
  expect(await openDraft(opened.review, writer(), claim.taskId)).toEqual({ draft: null, savedAt: null });
  expect(opened.events.some((event) => JSON.stringify(event.value).includes('WORDS-OF-A-DRAFT'))).toBe(false);
});

test('is its author\'s alone: to others there is no such task', async () => {
  const claim = await write();
  await expect(openDraft(opened.review, reader(), claim.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
  await releaseTask(opened.review, writer(), claim.taskId, claim.fence, 'not now');
  await expect(openDraft(opened.review, reader(), claim.taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
  const taken = await sitDown(opened.review, reader());
  expect(await openDraft(opened.review, reader(), taken.claim.taskId)).toEqual({ draft: null, savedAt: null });
  await saveDraft(opened.review, reader(), taken.claim.taskId, taken.claim.fence, { reasoning: 'mine' });
  expect((await openDraft(opened.review, writer(), claim.taskId)).draft).toEqual(draft);
  expect((await openDraft(opened.review, reader(), claim.taskId)).draft).toEqual({ reasoning: 'mine' });
  await expect(saveDraft(opened.review, writer(), claim.taskId, claim.fence, draft)).rejects.toMatchObject({ refusal: 'claim-lost' });
  await expect(saveDraft(opened.review, writer(), claim.taskId, taken.claim.fence, draft)).rejects.toMatchObject({ refusal: 'claim-lost' });
});

test('outlives the claim, and says whether the task can be claimed again', async () => {
  const claim = await write();
  expect(await draftsLeft(opened.review, writer())).toEqual([]);
  await opened.sql.run('update tasks set claim_expires_at = 1 where task_id = $1', [claim.taskId]);
  await opened.sql.run("update timers set due_at = 1 where task_id = $1 and kind = 'claim-expiry'", [claim.taskId]);
  await runDueTimers(opened.review);
  expect(await draftsLeft(opened.review, writer())).toMatchObject([{ taskId: claim.taskId, decisionType: 'digits.routing', open: true }]);
  const taken = await sitDown(opened.review, reader());
  expect(await draftsLeft(opened.review, writer())).toMatchObject([{ open: false }]);
  await releaseTask(opened.review, reader(), taken.claim.taskId, taken.claim.fence, 'back');
  const again = await sitDown(opened.review, writer(), claim.taskId);
  expect(await draftsLeft(opened.review, writer())).toEqual([]);
  expect((await openDraft(opened.review, writer(), again.claim.taskId)).draft).toEqual(draft);
});

test('goes when the judgement is final, not before, and when the task is closed for others', async () => {
  const claim = await write();
  await releaseTask(opened.review, writer(), claim.taskId, claim.fence, 'again');
  const { taskId } = await judge(opened.review, writer(), { decision: 'approve' });
  await expect(saveDraft(opened.review, writer(), taskId, claim.fence + 1, draft)).rejects.toMatchObject({ refusal: 'already-judged' });
  expect(await kept()).toBe(1);
  await finalise(opened.review);
  expect(await kept()).toBe(0);
  await expect(openDraft(opened.review, writer(), taskId)).rejects.toMatchObject({ refusal: 'task-not-found' });
  await open(`draft-${count}-lost`);
  const lost = await write();
  await releaseTask(opened.review, writer(), lost.taskId, lost.fence, 'not mine');
  await runDueTimers(opened.review, (await readNow(opened.sql)) + 2 * hourUs);
  expect(await kept()).toBe(0);
});

test('is bounded, in bytes and in number', async () => {
  const { claim } = await sitDown(opened.review, writer());
  await expect(saveDraft(opened.review, writer(), claim.taskId, claim.fence, { reasoning: 'x'.repeat(draftBytesMax) })).rejects.toMatchObject({ refusal: 'draft-too-large' });
  const ids = Array.from({ length: draftsPerPersonMax + 1 }, (_, index) => `draft-${count}-${index}`);
  await open(...ids);
  await opened.sql.run(
    `insert into drafts select task_id, $1, '\\x00', row_number() over (order by decision_id) from tasks where decision_id like $2 and state = 'open'`,
    [`writer-${count}`, `draft-${count}-%`],
  );
  await saveDraft(opened.review, writer(), claim.taskId, claim.fence, draft);
  expect(await kept()).toBe(draftsPerPersonMax);
  expect((await openDraft(opened.review, writer(), claim.taskId)).draft).toEqual(draft);
});

test('of an erased person is gone, and says so to nobody', async () => {
  const claim = await write();
  const { open: openSealed } = opened.review.contents;
  opened.review.contents.open = () => Promise.reject(new ErasedError('gone'));
  expect(await openDraft(opened.review, writer(), claim.taskId)).toEqual({ draft: null, savedAt: null });
  opened.review.contents.open = openSealed;
});

test('a pre-claim may have one too', async () => {
  const outcome = await claimTask(opened.review, writer(), undefined, { prefetch: true });
  if (outcome.outcome !== 'claimed') throw new Error('nothing to claim');
  await saveDraft(opened.review, writer(), outcome.claim.taskId, outcome.claim.fence, draft);
  expect(await kept()).toBe(1);
});
