import type { CanonicalRecord } from '../record.ts';
import type { OddLine } from './examine.ts';
import { leafOf } from './line.ts';
import type { Collector, FindingCode } from './report.ts';

/** More rows than this that are not what they were are counted, and not told apart any more. */
const keptMax = 10_000;
const instants: ReadonlySet<string> = new Set(['recordedAt', 'occurredAt', 'publishedAt']);
const contents: ReadonlySet<string> = new Set(['payload', 'payloadSha256', 'valueDigest']);

/** `hash`: the leaf of the row as it is now, in base64. */
export type ChangedLine = OddLine & { record: CanonicalRecord; hash: string };
type Day = { first: number; last: number; count: number };
/** Rows that are gone, of one day since 1970 (NaN where nobody says). `known`: whether the evidence has what they were. */
export type GoneRun = { first: number; last: number; day: number; known: boolean };
/** All rows that are gone, ascending; and the decision types of those that are known, by day. */
export type GoneRows = { runs: readonly GoneRun[]; types: ReadonlyMap<number, ReadonlySet<string | null>> };

/** Says what was done to the rows that do not fit their leaves. */
export class RowCheck {
  protected readonly found: Collector;
  readonly changed: ChangedLine[] = [];
  gone: OddLine[] = [];
  /** Those beyond `keptMax`: a day that left the log has any number of them. */
  readonly #more: GoneRun[] = [];
  readonly #types = new Map<number, Set<string | null>>();
  /** Days since 1970, UTC, that rows are there of: partitions are made by them. */
  readonly #days = new Set<number>();
  #untold = 0;

  constructor(found: Collector) {
    this.found = found;
  }

  /** A row that is as it was. */
  see(recordedAt: number): void {
    const day = dayOf(recordedAt);
    if (this.#days.size < keptMax) this.#days.add(day);
  }

  add(line: OddLine): void {
    const { record } = line;
    if (line.sound) return;
    if (record === null) this.#addGone(line);
    else if (this.changed.length >= keptMax) this.#untold += 1;
    else this.changed.push({ ...line, record, hash: leafOf(record) });
  }

  #addGone(line: OddLine): void {
    const [run, before, was] = [this.#runOf(line), this.#more.at(-1), this.originalOf(line)];
    if (was !== null && (this.#types.has(run.day) || this.#types.size < keptMax)) this.#types.set(run.day, (this.#types.get(run.day) ?? new Set()).add(was.decisionType));
    if (this.gone.length < keptMax) this.gone.push(line);
    else if (before?.last === run.first - 1 && Object.is(before.day, run.day) && before.known === run.known) before.last = run.last;
    else if (this.#more.length < keptMax) this.#more.push(run);
    else this.#untold += 1;
  }

  #runOf(line: OddLine): GoneRun {
    return { first: line.index, last: line.index, day: dayOf(this.instantOf(line) ?? NaN), known: this.originalOf(line) !== null };
  }

  /** Names what was found. `size`: leaves of the log; `unexplained` gives those of the rows that are gone that should not be. */
  finish(size: number, unexplained: (gone: GoneRows) => readonly GoneRun[]): void | Promise<void> {
    const moved = this.moved();
    const found = new Set(moved.values());
    for (const line of this.changed) {
      const { index, leaf, record, hash } = line;
      const [from, original] = [moved.get(index), this.originalOf(line)];
      if (from !== undefined) this.found.find('rows-swapped', index, `the record of index ${index}`, `that of index ${from}`);
      // What stands somewhere else is not gone; what stands nowhere is, also where another record has taken its place.
      if (from !== undefined && !found.has(index)) this.found.find('row-missing', index, 'a record', `that of index ${from} in its place, and its own nowhere`);
      if (from === undefined && original === null) this.found.find('row-changed', index, `a record whose hash is ${leaf}`, `one whose hash is ${hash}`);
      if (from === undefined && original !== null) this.tellDifference(index, original, record);
    }
    const runs = [...this.gone.filter(({ index }) => !found.has(index)).map((line) => this.#runOf(line)), ...this.#more];
    this.#tellGone(runs, unexplained({ runs, types: this.#types }), size);
    if (this.#untold > 0) this.found.find('row-changed', null, 'rows as they were', `${this.#untold} more that are not`);
  }

  /** Rows that stand in the place of another: indexes, and those of the leaves that they are of. */
  moved(): Map<number, number> {
    const places = new Map([...this.gone, ...this.changed].map(({ leaf, index }) => [leaf, index]));
    return new Map(this.changed.flatMap(({ index, hash }) => {
      const other = places.get(hash);
      return other === undefined || other === index ? [] : [[index, other] as const];
    }));
  }

  /** What a row was, where the evidence has that too. */
  originalOf({ logged, leaf }: OddLine): CanonicalRecord | null {
    return logged !== null && leafOf(logged) === leaf ? logged : null;
  }

  /** When a record that is gone was recorded, as far as anybody says. */
  instantOf(line: OddLine): number | undefined {
    return this.originalOf(line)?.recordedAt;
  }

  tellDifference(index: number, was: CanonicalRecord, is: CanonicalRecord): void {
    const names = (Object.keys(was) as Array<keyof CanonicalRecord>).filter((name) => was[name] !== is[name]);
    const told = (of: CanonicalRecord) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
    const code: FindingCode = names.some((name) => instants.has(name)) ? 'backdated' : !names.includes('payloadSha256') || !names.every((name) => contents.has(name)) ? 'row-changed' : was.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed';
    this.found.find(code, index, told(was), told(is));
  }

  #tellGone(all: readonly GoneRun[], gone: readonly GoneRun[], size: number): void {
    const explained = countOf(all) - countOf(gone);
    if (explained > 0) this.found.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', explained);
    const [days, rest] = [new Map<number, Day>(), [] as Day[]];
    for (const run of gone) {
      const [{ first, last, day }, count, before, known] = [run, countOf([run]), rest.at(-1), days.get(run.day)];
      if (!Number.isNaN(day) && !this.#days.has(day)) days.set(day, { first: known?.first ?? first, last, count: (known?.count ?? 0) + count });
      else if (before?.last === first - 1) [before.last, before.count] = [last, before.count + count];
      else rest.push({ first, last, count });
    }
    for (const [day, { first, last, count }] of days) {
      if (count > 1) this.found.find('partition-missing', first, `records of ${new Date(day * 86_400_000).toISOString().slice(0, 10)}, index ${first} to ${last}`, 'none of them');
      else rest.push({ first, last, count });
    }
    for (const { first, last, count } of rest) {
      const code = last === size - 1 && size > count ? 'tail-truncated' : 'row-missing';
      this.found.find(code, first, count === 1 ? 'a record' : `${count} records, to index ${last}`, 'leaves without their rows');
    }
  }
}

function countOf(runs: readonly GoneRun[]): number {
  return runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Days since 1970 of an instant in microseconds. */
function dayOf(instant: number): number {
  return Math.floor(instant / 86_400_000_000);
}
