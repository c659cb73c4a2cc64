import type { CanonicalRecord } from '../record.ts';
import type { OddLine } from '../verify/examine.ts';
import { leafOf } from '../verify/line.ts';
import type { Collector } from '../verify/report.ts';
import { RowCheck, type GoneRows, type GoneRun } from '../verify/rows.ts';

/** Up to so many, each is tried in the place of each other. */
const triedMax = 200;

/** Of live tables: there rows have their places by an index, which may have been changed too, and there may be rows without one. */
export class LiveRowCheck extends RowCheck {
  readonly #readStrays: () => Promise<readonly CanonicalRecord[]>;

  /** `readStrays`: rows that have no place in the log. */
  constructor(found: Collector, readStrays: () => Promise<readonly CanonicalRecord[]>) {
    super(found);
    this.#readStrays = readStrays;
  }

  override add(line: OddLine): void {
    const { index, leaf, entry } = line;
    if (entry !== null && entry.leaf !== leaf) this.found.find('index-changed', index, `the leaf hash ${leaf}, as the tiles have it`, entry.leaf);
    super.add(line);
  }

  override async finish(size: number, unexplained: (gone: GoneRows) => readonly GoneRun[]): Promise<void> {
    this.#matchStrays(await this.#readStrays());
    await super.finish(size, unexplained);
  }

  /** Also with all but the id and the instant that place them. */
  override moved(): Map<number, number> {
    const moved = super.moved();
    if (this.changed.length > triedMax) return moved;
    for (const one of this.changed) {
      const other = moved.has(one.index) ? undefined : this.changed.find((each) => each !== one && leafOf({ ...one.record, eventId: each.record.eventId, recordedAt: each.record.recordedAt }) === each.leaf);
      if (other !== undefined) moved.set(one.index, other.index);
    }
    return moved;
  }

  /** Also the row with the instant that the index has of it, if that is what the leaf is of. */
  override originalOf(line: OddLine): CanonicalRecord | null {
    const { record, leaf, entry } = line;
    const redated = record === null || entry === null ? null : { ...record, recordedAt: entry.recordedAt };
    return super.originalOf(line) ?? (redated !== null && leafOf(redated) === leaf ? redated : null);
  }

  override instantOf(line: OddLine): number | undefined {
    return super.instantOf(line) ?? line.entry?.recordedAt;
  }

  /** A row that lost its place is no row too many: it is the one that is gone from there, as it was or changed. */
  #matchStrays(strays: readonly CanonicalRecord[]): void {
    const byLeaf = new Map(strays.map((stray) => [leafOf(stray), stray]));
    const byId = new Map(strays.map((stray) => [stray.eventId, stray]));
    const matched = new Set<unknown>();
    for (const gone of this.gone) {
      const { index, leaf, logged, entry } = gone;
      const stray = byLeaf.get(leaf) ?? byId.get(this.originalOf(gone)?.eventId ?? entry?.eventId ?? '');
      if (stray === undefined || matched.has(stray)) continue;
      matched.add(stray).add(gone);
      const original = this.originalOf({ index, leaf, sound: false, record: stray, logged, entry });
      if (leafOf(stray) === leaf) this.found.find('index-changed', index, 'a row that the index of the log leads to', 'one that it does not lead to');
      else if (original !== null) this.tellDifference(index, original, stray);
      else this.found.find('row-changed', index, `a record whose hash is ${leaf}`, `one whose hash is ${leafOf(stray)}`);
    }
    for (const stray of strays) {
      const { eventId, system, decisionId, record } = stray;
      if (!matched.has(stray)) this.found.find('row-inserted', null, 'a row that the log has a leaf of', 'a row without a place in the log', { eventId, system, decisionId, record });
    }
    this.gone = this.gone.filter((gone) => !matched.has(gone));
  }
}
