/** Calibration results as the metrics service gives them, in the order of names and types. Pure. */

import type { Interval } from '../../parts/figures.ts';

export type Share = { share: number | null; interval: Interval | null };

export type CalibrationAnswer = {
  people: ReadonlyArray<Share & {
    reviewer: string; decisionType: string; exercises: number; right: number;
    /** Exercises in which the AI was right, and in which it was wrong; whoever did them saw neither. */
    aiRight: Share & { exercises: number; right: number };
    aiWrong: Share & { exercises: number; right: number };
    /** Ordinary work in which they saw the output of the AI. */
    live: Share & { judgements: number; agreed: number };
  }>;
  types: ReadonlyArray<{ decisionType: string; opened: number; scored: number; missing: number }>;
};

export type PersonRow = CalibrationAnswer['people'][number] & { personId: string; name: string };

/** By name, then by type: an order by results would be a ranking. */
export function inNameOrder(people: CalibrationAnswer['people'], nameOf: (personId: string) => string): PersonRow[] {
  return people
    .map((row) => ({ ...row, personId: row.reviewer, name: nameOf(row.reviewer) }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.decisionType.localeCompare(b.decisionType));
}

/** How far the plan was carried out: what was not judged says nothing of anybody. */
export function coverageText({ opened, scored, missing }: CalibrationAnswer['types'][number]): string {
  const waiting = opened - scored - missing;
  return [`${scored} of ${opened} judged`, ...(waiting > 0 ? [`${waiting} still open`] : []), ...(missing > 0 ? [`${missing} closed without a judgement`] : [])].join(', ');
}
