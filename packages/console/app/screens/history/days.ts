/** A person's own judgements by the day: days are local, the server knows instants. Pure. */

import type { HistoryEntry } from '../../api/contract.ts';
import { dayOf, instantsOf } from '../../parts/day-range.ts';
import type { HistorySearch } from './search.ts';

/** What the server is asked for. */
export function queryOf({ type, ...days }: HistorySearch): { decisionType?: string; from?: string; to?: string } {
  return { ...(type === undefined ? {} : { decisionType: type }), ...instantsOf(days) };
}

/** Judgements under the days they were given on, newest first. */
export function byDay(entries: readonly HistoryEntry[]): Array<{ day: string; entries: HistoryEntry[] }> {
  const days: Array<{ day: string; entries: HistoryEntry[] }> = [];
  for (const entry of entries) {
    const day = dayOf(new Date(entry.submittedAt));
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** `Today`, `Yesterday`, or the date; the year only where it is another. */
export function dayText(day: string, nowMs: number): string {
  const now = new Date(nowMs);
  if (day === dayOf(now)) return 'Today';
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === dayOf(yesterday)) return 'Yesterday';
  const date = new Date(`${day}T12:00:00`);
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }) });
}
