/** Calibration results as the metrics service gives them, in the order of names and types. Pure. */

import type { Interval } from '../../parts/figures.ts';

export type CalibrationAnswer = { results: ReadonlyArray<{ reviewer: string; decisionType: string; judged: number; right: number; share: number | null; interval: Interval | null }> };
export type CalibrationRow = { personId: string; decisionType: string; judged: number; right: number; share: number | null; interval: Interval | null };

export function readCalibration({ results }: CalibrationAnswer): CalibrationRow[] {
  return results
    .map(({ reviewer, ...row }) => ({ personId: reviewer, ...row }))
    .sort((a, b) => a.personId.localeCompare(b.personId) || a.decisionType.localeCompare(b.decisionType));
}
