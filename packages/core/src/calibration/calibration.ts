/** Calibration exercises: past decisions whose outcome is known, judged again unknowingly. Pure; a service keeps the pool. */

import type { DrawPurpose } from '../draws.ts';
import type { PolicyDocument } from '../policy/document.ts';

/** Exercises per task of ordinary work, so that they make up the policy's share of all; 0 where it wants none. */
export function exerciseRate(document: Pick<PolicyDocument, 'calibration'>): number {
  const share = document.calibration?.share ?? 0;
  return share / (1 - share);
}

export type ExerciseSeat = { seat: 1 | 2; seniority: 'any' | 'senior'; purpose: Extract<DrawPurpose, 'exercise' | 'exercise-second'> };

/**
 * The tasks that a route opens, each with a draw of its own: an exercise waits where the work waits that it is mixed into,
 * so that whoever does that work gets their share of exercises.
 */
export function exerciseSeats(route: string): readonly ExerciseSeat[] {
  switch (route) {
    case 'standard':
      return [{ seat: 1, seniority: 'any', purpose: 'exercise' }];
    case 'senior':
      return [{ seat: 1, seniority: 'senior', purpose: 'exercise' }];
    case 'dual':
      return [{ seat: 1, seniority: 'any', purpose: 'exercise' }, { seat: 2, seniority: 'senior', purpose: 'exercise-second' }];
    default:
      return [];
  }
}

const dayUs = 86_400_000_000;

/** The UTC day of an instant in microseconds, counted from 1970: each has a reservoir of its own. */
export function dayOf(instant: number): number {
  return Math.floor(instant / dayUs);
}

export type Drawn = { draw: number; decisionId: string };

/** Smaller draws first; the id decides between equal ones, so that everybody sorts alike. */
export function byDraw(a: Drawn, b: Drawn): number {
  return a.draw - b.draw || (a.decisionId < b.decisionId ? -1 : a.decisionId > b.decisionId ? 1 : 0);
}

/**
 * The `size` lowest draws: a sample of fixed size that depends neither on the order nor on the number of calls, so that who
 * has the key can draw it again. Vitter 1985, ACM TOMS 11:37, with the random numbers keyed.
 */
export function reservoir<D extends Drawn>(drawn: readonly D[], size: number): D[] {
  return [...drawn].sort(byDraw).slice(0, size);
}

/**
 * Was the AI right, by what is known? `null` where the outcome is none of the answers: nobody could get that right. For
 * generated content the outcome says which answer holds, and the AI was right where that one approves.
 */
export function aiRightBy(outcome: string, outputLabel: string, answers: PolicyDocument['answers']): boolean | null {
  const known = answers.find(({ label }) => label === outcome);
  if (known === undefined) return null;
  return answers.every(({ meaning }) => meaning !== undefined) ? known.meaning === 'approve' : outputLabel === outcome;
}

export type PoolCase = Drawn & { aiRight: boolean; uses: number };
/** Exercises planned so far, by whether the AI was right. */
export type Balance = { right: number; wrong: number };

/** How far one half may get ahead while the pool has nothing for the other. */
export const imbalanceMax = 5;

/**
 * The next exercise: of the half that is behind, the case used least. `null` where that half is empty and the other already
 * too far ahead: fewer exercises are better than a set in which the AI is nearly always right.
 */
export function chooseExercise<C extends PoolCase>(pool: readonly C[], balance: Balance, usesMax: number): C | null {
  const behind = balance.right < balance.wrong;
  const usable = pool.filter(({ uses }) => uses < usesMax);
  const first = leastUsed(usable.filter(({ aiRight }) => aiRight === behind));
  if (first !== undefined) return first;
  const ahead = behind ? balance.wrong - balance.right : balance.right - balance.wrong;
  return ahead >= imbalanceMax ? null : (leastUsed(usable) ?? null);
}

function leastUsed<C extends PoolCase>(pool: readonly C[]): C | undefined {
  return [...pool].sort((a, b) => a.uses - b.uses || byDraw(a, b))[0];
}
