/** Submitting a judgement and taking it back. */

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { crashPoint } from '@countersign/kit';
import { holdCase, lockCase, readCase, readCaseFacts } from '../cases/store.ts';
import type { Case } from '../cases/case.ts';
import { asked } from '../calibration/question.ts';
import type { ReviewContext, ReviewPerson, Work } from '../context.ts';
import { unlessErased } from '../opening.ts';
import { firstJudgementSubmitted, judgementSubmitted, judgementWithdrawn } from '../events.ts';
import { deleteDraft } from '../drafts/store.ts';
import { countMissingParts } from '../presentation/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import { sealOne } from '../sealing.ts';
import { creditActiveMs, requireClaim, requireOpenClaim } from '../tasks/claims.ts';
import type { Task } from '../tasks/store.ts';
import * as tasks from '../tasks/store.ts';
import { activeTraceparent } from '../traces/links.ts';
import { insertTimers, readNow } from '../timers/store.ts';
import { packContent, unpackContent } from './content.ts';
import type { JudgementContent } from './content.ts';
import * as firsts from './first-store.ts';
import type { FirstJudgement } from './first-store.ts';
import { readJudgement, saysSameOutput } from './judgement.ts';
import type { ReadJudgement, Submission } from './judgement.ts';
import { checkReasoning, repeats } from './reasoning.ts';
import { screenOf, stageOf } from './stage.ts';
import type { Stage } from './stage.ts';
import * as store from './store.ts';
import type { Judgement } from './store.ts';

/** Faster than this from painting to submitting, and nobody can have read it. */
const fastMs = 5000;
const repetitionLookback = 5;

export type SubmitRequest = { taskId: string; fence: number; submission: Submission; activeMs: number };
/** `revealedFence`: the fence of the second stage, where this was the answer to the first. */
export type Submitted = { judgementId: string; finalAt: number; revealedFence: number | null };

type Prepared = {
  item: Case;
  stage: Stage;
  reading: ReadJudgement;
  content: JudgementContent;
  outputLabel: string;
  sealedContent: Buffer;
  repeated: boolean;
};

/**
 * Records a pending judgement and the instant it becomes final, in one transaction with the check of the fence; a first answer
 * is final at once and reveals the rest. A repeat of the same submit answers as the first did.
 */
export async function submitJudgement(review: ReviewContext, person: ReviewPerson, request: SubmitRequest): Promise<Submitted> {
  const repeat = await findRepeat(review, person, request);
  if (repeat !== null) return repeat;
  try {
    return await submitOnce(review, person, request);
  } catch (error) {
    // Of two copies of one submit at once, the one that came too late answers as the other does.
    const other = error instanceof ReviewRefusal ? await findRepeat(review, person, request) : null;
    if (other === null) throw error;
    return other;
  }
}

async function submitOnce(review: ReviewContext, person: ReviewPerson, request: SubmitRequest): Promise<Submitted> {
  const prepared = await prepare(review, person, request);
  const submitted = await review.transact(async (work) => {
    await holdCase(work.sql, prepared.item);
    const { task, now } = await tasks.lockTaskAt(work.sql, request.taskId);
    const held = requireOpenClaim(task, person.personId, request.fence, now);
    requirePainted(held, request.submission.presentationDigest);
    const given = givenOf(person, held, request, prepared, now);
    return prepared.stage === 'first' ? await reveal(review, work, held, given, prepared, now) : await record(review, work, held, given, prepared, now);
  });
  crashPoint('review.judged');
  return submitted;
}

async function findRepeat(review: ReviewContext, person: ReviewPerson, { taskId, fence, submission }: SubmitRequest): Promise<Submitted | null> {
  const judged = await store.judgementOfFence(review.sql, taskId, fence);
  const first = judged === null ? await firsts.firstJudgementOfFence(review.sql, taskId, fence) : null;
  const earlier = judged ?? first;
  if (earlier === null || earlier.personId !== person.personId || judged?.state === 'withdrawn') return null;
  const item = await readCaseFacts(review.sql, earlier);
  if (item === null) return null;
  const written = unpackContent(await review.contents.open({ ...item }, earlier.sealedContent));
  const same =
    written.reasoning === submission.reasoning &&
    earlier.presentationDigest === submission.presentationDigest &&
    isDeepStrictEqual(earlier.reasonCodes, submission.reasonCodes) &&
    saysSameOutput(written.position, submission.output) &&
    (submission.decision === undefined ? written.answer === submission.answer : earlier.decision === submission.decision);
  if (first !== null) {
    if (!same) throw new ReviewRefusal('already-judged', 'Your first answer is in and final; fetch the presentation again and judge what it shows now.');
    return { judgementId: first.judgementId, finalAt: first.submittedAt, revealedFence: first.fence + 1 };
  }
  if (!same) throw new ReviewRefusal('already-judged', 'Another judgement of yours is in for this task; undo it first.');
  return { judgementId: earlier.judgementId, finalAt: judged?.finalAt ?? 0, revealedFence: null };
}

/** Everything that needs no lock: reading the case, checking what was written, sealing it. */
async function prepare(review: ReviewContext, person: ReviewPerson, { taskId, fence, submission }: SubmitRequest): Promise<Prepared> {
  const task = requireClaim(await tasks.readTask(review.sql, taskId), person.personId, fence, 0);
  const item = await readCase(review.sql, task);
  if (item === null) throw new Error(`task ${taskId} has no decision`);
  const stage = await stageOf(review.sql, task, person.personId);
  requirePainted(task, submission.presentationDigest);
  checkReasoning(submission.reasoning);
  const accepted = await review.decodeAccepted(await review.contents.open(item, item.sealedAccepted));
  const reading = readJudgement(screenOf(task.form, stage), review.questionOf(asked(item, task)), accepted.output, submission);
  if (!reading.ok) {
    const [problem] = reading.problems;
    throw new ReviewRefusal('judgement-invalid', problem?.message ?? 'The judgement is not complete.', problem?.field ?? null);
  }
  const { answer, position, decision } = reading.judgement;
  if (decision !== 'reject' && (await countMissingParts(review.sql, taskId, person.personId, stage)) > 0) {
    throw new ReviewRefusal('content-missing', 'Part of the case could not be fetched, so it can only be rejected, or released.');
  }
  const output = decision === 'modify' ? { label: position.label ?? '', content: position.content ?? '', mediaType: position.mediaType ?? '' } : null;
  const content: JudgementContent = { reasoning: submission.reasoning, answer, position, output };
  const sealedContent = await sealOne(review.contents, item, packContent(content));
  return { item, stage, reading: reading.judgement, content, outputLabel: accepted.output.label, sealedContent, repeated: await isRepeated(review, person, task, submission.reasoning) };
}

function requirePainted(task: Task, digest: string): void {
  if (task.paintedAt === null || task.paintedDigest === null) {
    throw new ReviewRefusal('not-painted', 'Report the presentation painted before judging it.');
  }
  if (task.paintedDigest !== digest) {
    throw new ReviewRefusal('presentation-mismatch', 'This is not the digest of what was reported painted.', 'presentationDigest');
  }
}

async function isRepeated(review: ReviewContext, person: ReviewPerson, task: Task, reasoning: string): Promise<boolean> {
  const recent = await store.recentJudgements(review.sql, person.personId, repetitionLookback);
  for (const judgement of recent) {
    if (judgement.taskId === task.taskId) continue;
    // An erased person's words cannot be compared any more, and need not be.
    const bytes = await unlessErased(review.contents.open(judgement, judgement.sealedContent));
    if (bytes !== null && repeats(reasoning, unpackContent(bytes).reasoning)) return true;
  }
  return false;
}

/** What is kept of a judgement whatever its stage. */
function givenOf(person: ReviewPerson, task: Task, { submission, activeMs }: SubmitRequest, { reading, sealedContent, repeated }: Prepared, now: number): FirstJudgement {
  const wallMs = Math.max(0, Math.floor((now - (task.paintedAt ?? now)) / 1000));
  return {
    judgementId: randomUUID(),
    taskId: task.taskId,
    system: task.system,
    decisionId: task.decisionId,
    personId: person.personId,
    fence: task.fence,
    decision: reading.decision,
    reasonCodes: submission.reasonCodes,
    sealedContent,
    presentationDigest: submission.presentationDigest,
    activeMs: Math.min(task.activeMs + creditActiveMs(task, activeMs, now), wallMs),
    wallMs,
    fast: wallMs < fastMs,
    repeated,
    override: reading.override,
    submittedAt: now,
  };
}

/** The first answer is final as it comes: from here on the person may see the rest, and nothing can undo that. */
async function reveal(review: ReviewContext, work: Work, task: Task, first: FirstJudgement, { item, content, outputLabel }: Prepared, now: number): Promise<Submitted> {
  await firsts.insertFirstJudgement(work.sql, first);
  // It is sent: what is written next is another judgement.
  await deleteDraft(work.sql, task.taskId, first.personId);
  const revealedFence = await firsts.revealTask(work.sql, task.taskId, now, now + review.settings.claimTtlMs * 1000);
  work.emit(firstJudgementSubmitted(item, task, first, content, outputLabel));
  return { judgementId: first.judgementId, finalAt: now, revealedFence };
}

async function record(review: ReviewContext, work: Work, task: Task, given: FirstJudgement, { item, stage, content, outputLabel }: Prepared, now: number): Promise<Submitted> {
  const shown = screenOf(task.form, stage) === 'shown';
  const judgement: Judgement = {
    ...given,
    confidenceShown: shown ? item.confidence : null,
    tierShown: shown ? item.tier : null,
    finalAt: now + review.settings.undoWindowMs * 1000,
    state: 'pending',
  };
  await store.insertJudgement(work.sql, judgement);
  await tasks.setJudged(work.sql, task.taskId);
  await insertTimers(work.sql, [{ ...pick(task), kind: 'finalise', judgementId: judgement.judgementId, dueAt: judgement.finalAt, traceparent: activeTraceparent() }]);
  work.emit(judgementSubmitted(item, task, judgement, content, outputLabel));
  return { judgementId: judgement.judgementId, finalAt: judgement.finalAt, revealedFence: null };
}

function pick(task: Task): { system: string; decisionId: string; taskId: string } {
  return { system: task.system, decisionId: task.decisionId, taskId: task.taskId };
}

/** Takes a pending judgement back; the task is the person's again, under a new fence. */
export async function undoJudgement(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number): Promise<{ fence: number; expiresAt: number }> {
  const seen = await tasks.readTask(review.sql, taskId);
  if (seen === null) throw new ReviewRefusal('task-not-found', 'No such task in your queues.');
  return await review.transact(async (work) => {
    const item = await lockCase(work.sql, seen);
    const task = await tasks.lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    const earlier = await store.judgementOfFence(work.sql, taskId, fence);
    if (item === null || task === null || earlier === null || earlier.personId !== person.personId) {
      await refuseUndoOfFirst(work, taskId, person);
      throw new ReviewRefusal('nothing-to-undo', 'You have no judgement of this task to take back.');
    }
    if (earlier.state === 'final' || (earlier.state === 'pending' && earlier.finalAt <= now)) {
      throw new ReviewRefusal('undo-too-late', 'The judgement is final.');
    }
    if (earlier.state === 'withdrawn') throw new ReviewRefusal('nothing-to-undo', 'That judgement was taken back already.');
    if (task.state !== 'judged') throw new ReviewRefusal('task-closed', 'This task was closed meanwhile.');
    const expiresAt = now + review.settings.claimTtlMs * 1000;
    await store.withdraw(work.sql, earlier.judgementId, person.personId, now);
    const raised = await tasks.setUnjudged(work.sql, taskId, now, expiresAt);
    await insertTimers(work.sql, [{ ...pick(task), kind: 'claim-expiry', dueAt: expiresAt }]);
    work.emit(judgementWithdrawn(item, { ...task, fence: raised }, earlier, now));
    return { fence: raised, expiresAt };
  });
}

async function refuseUndoOfFirst(work: Work, taskId: string, person: ReviewPerson): Promise<void> {
  if ((await firsts.readFirstJudgement(work.sql, taskId, person.personId)) === null) return;
  throw new ReviewRefusal('undo-too-late', 'Your first answer is final: what it is compared with was shown to you.');
}
