/** What a queue will come to if people go on as they do. */

/** Work that is due at one instant (or within the same short bucket). */
export type DueWork = { dueAtMs: number; count: number };

export type Forecast = {
  judgedLastHour: number;
  /** When what waits now will be done; `null` where something waits and nobody judged anything in the last hour. */
  clearedAtMs: number | null;
  /** How many of those that wait now are expected to be judged too late, or are late already. */
  breachesExpected: number;
};

const hourMs = 3_600_000;

/**
 * Throughput is that of the last hour, taken as steady: with `judgedLastHour` judgements, one piece is done every hour / judgedLastHour.
 * What waits is done earliest due first, so the k-th piece is done at now + k * hour / judgedLastHour, and breaches when that is after it is
 * due. Without throughput everything that waits breaches. What arrives later is not counted, nor that people go home: it answers "if it
 * goes on like this", not "what will be".
 */
export function forecastQueue(judgedLastHour: number, waiting: readonly DueWork[], nowMs: number): Forecast {
  const total = waiting.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { judgedLastHour, clearedAtMs: nowMs, breachesExpected: 0 };
  if (judgedLastHour <= 0) return { judgedLastHour: 0, clearedAtMs: null, breachesExpected: total };
  const eachMs = hourMs / judgedLastHour;
  let before = 0;
  let breachesExpected = 0;
  for (const { dueAtMs, count } of [...waiting].sort((a, b) => a.dueAtMs - b.dueAtMs)) {
    // The last place in the order that is still in time for this due date.
    const inTimeUntil = Math.floor((dueAtMs - nowMs) / eachMs);
    breachesExpected += count - Math.min(count, Math.max(0, inTimeUntil - before));
    before += count;
  }
  return { judgedLastHour, clearedAtMs: Math.round(nowMs + total * eachMs), breachesExpected };
}
