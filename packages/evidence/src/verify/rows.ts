import { hashLeaf, sameHash } from '@countersign/merkle';
import type { CanonicalRecord } from '../record.ts';
import { isLeaf, leafBytes, type Line } from './line.ts';
import type { Collector, FindingCode, Place } from './report.ts';

/** More rows than this that are not what they were are counted, and not told apart any more. */
const keptMax = 10_000;
/** Up to so many, each is tried in the place of each other. */
const triedMax = 200;
const instants = ['recordedAt', 'occurredAt', 'publishedAt'] as const;

type Changed = { index: number; record: CanonicalRecord; leaf: Uint8Array; hash: Uint8Array; logged: CanonicalRecord | null };
type Gone = { index: number; leaf: Uint8Array; logged: CanonicalRecord | null; entry: Line['entry'] };
type Day = { present: number; gone: number; first: number; last: number };

/** Where a record stands, for a finding. */
export function recordPlace(index: number, record: CanonicalRecord | null): Place {
  return record === null ? { index } : { index, eventId: record.eventId, system: record.system, decisionId: record.decisionId, record: record.record };
}

/** Holds every row against its leaf, and says at the end what was done to those that do not fit. */
export class RowCheck {
  readonly #found: Collector;
  readonly #changed: Changed[] = [];
  #gone: Gone[] = [];
  readonly #strays: CanonicalRecord[] = [];
  readonly #days = new Map<number, Day>();
  #untold = 0;

  constructor(found: Collector) {
    this.#found = found;
  }

  /** Whether the row is what the log committed to. */
  add({ index, record, leaf, leafText, logged, entry }: Line): boolean {
    this.#found.check('rows, each against its leaf');
    if (entry !== null && entry.leaf !== leafText) this.#found.find('index-changed', recordPlace(index, record), `the leaf hash ${hex(leaf)}, as the tiles have it`, hex(Buffer.from(entry.leaf, 'base64')));
    const original = logged !== null && matches(logged, leaf) ? logged : null;
    if (record === null) {
      this.#keep(this.#gone, { index, leaf, logged: original, entry });
      const recordedAt = original?.recordedAt ?? entry?.recordedAt;
      if (recordedAt !== undefined) this.#count(recordedAt, index, 'gone');
      return false;
    }
    if (isLeaf(record, leafText)) {
      this.#count(record.recordedAt, index, 'present');
      return true;
    }
    const bytes = leafBytes(record);
    const hash = bytes === null ? null : hashLeaf(bytes);
    this.#keep(this.#changed, { index, record, leaf, hash: hash ?? new Uint8Array(), logged: original ?? (entry === null ? null : redated(record, entry.recordedAt, leaf)) });
    return false;
  }

  /** A row that has no place in the log. */
  addStray(record: CanonicalRecord): void {
    this.#keep(this.#strays, record);
  }

  /** Names what was found. `size`: leaves of the log; `retained` tells whether the row of an index may be gone. */
  finish(size: number, retained: (index: number, recordedAt: number | undefined) => boolean): void {
    const moved = this.#moved();
    const found = new Set(moved.values());
    // What stands somewhere else is not gone; what stands nowhere is, also where another record has taken its place.
    this.#gone = this.#gone.filter(({ index }) => !found.has(index));
    for (const { index } of this.#changed) if (moved.has(index) && !found.has(index)) this.#found.find('row-missing', { index }, 'a record', `that of index ${moved.get(index)} in its place, and its own nowhere`);
    for (const each of this.#changed) this.#tellChanged(each, moved.get(each.index));
    this.#matchStrays();
    this.#tellGone(size, retained);
    if (this.#untold > 0) this.#found.find('row-changed', {}, 'rows as they were', `${this.#untold} more that are not`);
  }

  #keep<Item>(list: Item[], item: Item): void {
    if (list.length < keptMax) list.push(item);
    else this.#untold += 1;
  }

  #count(recordedAt: number, index: number, what: 'present' | 'gone'): void {
    const number = dayOf(recordedAt);
    const day = this.#days.get(number) ?? { present: 0, gone: 0, first: index, last: index };
    day[what] += 1;
    if (what === 'gone') [day.first, day.last] = [day.gone === 1 ? index : Math.min(day.first, index), day.gone === 1 ? index : Math.max(day.last, index)];
    if (this.#days.size < keptMax || this.#days.has(number)) this.#days.set(number, day);
  }

  /** Rows that stand in the place of another: with everything of it, or with all but the id and instant that place it. */
  #moved(): Map<number, number> {
    const moved = new Map<number, number>();
    const byLeaf = new Map([...this.#gone, ...this.#changed].map(({ leaf, index }) => [hex(leaf), index]));
    for (const { index, hash } of this.#changed) {
      const other = byLeaf.get(hex(hash));
      if (other !== undefined && other !== index) moved.set(index, other);
    }
    if (this.#changed.length > triedMax) return moved;
    for (const one of this.#changed) {
      for (const other of this.#changed) {
        if (one !== other && !moved.has(one.index) && matches({ ...one.record, eventId: other.record.eventId, recordedAt: other.record.recordedAt }, other.leaf)) moved.set(one.index, other.index);
      }
    }
    return moved;
  }

  #tellChanged({ index, record, leaf, hash, logged }: Changed, movedFrom: number | undefined): void {
    const place = recordPlace(index, record);
    if (movedFrom !== undefined) return this.#found.find('rows-swapped', place, `the record of index ${index}`, `that of index ${movedFrom}`);
    if (logged === null) return this.#found.find('row-changed', place, `a record whose hash is ${hex(leaf)}`, hash.length === 0 ? 'one with text that has no canonical form' : `one whose hash is ${hex(hash)}`);
    this.#tellDifference(index, logged, record);
  }

  /** A row that lost its place is no row too many: it is the one that is gone from there, as it was or changed. */
  #matchStrays(): void {
    const byLeaf = new Map(this.#strays.map((stray) => [leafOf(stray), stray]));
    const byId = new Map(this.#strays.map((stray) => [stray.eventId, stray]));
    const matched = new Set<CanonicalRecord | Gone>();
    for (const gone of this.#gone) {
      const { index, leaf, logged, entry } = gone;
      const id = logged?.eventId ?? entry?.eventId;
      const stray = byLeaf.get(hex(leaf)) ?? (id === undefined ? undefined : byId.get(id));
      if (stray === undefined || matched.has(stray)) continue;
      matched.add(stray).add(gone);
      const original = logged ?? (entry === null ? null : { ...stray, recordedAt: entry.recordedAt });
      if (matches(stray, leaf)) this.#found.find('index-changed', recordPlace(index, stray), 'a row that the index of the log leads to', 'one that it does not lead to');
      else if (original !== null && matches(original, leaf)) this.#tellDifference(index, original, stray);
      else this.#found.find('row-changed', recordPlace(index, stray), `a record whose hash is ${hex(leaf)}`, `one whose hash is ${leafOf(stray)}`);
    }
    for (const record of this.#strays) if (!matched.has(record)) this.#found.find('row-inserted', { ...recordPlace(0, record), index: undefined }, 'a row that the log has a leaf of', 'a row without a place in the log');
    this.#gone = this.#gone.filter((gone) => !matched.has(gone));
  }

  #tellDifference(index: number, logged: CanonicalRecord, record: CanonicalRecord): void {
    const { code, expected, found } = difference(logged, record);
    this.#found.find(code, recordPlace(index, record), expected, found);
  }

  #tellGone(size: number, retained: (index: number, recordedAt: number | undefined) => boolean): void {
    const gone = this.#gone.filter((each) => !retained(each.index, instantOf(each)));
    if (gone.length < this.#gone.length) this.#found.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', this.#gone.length - gone.length);
    const days = new Set([...this.#days].filter(([, day]) => day.present === 0 && day.gone > 1).map(([number]) => number));
    const rest = gone.filter((each) => {
      const recordedAt = instantOf(each);
      return recordedAt === undefined || !days.has(dayOf(recordedAt));
    });
    const kept = new Set(gone.map(instantOf).filter((at) => at !== undefined).map(dayOf));
    for (const number of days) {
      const day = this.#days.get(number);
      if (day !== undefined && kept.has(number)) this.#found.find('partition-missing', { index: day.first }, `records of ${new Date(number * 86_400_000).toISOString().slice(0, 10)}, index ${day.first} to ${day.last}`, 'none of them');
    }
    for (const run of runsOf(rest)) {
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined) continue;
      const code = last.index === size - 1 && size > run.length ? 'tail-truncated' : 'row-missing';
      this.#found.find(code, recordPlace(first.index, first.logged), run.length === 1 ? 'a record' : `${run.length} records, to index ${last.index}`, 'leaves without their rows');
    }
  }
}

/** What was changed of a record, and what that is called. */
function difference(logged: CanonicalRecord, record: CanonicalRecord): { code: FindingCode; expected: string; found: string } {
  const names = (Object.keys(logged) as Array<keyof CanonicalRecord>).filter((name) => logged[name] !== record[name]);
  const told = (of: CanonicalRecord) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
  const content = names.includes('payloadSha256') && names.every((name) => name === 'payloadSha256' || name === 'valueDigest' || name === 'payload');
  const code = names.some((name) => (instants as readonly string[]).includes(name)) ? 'backdated' : !content ? 'row-changed' : logged.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed';
  return { code, expected: told(logged), found: told(record) };
}

/** The record with the instant that the index has of it, if that is what the leaf is of. */
function redated(record: CanonicalRecord, recordedAt: number, leaf: Uint8Array): CanonicalRecord | null {
  const original = { ...record, recordedAt };
  return matches(original, leaf) ? original : null;
}

function matches(record: CanonicalRecord, leaf: Uint8Array): boolean {
  const bytes = leafBytes(record);
  return bytes !== null && sameHash(hashLeaf(bytes), leaf);
}

/** Neighbouring indexes together. */
function runsOf(gone: readonly Gone[]): Gone[][] {
  const runs: Gone[][] = [];
  for (const each of [...gone].sort((a, b) => a.index - b.index)) {
    const run = runs.at(-1);
    if (run?.at(-1)?.index === each.index - 1) run.push(each);
    else runs.push([each]);
  }
  return runs;
}

function leafOf(record: CanonicalRecord): string {
  const bytes = leafBytes(record);
  return bytes === null ? '' : hex(hashLeaf(bytes));
}

/** When a record that is gone was recorded, as far as anybody says. */
function instantOf({ logged, entry }: Gone): number | undefined {
  return logged?.recordedAt ?? entry?.recordedAt;
}

/** Days since 1970 of an instant in microseconds, UTC: what partitions are made by. */
function dayOf(instant: number): number {
  return Math.floor(instant / 86_400_000_000);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
