/** How a queue stands, in words. Pure: the present is an argument. */

import type { Queue, SupervisedTask } from '../../api/contract.ts';
import { durationText } from '../../parts/instant.ts';
import type { Tone } from '../../parts/badge.tsx';

/** What a supervisor has to see first: late work, then work that will be late, then work for which nobody is there. */
export function standingOf({ open, claimed, overdue, forecast, qualified }: Queue): { tone: Tone; text: string } {
  const waiting = open + claimed;
  if (overdue > 0) return { tone: 'bad', text: `${overdue} overdue` };
  if (waiting === 0) return { tone: 'plain', text: 'Empty' };
  if (qualified !== undefined && qualified.available === 0) return { tone: 'warn', text: qualified.people === 0 ? 'Nobody qualified' : 'Nobody available' };
  if (lateOf(forecast) > 0) return { tone: 'warn', text: `${lateOf(forecast)} will be late` };
  return { tone: 'good', text: 'On time' };
}

/** When the queue is worked off at the pace of the last hour. */
export function clearanceText({ open, claimed, forecast }: Queue, nowMs: number): string {
  if (open + claimed === 0) return 'Nothing waits';
  if (forecast === undefined) return 'Not known';
  if (forecast.clearedAt === null) return 'Nobody judged in the last hour';
  return `Done in ${durationText(Date.parse(forecast.clearedAt) - nowMs)} at ${forecast.judgedLastHour} an hour`;
}

/** Where nobody judged for an hour there is no pace to go by: that is said, and no number made of it. */
function lateOf(forecast: Queue['forecast']): number {
  return forecast === undefined || forecast.judgedLastHour === 0 ? 0 : forecast.breachesExpected;
}

/** The most pressing queues first: late, then about to be, then by age. */
export function byPressure(a: Queue, b: Queue): number {
  return b.overdue - a.overdue || (b.forecast?.breachesExpected ?? 0) - (a.forecast?.breachesExpected ?? 0) || (b.oldestAgeMs ?? -1) - (a.oldestAgeMs ?? -1) || (a.queue < b.queue ? -1 : 1);
}

export type Totals = { open: number; claimed: number; overdue: number; late: number; withoutAnybody: number };

export function totalsOf(queues: readonly Queue[]): Totals {
  return queues.reduce<Totals>((sum, queue) => ({
    open: sum.open + queue.open, claimed: sum.claimed + queue.claimed, overdue: sum.overdue + queue.overdue, late: sum.late + lateOf(queue.forecast),
    withoutAnybody: sum.withoutAnybody + (queue.open > 0 && queue.qualified?.available === 0 ? 1 : 0),
  }), { open: 0, claimed: 0, overdue: 0, late: 0, withoutAnybody: 0 });
}

/** One sentence for whoever opens the screen. */
export function totalsText({ open, claimed, overdue, late, withoutAnybody }: Totals): string {
  const parts = [`${open} waiting, ${claimed} in hand`, overdue === 0 ? 'none overdue' : `${overdue} overdue`];
  if (late > overdue) parts.push(`${late} expected to be late`);
  if (withoutAnybody > 0) parts.push(`${withoutAnybody} ${withoutAnybody === 1 ? 'queue' : 'queues'} without anybody available`);
  return `${parts.join(', ')}.`;
}

/** Where a task is: with whom, for whom it waits, or that it waits. */
export function whereText({ state, claimant, claimantName, reservedFor, reservedForName, heldUntil }: SupervisedTask, nowMs: number): string {
  if (state === 'judged') return `${claimantName ?? claimant ?? 'Somebody'}, just judged`;
  if (claimant !== null) return claimantName ?? claimant;
  if (reservedFor !== null) return `Reserved for ${reservedForName ?? reservedFor}`;
  if (heldUntil !== null && Date.parse(heldUntil) > nowMs) return `Put aside for ${durationText(Date.parse(heldUntil) - nowMs)}`;
  return 'Anybody';
}

/** Judged work is about to be final: nobody can take it away any more. */
export function mayMove({ state }: SupervisedTask): boolean {
  return state === 'open' || state === 'claimed';
}

/** There is something to give back to everybody. */
export function mayRelease(task: SupervisedTask): boolean {
  return task.state === 'claimed' || (task.state === 'open' && task.reservedFor !== null);
}
