/** Claims: a person's fenced lease on a task. */

import { setTimeout as wait } from 'node:timers/promises';
import { crashPoint } from '@countersign/kit';
import type { Case } from '../cases/case.ts';
import { escalatedQueue } from '../cases/case.ts';
import { readCase, readCaseFacts } from '../cases/store.ts';
import type { ReviewContext, ReviewPerson, ReviewSettings, Work } from '../context.ts';
import { ReviewRefusal } from '../refusals.ts';
import { taskClaimed, taskEscalated, taskHeld, taskReleased } from '../events.ts';
import { touchPerson, lockPerson } from '../people/store.ts';
import { endReservation, lockReservedTask, nextReservationEnd } from '../reservations/store.ts';
import { dropTimersOfTask, insertTimers, readNow } from '../timers/store.ts';
import { lockNamedTask, lockNextTask, nextClaimExpiry, somethingWaits, wakeTasks } from './queue-store.ts';
import type { Task } from './store.ts';
import * as store from './store.ts';

export type Claim = { taskId: string; fence: number; expiresAt: number; dueAt: number; decisionType: string; prefetched: boolean };

export type ClaimOutcome = { outcome: 'claimed'; claim: Claim } | { outcome: 'empty' } | { outcome: 'all-claimed'; until: number };

/**
 * Gives a person the most pressing task they are qualified for, or the named one. Atomic: no task goes to two people. With `prefetch` it is a
 * pre-claim: the next task, fetched while the one before is still on the screen. It is a fenced claim like any other, of a short
 * life, beside the cap, and one a person; `reportPainted` makes it an ordinary one. To others it looks like one.
 */
export async function claimTask(review: ReviewContext, person: ReviewPerson, taskId?: string, { prefetch = false }: { prefetch?: boolean } = {}): Promise<ClaimOutcome> {
  const outcome = await review.transact(async (work) => {
    // Serialises one person's own claims, so that the limit below holds and no two seats of a decision reach them at once.
    const bounds = await lockPerson(work.sql, person.personId);
    if (bounds?.available === false) throw new ReviewRefusal('person-unavailable', 'You are entered as not available, so you get no new work.');
    const now = await touchPerson(work.sql, person.personId);
    if (prefetch) {
      const before = await prefetchedBefore(work, person, now, taskId);
      if (before !== null) return before;
    } else await requireRoom(review, work.sql, person, bounds?.claimsMax ?? null);
    return taskId === undefined ? await claimNext(review, work, person, now, prefetch) : await claimNamed(review, work, person, now, taskId, prefetch);
  });
  crashPoint('review.claimed');
  return outcome;
}

/** `claimsMax` is the person's own cap, or `null` for that of the setting. */
async function requireRoom(review: ReviewContext, sql: Work['sql'], person: ReviewPerson, claimsMax: number | null): Promise<void> {
  const held = await store.countClaims(sql, person.personId);
  if (held >= (claimsMax ?? review.settings.claimsPerPersonMax)) throw new ReviewRefusal('too-many-claims', `You hold ${held} tasks already.`);
}

/** Whoever asks again has lost the first answer, and gets it again. */
async function prefetchedBefore(work: Work, person: ReviewPerson, now: number, taskId: string | undefined): Promise<ClaimOutcome | null> {
  const task = await store.lockPrefetchedTask(work.sql, person.personId);
  if (task === null) return null;
  if ((task.prefetchEndsAt ?? 0) <= now) {
    // Its deadline has passed, and is about to be carried out: the person must not wait for that.
    await putBack(work, task, null);
    work.emit(taskReleased(await caseOf(work, task), task, null, 'The claim ran out.', now));
    return null;
  }
  if (taskId !== undefined && taskId !== task.taskId) throw new ReviewRefusal('already-prefetched', 'You have fetched another task ahead already.');
  return { outcome: 'claimed', claim: claimOf(task, (await caseOf(work, task)).decisionType) };
}

async function claimNext(review: ReviewContext, work: Work, person: ReviewPerson, now: number, prefetch: boolean): Promise<ClaimOutcome> {
  for (let tries = 1; ; tries += 1) {
    const task = (await lockReservedTask(work.sql, person, now)) ?? (await lockNextTask(work.sql, person)) ?? (await lockWokenTask(work, person, now)) ?? (await lockNextTask(work.sql, person, { again: true }));
    if (task !== null) return await take(review, work, person, now, task, prefetch);
    const until = earliest(await nextClaimExpiry(work.sql, person, now), await nextReservationEnd(work.sql, person, now));
    if (until !== null) return { outcome: 'all-claimed', until };
    // What waits has its row locked by somebody who takes it, or does something else to it: a matter of milliseconds.
    if (!(await somethingWaits(work.sql, person))) return { outcome: 'empty' };
    if (tries === crowdedTriesMax) return { outcome: 'all-claimed', until: now + crowdedUs };
    await wait(crowdedWaitMs);
  }
}

const crowdedTriesMax = 5;
const crowdedWaitMs = 20;
/** When to ask again where what waits stays locked. */
const crowdedUs = 1_000_000;

/** The schedule wakes what was put aside or kept for somebody; whoever finds nothing does not wait for it. */
async function lockWokenTask(work: Work, person: ReviewPerson, now: number): Promise<Task | null> {
  return (await wakeTasks(work.sql, now)) > 0 ? await lockNextTask(work.sql, person) : null;
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}

async function claimNamed(review: ReviewContext, work: Work, person: ReviewPerson, now: number, taskId: string, prefetch: boolean): Promise<ClaimOutcome> {
  const task = await lockNamedTask(work.sql, person, taskId);
  // The same answer for a task that is not there and one that is not theirs: ids tell nothing.
  if (task === null) throw new ReviewRefusal('task-not-found', 'No such task in your queues.');
  if (task.state === 'closed') throw new ReviewRefusal('task-closed', 'This task is closed.');
  if (task.state !== 'open') throw new ReviewRefusal('task-taken', 'Somebody holds this task.');
  return await take(review, work, person, now, task, prefetch);
}

async function take(review: ReviewContext, work: Work, person: ReviewPerson, now: number, task: Task, prefetch: boolean): Promise<ClaimOutcome> {
  if (!(await store.participate(work.sql, task, person.personId))) {
    throw new ReviewRefusal('task-taken', 'You already work another part of this decision.');
  }
  const claimExpiresAt = now + review.settings.claimTtlMs * 1000;
  const prefetchEndsAt = prefetch ? prefetchEnd(review.settings, now, now) : null;
  const fence = await store.setClaim(work.sql, task.taskId, person.personId, now, claimExpiresAt, prefetchEndsAt);
  const taken = { ...task, fence, claimExpiresAt, prefetchEndsAt };
  const endsAt = claimEnd(taken) ?? now;
  await insertTimers(work.sql, [
    { kind: 'claim-expiry', system: task.system, decisionId: task.decisionId, taskId: task.taskId, dueAt: endsAt },
  ]);
  const item = await caseOf(work, task);
  work.emit(taskClaimed(item, taken, person.personId, now, endsAt));
  return { outcome: 'claimed', claim: claimOf(taken, item.decisionType) };
}

function claimOf(task: Task, decisionType: string): Claim {
  const { taskId, fence, dueAt, prefetchEndsAt } = task;
  return { taskId, fence, expiresAt: claimEnd(task) ?? 0, dueAt, decisionType, prefetched: prefetchEndsAt !== null };
}

/** When a claim really ends; `null` where there is none. What others see of a pre-claim is `claimExpiresAt`. */
export function claimEnd(task: Pick<Task, 'claimExpiresAt' | 'prefetchEndsAt'>): number | null {
  return task.prefetchEndsAt ?? task.claimExpiresAt;
}

/** A heartbeat renews a pre-claim, but not for ever: nobody keeps a task for later. Never longer than an ordinary claim would last. */
function prefetchEnd({ prefetchTtlMs, prefetchMaxMs, claimTtlMs }: ReviewSettings, claimedAt: number, now: number): number {
  return Math.min(now + Math.min(prefetchTtlMs, claimTtlMs) * 1000, claimedAt + prefetchMaxMs * 1000);
}

/** The task is on its reviewer's screen: a pre-claim becomes an ordinary claim, under the cap. The person MUST be locked, before the task. */
export async function makeOrdinary(review: ReviewContext, work: Work, person: ReviewPerson, task: Task, now: number, claimsMax: number | null): Promise<void> {
  if (task.prefetchEndsAt === null) return;
  await requireRoom(review, work.sql, person, claimsMax);
  await store.endPrefetch(work.sql, task.taskId, now + review.settings.claimTtlMs * 1000);
}

export type HeldClaim = Claim & { judged: boolean };

/** The tasks a person holds at this instant; a claim that ran out is no longer among them. */
export async function heldClaims(review: ReviewContext, person: ReviewPerson): Promise<HeldClaim[]> {
  const now = await readNow(review.sql);
  const held = await store.claimsOf(review.sql, person.personId);
  return held.flatMap((task) => {
    const judged = task.state === 'judged';
    return judged || (claimEnd(task) ?? now) > now ? [{ ...claimOf(task, task.decisionType), judged }] : [];
  });
}

/**
 * Refuses whoever does not hold the task under this fence at this instant. Call with the task locked: what passes stays true
 * until the transaction ends.
 */
export function requireClaim(task: Task | null, personId: string, fence: number, now: number): Task {
  if (task === null) throw new ReviewRefusal('task-not-found', 'No such task in your queues.');
  if (task.state === 'closed') throw new ReviewRefusal('task-closed', 'This task was closed meanwhile.');
  if (task.claimant !== personId || task.fence !== fence) throw new ReviewRefusal('claim-lost', 'This claim is no longer yours.');
  if (task.state === 'claimed' && (claimEnd(task) ?? 0) <= now) throw new ReviewRefusal('claim-lost', 'This claim has expired.');
  return task;
}

/** The same, and not judged yet. */
export function requireOpenClaim(task: Task | null, personId: string, fence: number, now: number): Task {
  const held = requireClaim(task, personId, fence, now);
  if (held.state === 'judged') throw new ReviewRefusal('already-judged', 'Your judgement of this task is in; undo it first.');
  return held;
}

export type Beat = { focused: boolean; activeMs: number };

/** Extends the claim. Active time counts only while focused, once painted, and never more than what passed. */
export async function beat(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, { focused, activeMs }: Beat): Promise<{ expiresAt: number; activeMs: number }> {
  return await review.transact(async ({ sql }) => {
    const task = await store.lockTask(sql, taskId);
    const now = await readNow(sql);
    const held = requireOpenClaim(task, person.personId, fence, now);
    const added = focused ? creditActiveMs(held, activeMs, now) : 0;
    const claimExpiresAt = now + review.settings.claimTtlMs * 1000;
    const prefetchEndsAt = held.prefetchEndsAt === null ? null : prefetchEnd(review.settings, held.claimedAt ?? now, now);
    await store.beatClaim(sql, taskId, now, claimExpiresAt, prefetchEndsAt, added);
    return { expiresAt: prefetchEndsAt ?? claimExpiresAt, activeMs: held.activeMs + added };
  });
}

/** Milliseconds of attention that can be true: none before painting, no more than passed since the last beat. */
export function creditActiveMs(task: Pick<Task, 'paintedAt' | 'lastBeatAt'>, claimedMs: number, now: number): number {
  if (task.paintedAt === null) return 0;
  const since = Math.max(task.lastBeatAt ?? task.paintedAt, task.paintedAt);
  return Math.max(0, Math.min(Math.round(claimedMs), Math.floor((now - since) / 1000)));
}

/** Whoever gives a task back wants another one: so long it comes back to them only where there is none. */
const releasedUs = 600_000_000;

/** Puts the task back, to be done by whoever comes next. */
export async function releaseTask(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, reason: string): Promise<void> {
  await review.transact(async (work) => {
    const task = await store.lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    const held = requireOpenClaim(task, person.personId, fence, now);
    await putBack(work, held, null);
    await store.setReleased(work.sql, taskId, person.personId, now + releasedUs);
    await endReservation(work.sql, taskId);
    work.emit(taskReleased(await caseOf(work, held), held, person.personId, reason, now));
  });
}

/** Puts the task aside until an instant; then anybody may take it. Never beyond what its deadline leaves. */
export async function holdTask(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, forMs: number, reason: string): Promise<{ heldUntil: number }> {
  return await review.transact(async (work) => {
    const task = await store.lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    const held = requireOpenClaim(task, person.personId, fence, now);
    const latest = now + Math.floor((held.dueAt - now) / 2);
    const heldUntil = Math.max(now, Math.min(now + forMs * 1000, latest));
    await putBack(work, held, heldUntil);
    await endReservation(work.sql, taskId);
    work.emit(taskHeld(await caseOf(work, held), held, reason, heldUntil, now));
    return { heldUntil };
  });
}

/** Hands the task to a senior, with a note that is on the record, and that the senior is shown in the shown form. */
export async function escalateClaim(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, note: string): Promise<void> {
  const sealedNote = await sealNote(review, requireOpenClaim(await store.readTask(review.sql, taskId), person.personId, fence, 0), note);
  await review.transact(async (work) => {
    const task = await store.lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    const held = requireOpenClaim(task, person.personId, fence, now);
    if (held.seniority === 'senior') throw new ReviewRefusal('not-escalable', 'This task waits for a senior already.');
    await putBack(work, held, null);
    await endReservation(work.sql, taskId);
    const to = { queue: escalatedQueue(held.queue), dueAt: held.dueAt };
    await store.escalateTask(work.sql, taskId, now, { ...to, sealedNote });
    work.emit(taskEscalated(await caseOf(work, held), held, to, person.personId, note, now));
  });
}

/** A hidden form shows no note, so none is kept for it: what somebody wrote about the case would be a second voice in it. */
async function sealNote(review: ReviewContext, task: Task, note: string): Promise<Buffer | null> {
  if (task.form === 'hidden') return null;
  const item = await readCase(review.sql, task);
  if (item === null) throw new Error(`task ${task.taskId} has no decision`);
  const [sealed] = await review.contents.seal([{ owner: item, plain: Buffer.from(note) }]);
  return sealed ?? null;
}

async function caseOf(work: Work, task: Task): Promise<Case> {
  const item = await readCaseFacts(work.sql, task);
  if (item === null) throw new Error(`task ${task.taskId} has no decision`);
  return item;
}

/** Ends a claim without a judgement. A reservation stands until it ends: a claim that ran out was not given back. */
export async function putBack(work: Work, task: Task, heldUntil: number | null): Promise<void> {
  await store.freeTask(work.sql, task.taskId, heldUntil);
  if (task.claimant !== null) await store.withdrawParticipation(work.sql, task.taskId, task.claimant);
  await dropTimersOfTask(work.sql, task.taskId, 'claim-expiry');
}
