import type { WorldEvent } from '../verify/examine.ts';
import type { Collector, FindingCode } from '../verify/report.ts';
import type { GoneRows, GoneRun } from '../verify/rows.ts';
import { dayUs, minuteUs } from './units.ts';

/** Where what is found is told; `absent`, of what may be missing because only a part of a log is there; and what the register says of privacy officers. */
export type Findings = {
  found: Collector; readonly complete: boolean;
  absent(code: FindingCode, index: number, recordedAt: number, expected: string, found: string): void;
  wasOfficer(person: string, at: number, earlier: boolean): boolean | null;
};

/** Indexes that a range has all records of; null for a selection. */
export type Stretch = { first: number; last: number } | null;
type Rule = { at: number; type: string; days: number; index: number; recordedAt: number; by: string | null; askedBy: string };
/** `certain`: rows that are gone and that only this explains; `possible`: those that another one may explain too. */
type End = { index: number; recordedAt: number; at: number; name: string; day: number; first: number; last: number; ruleDays: number; records: number; types: readonly string[]; certain: number; possible: number };
type Piece = GoneRun & { ends: End[] };

/** The rule for what belongs to no type, and for types without one. */
const everythingElse = '*';

/** Ends of retention: each by the rules of two privacy officers that were in force, of the types that were recorded, and of as many rows as it says. */
export class Retention {
  readonly #world: Findings;
  readonly #rules: Rule[] = [];
  readonly #ends: End[] = [];

  constructor(world: Findings) {
    this.#world = world;
  }

  addRule({ index, recordedAt, occurredAt: at, actor: by, event: { decisionType, keepDays, askedBy } }: WorldEvent): void {
    this.#rules.push({ at, type: String(decisionType), days: typeof keepDays === 'number' ? keepDays : Infinity, index, recordedAt, by, askedBy: String(askedBy) });
  }

  addEnd({ index, recordedAt, occurredAt: at, event }: WorldEvent): void {
    const { day, firstIndex, lastIndex, ruleDays, records, decisionTypes } = event;
    const [first, last] = typeof firstIndex === 'number' && typeof lastIndex === 'number' ? [firstIndex, lastIndex] : [0, -1];
    const types = Array.isArray(decisionTypes) ? decisionTypes.map(String) : [];
    this.#ends.push({ index, recordedAt, at, name: String(day), day: Math.floor((Date.parse(String(day)) * 1000) / dayUs), first, last, ruleDays: Number(ruleDays), records: Number(records), types, certain: 0, possible: 0 });
  }

  /** Whether each rule is by two people whom the register has as privacy officers: who agreed then, who asked at some time before. */
  checkRules(): void {
    for (const { at, index, recordedAt, by, askedBy } of this.#rules) {
      for (const [person, earlier] of [[by ?? '', false], [askedBy, true]] as const) {
        const officer = this.#world.wasOfficer(person, at, earlier);
        if (officer === null) this.#world.absent('rule-erasure', index, recordedAt, `the entry of ${person} in the register`, 'none');
        else if (!officer) this.#world.found.find('rule-erasure', index, 'a rule of two privacy officers', `${person}, who was none`);
      }
    }
  }

  /** Of rows that are gone, those whose retention did not end. Once everything was read. */
  unexplained({ runs, types }: GoneRows, evidence: Stretch): GoneRun[] {
    const rules = this.#rules.toSorted((a, b) => a.at - b.at);
    const ends = this.#ends.filter((end) => this.#isSound(end, rules, types.get(end.day)));
    const pieces = runs.flatMap((run) => piecesOf(run, ends));
    for (const piece of pieces) for (const end of piece.ends) end[piece.ends.length === 1 ? 'certain' : 'possible'] += piece.last - piece.first + 1;
    const counted = new Set(ends.filter((end) => this.#isCounted(end, evidence)));
    for (const { ends: own, known, first, last } of pieces) {
      if (!known && own.some((end) => counted.has(end))) this.#world.found.skip('what rows that are gone were', 'the evidence does not say it, so that neither their day nor their type can be held against the rule', last - first + 1);
    }
    return pieces.filter((piece) => !piece.ends.some((end) => counted.has(end)));
  }

  /** Whether the time of everything that it names was over, and of what is known to have gone that day. */
  #isSound({ index, recordedAt, at, name, day, ruleDays, types }: End, rules: readonly Rule[], gone: ReadonlySet<string | null> = new Set()): boolean {
    const { found, complete } = this.#world;
    found.check('ends of retention');
    if (!((day + ruleDays + 1) * dayUs <= at)) {
      found.find('rule-erasure', index, `records of ${name} for ${ruleDays} days`, 'their end before');
      return false;
    }
    const all = new Set([...types, ...gone]);
    const now = longestOf(all, rules.filter((rule) => rule.at <= at));
    // A rule may have been changed while the day was looked at.
    const before = longestOf(all, rules.filter((rule) => rule.at <= at - minuteUs));
    if (now === null || (!complete && Math.min(now, before ?? now) > ruleDays)) {
      this.#world.absent('rule-erasure', index, recordedAt, 'a rule by two people that retention follows', 'none');
      return true;
    }
    const days = Math.min(now, before ?? now);
    if (days > ruleDays) found.find('rule-erasure', index, `records of ${name} ${days === Infinity ? 'for ever' : `for ${days} days`}, as the rules of their types say`, `their end after ${ruleDays}`);
    return days <= ruleDays;
  }

  #isCounted({ index, name, first, last, records, certain, possible }: End, evidence: Stretch): boolean {
    const { found } = this.#world;
    const gone = certain + possible;
    if (gone === 0) return true;
    if (evidence === null || first < evidence.first || last > evidence.last) {
      found.skip('rows that are gone, as many as their end of retention says', 'the evidence has a part of their day');
      return true;
    }
    if (certain > records || gone < records) found.find('rule-erasure', index, `${records} rows of ${name} gone, as its end of retention says`, `${gone}`);
    return certain <= records && records <= gone;
  }
}

/** The longest rule of some types, in days; null where one of them has none that is known. `rules`: ascending. */
function longestOf(types: ReadonlySet<string | null>, rules: readonly Rule[]): number | null {
  const inForce = new Map(rules.map(({ type, days }) => [type, days]));
  const others = inForce.get(everythingElse);
  const days = (types.size === 0 ? [null] : [...types]).map((type) => (type === null ? others : (inForce.get(type) ?? others)));
  return days.some((each) => each === undefined) ? null : Math.max(...days.map(Number));
}

/** A run, cut where what may explain it begins and ends. */
function piecesOf({ first, last, day, known }: GoneRun, ends: readonly End[]): Piece[] {
  const own = ends.filter((end) => end.first <= last && end.last >= first && (Number.isNaN(day) || end.day === day));
  const cuts = [...new Set([first, ...own.flatMap((end) => [end.first, end.last + 1])])].filter((at) => at >= first && at <= last).sort((a, b) => a - b);
  return cuts.map((from, at) => {
    const to = (cuts[at + 1] ?? last + 1) - 1;
    return { first: from, last: to, day, known, ends: own.filter((end) => end.first <= from && end.last >= to) };
  });
}
