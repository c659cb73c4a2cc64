/** What counts as reasoning. The tests for triviality and similarity are the domain's. */

import { reasoningProblem, similarReasoning } from '@countersign/core';
import { ReviewRefusal } from '../refusals.ts';

/** Refuses empty or trivial reasoning. */
export function checkReasoning(text: string): void {
  const problem = reasoningProblem(text);
  if (problem !== null) throw new ReviewRefusal('reasoning-trivial', problem, 'reasoning');
}

/** True where a person used the same words for another case. */
export function repeats(text: string, earlier: string): boolean {
  return similarReasoning(text, [earlier]);
}
