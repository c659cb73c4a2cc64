/** Dates as a record has them: the local date and the time to the second, on screen and on paper. */

export function Clock({ instant }: { instant: string }) {
  return <time dateTime={instant} title={instant}>{new Date(instant).toLocaleString(undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' })}</time>;
}
