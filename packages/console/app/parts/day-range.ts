/** Days as people choose them and instants as the server knows them: days are local. Pure. */

export type DayRange = { from?: string; to?: string };

/** `from` begins with its midnight, `to` ends with the next one. */
export function instantsOf({ from, to }: DayRange): { from?: string; to?: string } {
  return { ...(from === undefined ? {} : { from: midnight(from, 0).toISOString() }), ...(to === undefined ? {} : { to: midnight(to, 1).toISOString() }) };
}

/** The days that a range of instants touches. */
export function daysOf({ from, to }: { from?: string; to?: string }): DayRange {
  return { ...(from === undefined ? {} : { from: dayOf(new Date(from)) }), ...(to === undefined ? {} : { to: dayOf(new Date(Date.parse(to) - 1)) }) };
}

export function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00`));
}

/** The local day of an instant. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}

/** Local, some days on: a day is not always 24 hours. */
function midnight(day: string, daysOn: number): Date {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysOn);
  return date;
}
