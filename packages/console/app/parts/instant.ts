/** Instants and durations as people read them. Pure: the present is an argument. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `4 h 12 min`, `45 s`: two units at the most, never negative. */
export function durationText(ms: number): string {
  const left = Math.max(0, ms);
  if (left < minuteMs) return `${Math.floor(left / 1000)} s`;
  if (left < hourMs) return `${Math.floor(left / minuteMs)} min`;
  if (left < dayMs) return joined(Math.floor(left / hourMs), 'h', Math.floor((left % hourMs) / minuteMs), 'min');
  return joined(Math.floor(left / dayMs), 'd', Math.floor((left % dayMs) / hourMs), 'h');
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** `in 12 min`, `3 h ago`. */
export function distanceText(instant: string, nowMs: number): string {
  const ms = Date.parse(instant) - nowMs;
  return ms >= 0 ? `in ${durationText(ms)}` : `${durationText(-ms)} ago`;
}

/** `just now`, `3 h ago`; what lies ahead, by a clock that is off, is just now. */
export function agoText(instant: string, nowMs: number): string {
  const ms = nowMs - Date.parse(instant);
  return ms < 10_000 ? 'just now' : `${durationText(ms)} ago`;
}

/** The local date and time, short; the year only where it is another. */
export function instantText(instant: string, nowMs: number): string {
  const date = new Date(instant);
  const sameYear = date.getFullYear() === new Date(nowMs).getFullYear();
  return date.toLocaleString(undefined, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' as const }), hour: '2-digit', minute: '2-digit' });
}
