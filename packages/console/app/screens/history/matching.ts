/** Which of a person's own judgements are shown. The server gives them newest first and knows no filter, so pages are read until enough fit. Pure but for the reading. */

import type { HistoryEntry } from '../../api/contract.ts';
import type { HistorySearch } from './search.ts';

export type HistoryPage = { judgements: HistoryEntry[]; next: string | null };

/** `gaveUp`: many pages were read and more could follow; whoever wants to asks for them. */
export type MatchingPage = { entries: HistoryEntry[]; next: string | null; gaveUp: boolean };

/** A page of the server is read at most this often at a time, so that a filter that fits nothing ends. */
export const pagesMax = 5;

/** Days are local: `from` begins and `to` ends with its midnight. */
export function fits({ decisionType, submittedAt }: HistoryEntry, { type, from, to }: HistorySearch): boolean {
  const at = Date.parse(submittedAt);
  return (type === undefined || decisionType === type) && (from === undefined || at >= startOf(from)) && (to === undefined || at < endOf(to));
}

function startOf(day: string): number {
  return new Date(`${day}T00:00:00`).getTime();
}

function endOf(day: string): number {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date.getTime();
}

/** Reads on from `after` until `wanted` judgements fit, the end comes, or nothing later can fit. */
export async function readMatching(read: (after: string | null) => Promise<HistoryPage>, search: HistorySearch, after: string | null, wanted: number): Promise<MatchingPage> {
  const entries: HistoryEntry[] = [];
  let cursor = after;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await read(cursor);
    entries.push(...page.judgements.filter((entry) => fits(entry, search)));
    cursor = page.next;
    if (cursor === null || isPast(page.judgements.at(-1), search)) return { entries, next: null, gaveUp: false };
    if (entries.length >= wanted) return { entries, next: cursor, gaveUp: false };
  }
  return { entries, next: cursor, gaveUp: true };
}

/** The rest is older still. */
function isPast(last: HistoryEntry | undefined, { from }: HistorySearch): boolean {
  return last !== undefined && from !== undefined && Date.parse(last.submittedAt) < startOf(from);
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
