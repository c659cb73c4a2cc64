/**
 * Giving a task to a named person: by whoever holds it, or by a supervisor.
 *
 * What must not come of it is knowledge. Who had a part in a decision already tells a re-review from ordinary work, and one
 * signer of two the other, and so does that a task wants a senior where its queue does not. So people are offered, and refused, by the queue
 * alone. Naming somebody who works the queue but may not work this task is accepted like any other, and reserves it in name only: the
 * person is told nothing, everybody else may take it at once, and whoever gave it away cannot tell. The words that go with it
 * are for the record; whoever takes over never sees them, since they would be a second voice in the case.
 */

import { readCase } from '../cases/store.ts';
import type { ReviewContext, ReviewPerson, Work } from '../context.ts';
import { taskReassigned, taskReleased } from '../events.ts';
import { lockPerson, readPerson } from '../people/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import { putBack, requireOpenClaim } from '../tasks/claims.ts';
import type { Task } from '../tasks/store.ts';
import { lockTask, readTask } from '../tasks/store.ts';
import { readNow } from '../timers/store.ts';
import * as store from './store.ts';
import type { Colleague } from './store.ts';

/** Who could take over what the person holds. */
export async function colleaguesFor(review: ReviewContext, person: ReviewPerson, taskId: string): Promise<Colleague[]> {
  const task = await readTask(review.sql, taskId);
  const now = await readNow(review.sql);
  // Whoever holds nothing of it must not learn that there is such a task.
  if (task === null || task.claimant !== person.personId) throw new ReviewRefusal('task-not-found', 'No such task in your hands.');
  requireOpenClaim(task, person.personId, task.fence, now);
  return await store.readColleagues(review.sql, task, person.personId);
}

/** Ends the holder's claim and keeps the task for a colleague for a while; then anybody's. */
export async function handOver(review: ReviewContext, person: ReviewPerson, taskId: string, fence: number, { to, reason }: { to: string; reason: string }): Promise<void> {
  await review.transact(async (work) => {
    const task = await lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    const held = requireOpenClaim(task, person.personId, fence, now);
    if (to === person.personId) throw new ReviewRefusal('not-eligible', 'You hold it yourself.', 'to');
    await give(review, work, held, to, { actor: person.personId, reason, now });
  });
}

export type Reassigning = { to: string | null; reason: string };

/**
 * A supervisor gives a task to somebody, or back to everybody, whoever holds it. The same again changes nothing: a request that was
 * repeated prolongs no reservation.
 */
export async function reassign(review: ReviewContext, supervisor: string, taskId: string, { to, reason }: Reassigning): Promise<void> {
  await review.transact(async (work) => {
    const task = await lockTask(work.sql, taskId);
    const now = await readNow(work.sql);
    if (task === null) throw new ReviewRefusal('task-not-found', 'There is no such task.');
    if (task.state === 'closed') throw new ReviewRefusal('task-closed', 'This task is closed.');
    if (task.state === 'judged') throw new ReviewRefusal('already-judged', 'A judgement of it is in, and becomes final shortly.');
    if (isSo(task, to, now)) return;
    if (to !== null) return await give(review, work, task, to, { actor: supervisor, reason, now });
    await putBack(work, task, null);
    await store.endReservation(work.sql, taskId);
    work.emit(taskReassigned(await caseOf(work, task), task, { to: null, until: null, reserved: false, reason }, supervisor, now));
  });
}

function isSo(task: Task, to: string | null, now: number): boolean {
  const reservedFor = (task.reservedUntil ?? 0) > now ? task.reservedFor : null;
  if (task.state === 'claimed') return to !== null && task.claimant === to;
  return reservedFor === to && (task.heldUntil ?? 0) <= now;
}

type Giving = { actor: string; reason: string; now: number };

async function give(review: ReviewContext, work: Work, task: Task, to: string, { actor, reason, now }: Giving): Promise<void> {
  const colleague = await store.readColleague(work.sql, task, to);
  if (colleague === null) throw new ReviewRefusal('not-eligible', 'This person does not work the queue of this task.', 'to');
  if (!colleague.available) throw new ReviewRefusal('not-available', 'This person is not available now.', 'to');
  const until = now + Math.max(0, Math.min(review.settings.reservationMs * 1000, Math.floor((task.dueAt - now) / 2)));
  const reserved = await store.isFreeFor(work.sql, task.taskId, to);
  await putBack(work, task, null);
  await store.setReservation(work.sql, task.taskId, { personId: to, until, inName: !reserved, against: task.claimant });
  work.emit(taskReassigned(await caseOf(work, task), task, { to, until, reserved, reason }, actor, now));
}

/** Puts back all that an absent person holds and has not judged; answers how many tasks. Without anybody asking, claims only run out. */
export async function releaseClaims(review: ReviewContext, supervisor: string, personId: string, reason: string): Promise<number> {
  return await review.transact(async (work) => {
    if ((await readPerson(work.sql, personId)) === null) throw new ReviewRefusal('person-not-found', 'Nobody is entered under this id.');
    // A claim of theirs that is being made at this instant is released too, or comes after.
    await lockPerson(work.sql, personId);
    const held = await store.lockClaimsOf(work.sql, personId);
    const now = await readNow(work.sql);
    for (const task of held) {
      await putBack(work, task, null);
      await store.endReservation(work.sql, task.taskId);
      work.emit(taskReleased(await caseOf(work, task), task, supervisor, reason, now));
    }
    return held.length;
  });
}

async function caseOf(work: Work, task: Task) {
  const item = await readCase(work.sql, task);
  if (item === null) throw new Error(`task ${task.taskId} has no decision`);
  return item;
}
