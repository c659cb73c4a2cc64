/**
 * Drafts: what a reviewer is writing, kept by the server so that it survives a reload, an expired session and a lost claim. They are
 * sealed under the key of the decision, since they are about it, and readable by their author alone. A draft is never an
 * event: nobody stands by it yet, and the record holds what people decided, not what they nearly did.
 */

import type { ReviewContext, ReviewPerson } from '../context.ts';
import { readCase } from '../cases/store.ts';
import { unlessErased } from '../opening.ts';
import { ReviewRefusal } from '../refusals.ts';
import { sealOne } from '../sealing.ts';
import { requireOpenClaim } from '../tasks/claims.ts';
import { lockTask, readTask } from '../tasks/store.ts';
import { readNow } from '../timers/store.ts';
import * as store from './store.ts';
import type { LeftDraft } from './store.ts';

/** Fields of a judgement, as far as they are written. */
export type Draft = {
  decision?: string | null;
  answer?: string | null;
  output?: { label?: string | null; content?: string | null; mediaType?: string | null } | null;
  reasonCodes?: readonly string[];
  reasoning?: string;
};

/** Far more than anybody types. */
export const draftBytesMax = 512 * 1024;
/** Of one person; most are of tasks that they hold, and these are few. */
export const draftsPerPersonMax = 100;

export type SavedDraft = { draft: Draft | null; savedAt: number | null };

/** Keeps the draft of the task that the person holds, in place of the one before; `null` drops it. */
export async function saveDraft(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, draft: Draft | null): Promise<void> {
  const seen = requireOpenClaim(await readTask(review.sql, taskId), person.personId, fence, await readNow(review.sql));
  const sealed = draft === null ? null : await seal(review, seen, draft);
  await review.transact(async ({ sql }) => {
    const task = await lockTask(sql, taskId);
    const now = await readNow(sql);
    requireOpenClaim(task, person.personId, fence, now);
    if (sealed === null) return await store.deleteDraft(sql, taskId, person.personId);
    await store.upsertDraft(sql, taskId, person.personId, sealed, now);
    await store.dropOldDrafts(sql, person.personId, draftsPerPersonMax);
  });
}

async function seal(review: ReviewContext, key: { system: string; decisionId: string }, draft: Draft): Promise<Buffer> {
  const plain = Buffer.from(JSON.stringify(draft));
  if (plain.length > draftBytesMax) throw new ReviewRefusal('draft-too-large', `A draft has at most ${draftBytesMax} bytes, this one ${plain.length}.`);
  const owner = await readCase(review.sql, key);
  if (owner === null) throw new Error(`${key.system}/${key.decisionId} is not there`);
  return await sealOne(review.contents, owner, plain);
}

/**
 * The person's own draft of a task, held or lost. Without a draft and without the task in hand there is nothing to be told, not even
 * that there is such a task, or that somebody else wrote of it.
 */
export async function openDraft(review: ReviewContext, person: ReviewPerson, taskId: string): Promise<SavedDraft> {
  const task = await readTask(review.sql, taskId);
  const sealed = await store.readDraft(review.sql, taskId, person.personId);
  if (task === null || (sealed === null && task.claimant !== person.personId)) throw new ReviewRefusal('task-not-found', 'No draft of yours, and no such task in your hands.');
  const owner = sealed === null ? null : await readCase(review.sql, task);
  const bytes = sealed === null || owner === null ? null : await unlessErased(review.contents.open(owner, sealed.sealedDraft));
  // Only this service writes what it sealed.
  return bytes === null || sealed === null ? { draft: null, savedAt: null } : { draft: JSON.parse(bytes.toString('utf8')) as Draft, savedAt: sealed.savedAt };
}

/** What the person wrote of tasks whose claim is gone. */
export async function draftsLeft(review: ReviewContext, person: ReviewPerson): Promise<LeftDraft[]> {
  return await store.leftDrafts(review.sql, person, await readNow(review.sql));
}
