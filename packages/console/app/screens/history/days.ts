/** A person's own judgements by the day: days are local, the server knows instants. Pure. */

import type { HistoryEntry } from '../../api/contract.ts';
import type { HistorySearch } from './search.ts';

/** What the server is asked for. `from` begins with its midnight, `to` ends with the next one. */
export function queryOf({ type, from, to }: HistorySearch): { decisionType?: string; from?: string; to?: string } {
  return {
    ...(type === undefined ? {} : { decisionType: type }),
    ...(from === undefined ? {} : { from: midnight(from, 0).toISOString() }),
    ...(to === undefined ? {} : { to: midnight(to, 1).toISOString() }),
  };
}

/** Local, some days on: a day is not always 24 hours. */
function midnight(day: string, daysOn: number): Date {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysOn);
  return date;
}

/** Judgements under the days they were given on, newest first. */
export function byDay(entries: readonly HistoryEntry[]): Array<{ day: string; entries: HistoryEntry[] }> {
  const days: Array<{ day: string; entries: HistoryEntry[] }> = [];
  for (const entry of entries) {
    const day = dayOf(entry.submittedAt);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

function dayOf(instant: string): string {
  const date = new Date(instant);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** `Today`, `Yesterday`, or the date; the year only where it is another. */
export function dayText(day: string, nowMs: number): string {
  const now = new Date(nowMs);
  if (day === dayOf(now.toISOString())) return 'Today';
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === dayOf(yesterday.toISOString())) return 'Yesterday';
  const date = new Date(`${day}T12:00:00`);
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }) });
}
