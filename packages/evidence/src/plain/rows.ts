import type { Fields, Line, Row } from './bundle.ts';
import { leafHash } from './merkle.ts';
import type { PlainReport } from './report.ts';

/** A line whose row is what its leaf is of. */
export type SoundLine = Line & { record: Row };

export function isSound(line: Line): line is SoundLine {
  return line.record !== null && leafHash(line.record) === line.leaf;
}

/** A row that is gone; `was` is null where nobody says what it was. */
export type GoneRow = { index: number; was: Row | null };

/** Says of each row that does not fit its leaf what was done to it. `unexplained` gives those of the rows that are gone that should not be, from them and from all that were taken out of their places. */
export function checkRows(lines: readonly Line[], endsAt: number, unexplained: (gone: readonly GoneRow[], takenOut: readonly GoneRow[]) => readonly GoneRow[], report: PlainReport): void {
  const odd = lines.filter((line) => !isSound(line));
  const days = new Set(lines.filter(isSound).map(({ record }) => dayOf(record.recordedAt)));
  const placeOf = new Map(odd.map(({ leaf, index }) => [leaf, index]));
  /** Where a row was that now stands in another's place. */
  const cameFrom = new Map<number, number>();
  for (const { index, record } of odd) {
    const from = record === null ? undefined : placeOf.get(leafHash(record));
    if (from !== undefined && from !== index) cameFrom.set(index, from);
  }
  const elsewhere = new Set(cameFrom.values());
  for (const line of odd) if (line.record !== null) tellChanged({ ...line, record: line.record }, cameFrom.get(line.index), elsewhere, report);
  const takenOut = odd.filter(({ record }) => record === null).map((line) => ({ index: line.index, was: wasOf(line) }));
  const gone = takenOut.filter(({ index }) => !elsewhere.has(index));
  const missing = unexplained(gone, takenOut);
  if (missing.length < gone.length) report.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', gone.length - missing.length);
  tellMissing(missing, days, endsAt, report);
}

function tellChanged(line: SoundLine, from: number | undefined, elsewhere: ReadonlySet<number>, report: PlainReport): void {
  const { index, leaf, record } = line;
  if (from !== undefined) {
    report.find('rows-swapped', index, `the record of index ${index}`, `that of index ${from}`);
    if (!elsewhere.has(index)) report.find('row-missing', index, 'a record', `that of index ${from} in its place, and its own nowhere`);
    return;
  }
  const was = wasOf(line);
  if (was === null) return report.find('row-changed', index, `a record whose hash is ${leaf}`, `one whose hash is ${leafHash(record)}`);
  const names = Object.keys(was).filter((name) => (was as Fields)[name] !== (record as Fields)[name]);
  const told = (of: Fields) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
  const isDated = names.some((name) => ['recordedAt', 'occurredAt', 'publishedAt'].includes(name));
  const isContent = names.includes('payloadSha256') && names.every((name) => ['payload', 'payloadSha256', 'valueDigest'].includes(name));
  report.find(isDated ? 'backdated' : !isContent ? 'row-changed' : was.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, told(was), told(record));
}

/** What a row was, where the evidence has that, and the leaf is of it. */
function wasOf({ logged, leaf }: Line): Row | null {
  return logged !== null && leafHash(logged) === leaf ? logged : null;
}

/** Days without any row are partitions that were dropped; the rest is told in runs, of which one that reaches the end is a tail that was cut off. */
function tellMissing(missing: readonly GoneRow[], days: ReadonlySet<number>, endsAt: number, report: PlainReport): void {
  const whole = new Map<number, GoneRow[]>();
  const runs: Array<{ first: number; last: number; count: number }> = [];
  for (const line of missing) {
    const [day, run] = [dayOf(line.was?.recordedAt ?? NaN), runs.at(-1)];
    if (!Number.isNaN(day) && !days.has(day)) whole.set(day, [...(whole.get(day) ?? []), line]);
    else if (run?.last === line.index - 1) [run.last, run.count] = [line.index, run.count + 1];
    else runs.push({ first: line.index, last: line.index, count: 1 });
  }
  for (const [day, lines] of whole) {
    const [first, last] = [lines[0]?.index ?? 0, lines.at(-1)?.index ?? 0];
    if (lines.length > 1) report.find('partition-missing', first, `records of ${new Date(day * 86_400_000).toISOString().slice(0, 10)}, index ${first} to ${last}`, 'none of them');
    else runs.push({ first, last, count: 1 });
  }
  for (const { first, last, count } of runs) report.find(last === endsAt - 1 && endsAt > count ? 'tail-truncated' : 'row-missing', first, count === 1 ? 'a record' : `${count} records, to index ${last}`, 'leaves without their rows');
}

/** Days since 1970, UTC, of an instant in microseconds: the log has a partition for each. */
export function dayOf(instant: number): number {
  return Math.floor(instant / 86_400_000_000);
}
