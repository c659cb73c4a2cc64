/** How many checks of one part of the run held. */
export type Tally = { passed: number; failed: number };

export const nothing: Tally = { passed: 0, failed: 0 };

/** A part that could not even start counts as one failure, with its reason printed. */
export function brokenPart(part: string, reason: unknown): Tally {
  console.error(`${part} could not run: ${reason instanceof Error ? reason.message : String(reason)}`);
  return { passed: 0, failed: 1 };
}

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), nothing);
}
