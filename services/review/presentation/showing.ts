/** Showing a task: the bytes are kept before they are sent, and go on record once they were painted. */

import { createHash, randomUUID } from 'node:crypto';
import { readBackground } from '../background/reading.ts';
import { readCase, readCaseFacts } from '../cases/store.ts';
import type { Case, SealedCase } from '../cases/case.ts';
import { asked } from '../calibration/question.ts';
import type { ReviewContext, ReviewPerson } from '../context.ts';
import { contentRecorded, taskPresented } from '../events.ts';
import { ReviewRefusal } from '../refusals.ts';
import { unpackContent } from '../judgements/content.ts';
import { readFirstJudgement } from '../judgements/first-store.ts';
import { sealOne } from '../sealing.ts';
import { screenOf, stageOf } from '../judgements/stage.ts';
import type { Stage } from '../judgements/stage.ts';
import { lockPerson } from '../people/store.ts';
import { makeOrdinary, requireClaim, requireOpenClaim } from '../tasks/claims.ts';
import type { Task } from '../tasks/store.ts';
import { lockTaskAt, markSeen, readEscalationNote, readTask, setPainted } from '../tasks/store.ts';
import { readNow } from '../timers/store.ts';
import { buildPresentation } from './form.ts';
import { withParts } from './linked-parts.ts';
import * as store from './store.ts';

export type Shown = { body: Buffer; digest: string };

export const presentationMediaType = 'application/json';

/**
 * What the holder of a task is to be shown at their stage, byte for byte the same however often they ask; only what lacked parts is made anew, until it is
 * painted, and for the next claim. It is stored before this
 * answers, and from then on the person counts as having seen the case.
 *
 * That holds for a prefetched task too, also when it is never painted. "Seen" is about what left this service, not about what a screen did
 * with it: a client has the proposal the moment it has the bytes, and nobody can tell from here whether a person read them. Were
 * the person counted blind again when the pre-claim ran out, fetching ahead would be a way to read a case and then judge another seat of
 * it, or its re-review. The price is small: it bars them from the other seats of that one decision, never from this task,
 * which they may claim again and find unchanged. A pre-claim whose presentation was never fetched leaves nothing behind.
 */
export async function showTask(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number): Promise<Shown> {
  const seen = requireClaim(await readTask(review.sql, taskId), person.personId, fence, await readNow(review.sql));
  const item = await readCase(review.sql, seen);
  if (item === null) throw new Error(`task ${taskId} has no decision`);
  const stage = await stageOf(review.sql, seen, person.personId);
  const stored = await store.readPresentation(review.sql, taskId, person.personId, stage);
  if (stored !== null && (stored.missingParts === 0 || seen.paintedAt !== null)) return { body: await review.contents.open(item, stored.sealedBody), digest: stored.digest };
  const { body, missingParts } = await composeBody(review, item, seen, { person, stage });
  const digest = createHash('sha256').update(body).digest('hex');
  const sealedBody = await sealOne(review.contents, item, body);
  const kept = await review.transact(async ({ sql }) => {
    const { task, now } = await lockTaskAt(sql, taskId);
    // Painted meanwhile, under this claim: it stays what they are shown.
    if (requireClaim(task, person.personId, fence, now).paintedAt !== null) return false;
    const presentation = { presentationId: randomUUID(), taskId, personId: person.personId, stage, fence, digest, sealedBody, missingParts, createdAt: now, paintedAt: null };
    const first = await store.insertPresentation(sql, presentation);
    await markSeen(sql, taskId, person.personId);
    return first;
  });
  return kept ? { body, digest } : await showTask(review, person, taskId, fence);
}

async function composeBody(review: ReviewContext, item: SealedCase, task: Task, { person, stage }: { person: ReviewPerson; stage: Stage }): Promise<{ body: Buffer; missingParts: number }> {
  const accepted = await review.decodeAccepted(await review.contents.open(item, item.sealedAccepted));
  const proposed = await withParts(review, item, accepted.proposed);
  const screen = screenOf(task.form, stage);
  const presentation = buildPresentation({
    taskId: task.taskId,
    form: task.form,
    stage,
    dueAt: new Date(task.dueAt / 1000).toISOString(),
    question: review.questionOf(asked(item, task)),
    proposed,
    background: await readBackground(review, item, task, screen, accepted.output.label),
    waitedUs: task.openedAt - item.acceptedAt,
    policy: { tier: item.tier, reasons: item.reasons },
    escalationNote: screen === 'hidden' ? null : await readNote(review, item, task),
    firstAnswer: stage === 'second' ? await readFirstAnswer(review, item, task, person) : null,
  });
  const missingParts = proposed.parts.filter((part) => part.missing === true).length;
  return { body: Buffer.from(JSON.stringify(presentation)), missingParts };
}

async function readNote(review: ReviewContext, item: Case, task: Task): Promise<string | null> {
  const sealed = task.escalatedAt === null ? null : await readEscalationNote(review.sql, task.taskId);
  return sealed === null ? null : (await review.contents.open(item, sealed)).toString('utf8');
}

async function readFirstAnswer(review: ReviewContext, item: Case, task: Task, person: ReviewPerson): Promise<string | null> {
  const first = await readFirstJudgement(review.sql, task.taskId, person.personId);
  return first === null ? null : unpackContent(await review.contents.open(item, first.sealedContent)).answer;
}

/** The reviewer's screen shows it: time spent begins, and what was shown goes on record whole. */
export async function reportPainted(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, digest: string): Promise<void> {
  const held = requireClaim(await readTask(review.sql, taskId), person.personId, fence, 0);
  const presentation = await store.readPresentation(review.sql, taskId, person.personId, await stageOf(review.sql, held, person.personId));
  if (presentation === null) throw new ReviewRefusal('not-painted', 'Fetch the presentation first.');
  if (presentation.digest !== digest) {
    throw new ReviewRefusal('presentation-mismatch', 'This is not the digest of what was sent.', 'presentationDigest');
  }
  const item = await readCaseFacts(review.sql, held);
  if (item === null) throw new Error(`task ${taskId} has no decision`);
  const bytes = await review.contents.open(item, presentation.sealedBody);
  await review.transact(async (work) => {
    // As claiming does, and in its order: the cap holds for a pre-claim that becomes an ordinary claim at this instant.
    const bounds = held.prefetchEndsAt === null ? null : await lockPerson(work.sql, person.personId);
    const { task: locked, now } = await lockTaskAt(work.sql, taskId);
    const task = requireOpenClaim(locked, person.personId, fence, now);
    await makeOrdinary(review, work, person, task, now, bounds?.claimsMax ?? null);
    // Reported twice: the time spent began with the first.
    if (task.paintedDigest === digest) return;
    if (!(await store.setPresentationPainted(work.sql, presentation.presentationId, now))) {
      throw new ReviewRefusal('presentation-mismatch', 'Parts that were missing came meanwhile; fetch the presentation again.', 'presentationDigest');
    }
    await setPainted(work.sql, taskId, digest, now);
    work.emit(taskPresented(item, task, person.personId, digest, now));
    if (presentation.paintedAt !== null) return;
    const content = { contentId: presentation.presentationId, digest, kind: 'presentation' as const, mediaType: presentationMediaType, bytes };
    work.emit(...contentRecorded(item, person.personId, content, now));
  });
}
