/** What counts as reasoning. The tests for triviality and similarity are the domain's. */

import { reasoningProblem, similarReasoning } from '@countersign/core';
import { ReviewRefusal } from '../refusals.ts';

/** Refuses empty or trivial reasoning. */
export function checkReasoning(text: string): void {
  const problem = reasoningProblem(text);
  if (problem !== null) throw new ReviewRefusal('reasoning-trivial', problem, 'reasoning');
}

/** True where the same words were used for an earlier case. */
export function repeats(earlier: string, later: string): boolean {
  return similarReasoning(earlier, later);
}
