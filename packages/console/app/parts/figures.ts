/** Shares and counts as people read them. Pure. */

export type Interval = { lower: number; upper: number };

/** `12.7 %`; a dash where nothing was counted. Never `100 %` or `0 %` for what is only nearly so. */
export function shareText(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${percent < 10 && percent !== Math.round(percent) ? percent.toFixed(1) : Math.round(percent * 10) / 10} %`;
}

/** `6 to 24 %`. */
export function intervalText(interval: Interval | null | undefined): string {
  if (interval === null || interval === undefined) return '–';
  return `${Math.round(interval.lower * 100)} to ${Math.round(interval.upper * 100)} %`;
}

/** `1,204`, in the reader's own way. */
export function countText(count: number): string {
  return count.toLocaleString();
}

/** Milliseconds as somebody says them: `14 ms`, `3.2 s`, `12 min`. */
export function lengthText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
