import type { Severity } from './vocabulary.ts';

const minuteUs = 60_000_000;
const hourUs = 60 * minuteUs;

/**
 * How much later than an ordinary case one may be due and still go first, in microseconds. Measured against what policies usually allow:
 * minutes for what is watched, four hours for what no policy covers, a day or more for the rest. Half an hour decides between
 * cases that are due about together; two hours lets a grave case pass half of a four-hour wait; six hours puts a
 * catastrophic one before everything due within the shift. More than a shift would let one kind of case push others past their own deadlines.
 */
export const severityBonusUs: Readonly<Record<Severity, number>> = {
  low: 0,
  moderate: 30 * minuteUs,
  high: 2 * hourUs,
  catastrophic: 6 * hourUs,
};

/** The longest that work opened later can go before work that is as urgent as it will ever be. Microseconds. */
export const severityBonusMaxUs = Math.max(...Object.values(severityBonusUs));

/**
 * Where work stands in its queue: the smaller, the sooner. An absolute instant in microseconds, which does not move while the work waits, so
 * that an index holds the order and nothing starves: what is opened after this instant and `severityBonusMaxUs`, due no earlier than it was
 * opened, always comes behind.
 */
export function pressingAt(dueAtUs: number, severity: Severity): number {
  return dueAtUs - severityBonusUs[severity];
}
