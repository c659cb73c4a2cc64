/** The server's time, as far as answers tell: deadlines are judged by it, and a workstation's clock may be minutes off. */

let offsetMs = 0;

/** Smaller than this, the difference may be the resolution of the header or the way it took. */
const noticeableMs = 2000;

/** Told the `Date` header of each answer. */
export function noteServerDate(header: string | null): void {
  const differenceMs = header === null ? NaN : Date.parse(header) + 500 - Date.now();
  if (Number.isFinite(differenceMs)) offsetMs = Math.abs(differenceMs) < noticeableMs ? 0 : differenceMs;
}

export function serverNowMs(): number {
  return Date.now() + offsetMs;
}
