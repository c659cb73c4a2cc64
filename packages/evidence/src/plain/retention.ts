import type { Fields } from './bundle.ts';
import type { PlainEvent } from './events.ts';
import { dayOf } from './rows.ts';
import type { GoneRow } from './rows.ts';
import { minute } from './world.ts';
import type { Surroundings } from './world.ts';

type End = PlainEvent & { value: Fields; explains: GoneRow[] };

/**
 * Of rows that are gone, those whose retention did not end. An end of retention explains rows of its day, in its range, if the rules that were in force then
 * let all their types go, and if as many are gone as it says. `evidence`: the indexes that a range has all records of.
 */
export function unexplained(gone: readonly GoneRow[], takenOut: readonly GoneRow[], world: Surroundings, evidence: { first: number; last: number } | null): GoneRow[] {
  const { report } = world;
  const ends = world.all('RetentionApplied').filter((end) => isOver(end, takenOut, world)).map((end): End => ({ ...end, explains: [] }));
  for (const row of gone) for (const end of ends) if (mayExplain(end, row)) end.explains.push(row);
  const explained = new Set<GoneRow>();
  for (const { index, value: { day, firstIndex, lastIndex, records }, explains } of ends) {
    const isCovered = evidence !== null && Number(firstIndex) >= evidence.first && Number(lastIndex) <= evidence.last;
    // What only this explains must be within its number, and all that it may explain must reach it.
    const certain = explains.filter((row) => ends.filter((end) => mayExplain(end, row)).length === 1).length;
    if (explains.length === 0) continue;
    if (isCovered && (certain > Number(records) || explains.length < Number(records))) {
      report.find('rule-erasure', index, `${String(records)} rows of ${String(day)} gone, as its end of retention says`, `${explains.length}`);
      continue;
    }
    if (!isCovered) report.skip('rows that are gone, as many as their end of retention says', 'the evidence has a part of their day');
    for (const row of explains) explained.add(row);
  }
  const unknown = [...explained].filter(({ was }) => was === null).length;
  if (unknown > 0) report.skip('what rows that are gone were', 'the evidence does not say it, so that neither their day nor their type can be held against the rule', unknown);
  return gone.filter((row) => !explained.has(row));
}

function mayExplain({ value: { day, firstIndex, lastIndex } }: { value: Fields }, { index, was }: GoneRow): boolean {
  return typeof firstIndex === 'number' && typeof lastIndex === 'number' && index >= firstIndex && index <= lastIndex && (was === null || dayOf(was.recordedAt) === dayOf(Date.parse(String(day)) * 1000));
}

/** Whether the time of all types was over that it names, and of those that are known to have gone that day. */
function isOver({ index, row: { occurredAt, recordedAt }, value: { day, ruleDays, decisionTypes } }: PlainEvent & { value: Fields }, takenOut: readonly GoneRow[], world: Surroundings): boolean {
  const { report } = world;
  const date = dayOf(Date.parse(String(day)) * 1000);
  report.check('ends of retention');
  if (!((date + Number(ruleDays) + 1) * 24 * 60 * minute <= occurredAt)) {
    report.find('rule-erasure', index, `records of ${String(day)} for ${String(ruleDays)} days`, 'their end before');
    return false;
  }
  const types = new Set<string | null>(Array.isArray(decisionTypes) ? decisionTypes.map(String) : []);
  for (const { was } of takenOut) if (was !== null && dayOf(was.recordedAt) === date) types.add(was.decisionType);
  // A rule may have been changed while the day was looked at: the one of a minute before will do.
  const [now, before] = [longestRule(world, types, occurredAt), longestRule(world, types, occurredAt - minute)];
  const days = now === null ? null : Math.min(now, before ?? now);
  const isLongEnough = days !== null && days <= Number(ruleDays);
  if (days === null || (!isLongEnough && !world.isWhole)) world.absent('rule-erasure', index, recordedAt, 'a rule by two people that retention follows', 'none');
  else if (!isLongEnough) report.find('rule-erasure', index, `records of ${String(day)} ${days === Infinity ? 'for ever' : `for ${days} days`}, as the rules of their types say`, `their end after ${String(ruleDays)}`);
  return isLongEnough || days === null || !world.isWhole;
}

/** In days, of the rules in force at an instant: each type has its own, or that of everything else, which is also that of what has no type. Null where one has none that is known. */
function longestRule(world: Surroundings, types: ReadonlySet<string | null>, at: number): number | null {
  const changes = world.all('RetentionRuleChanged').filter(({ row }) => row.occurredAt <= at).sort((a, b) => a.row.occurredAt - b.row.occurredAt);
  const rules = new Map(changes.map(({ value: { decisionType, keepDays } }) => [String(decisionType), typeof keepDays === 'number' ? keepDays : Infinity]));
  const each = (types.size === 0 ? [null] : [...types]).map((type) => rules.get(type ?? '*') ?? rules.get('*'));
  return each.includes(undefined) ? null : Math.max(...each.map(Number));
}
