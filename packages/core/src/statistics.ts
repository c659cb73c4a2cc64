import quantile from '@stdlib/stats-base-dists-beta-quantile';

export type Interval = { lower: number; upper: number };

/**
 * Clopper-Pearson interval of a proportion: `successes` of `trials`, exact and conservative.
 * Clopper and Pearson 1934, Biometrika 26:404. Without trials nothing is known: 0 to 1.
 */
export function proportionInterval(successes: number, trials: number, confidenceLevel = 0.95): Interval {
  requireProportion(successes, trials);
  const tail = (1 - confidenceLevel) / 2;
  return {
    lower: successes === 0 ? 0 : quantile(tail, successes, trials - successes + 1),
    upper: successes === trials ? 1 : quantile(1 - tail, successes + 1, trials - successes),
  };
}

/**
 * Jeffreys interval of a proportion: shorter than Clopper-Pearson and right on average, for people to read beside a rate.
 * Brown, Cai and DasGupta 2001, Statistical Science 16:101. Without trials nothing is known: 0 to 1.
 */
export function jeffreysInterval(successes: number, trials: number, confidenceLevel = 0.95): Interval {
  requireProportion(successes, trials);
  const tail = (1 - confidenceLevel) / 2;
  return {
    lower: successes === 0 ? 0 : quantile(tail, successes + 0.5, trials - successes + 0.5),
    upper: successes === trials ? 1 : quantile(1 - tail, successes + 0.5, trials - successes + 0.5),
  };
}

function requireProportion(successes: number, trials: number): void {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials) {
    throw new RangeError(`${successes} of ${trials} is no proportion: use whole numbers, successes at most trials.`);
  }
}

/** A rate, or `null` where nothing was counted: 0 of 0 is not 0. */
export function rate(count: number, total: number): number | null {
  return total === 0 ? null : count / total;
}

/** Bounds of an error rate when `missing` of the samples were never judged: all right, or all wrong. */
export function worstCaseBounds(errors: number, judged: number, missing: number): Interval | null {
  const total = judged + missing;
  return total === 0 ? null : { lower: errors / total, upper: (errors + missing) / total };
}
