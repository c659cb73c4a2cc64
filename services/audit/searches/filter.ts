import { CountersignError } from '@countersign/kit';

/** What events are chosen by; everything given must hold of one event. */
export type EventFilter = {
  system?: string; decisionId?: string; decisionType?: string; reviewer?: string; kind?: string; policyVersion?: string; actor?: string;
  /** Names of events, any of them. */
  record?: readonly string[];
  /** None of these. */
  exceptRecord?: readonly string[];
  /** ISO 8601, by recording time; `to` is exclusive. */
  from?: string; to?: string;
};

/** By recording time. */
export type SearchOrder = 'oldest' | 'newest';

/** Where a page ended. */
export type Cursor = { recordedAt: string; eventId: string };

/** A range in which nothing can lie is a slip, and an empty page would look like an answer. */
export function requireRange({ from, to }: Pick<EventFilter, 'from' | 'to'>): void {
  if (from !== undefined && to !== undefined && microsecondsOf(to) <= microsecondsOf(from)) throw new CountersignError('invalid-request', 'to must be after from: it is exclusive.', { field: 'to' });
}

/** Of an instant that its schema let through; the log is dated to the microsecond, `Date` to the millisecond. */
export function microsecondsOf(instant: string): number {
  const fraction = /\.(\d+)/.exec(instant)?.[1] ?? '';
  return Math.floor(Date.parse(instant) / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** The filter as a query string, in the order of the names: alike filters read alike on the log. */
export function filterText(filter: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const each of value === undefined ? [] : typeof value === 'object' ? value : [value]) query.append(name, String(each));
  }
  return query.toString();
}

export function cursorText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.recordedAt, cursor.eventId])).toString('base64url');
}

/** Throws `invalid-request` for one that we never gave. */
export function cursorFrom(text: string): Cursor {
  try {
    const [recordedAt, eventId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    if (typeof recordedAt === 'string' && typeof eventId === 'string' && !Number.isNaN(Date.parse(recordedAt))) return { recordedAt, eventId };
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'cursor' });
}
