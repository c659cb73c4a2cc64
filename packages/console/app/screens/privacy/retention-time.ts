/** Another time to keep records, as it is being asked for. Pure. */

import { missingReason } from '../../parts/missing-reason.ts';

/** A hundred years, near enough. */
export const daysMax = 36_500;

/** What keeps it from being asked for, or null. `days` null: for ever. */
export function missingOf({ decisionType, days, reason }: { decisionType: string; days: number | null; reason: string }): string | null {
  if (decisionType.trim() === '') return 'Name a decision type.';
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= daysMax)) return `Say for how many days: between 1 and ${daysMax.toLocaleString('en-GB')}.`;
  return missingReason(reason);
}
