import type { Contents } from './bundle.ts';
import { checkHeads } from './checkpoints.ts';
import type { Trusted } from './checkpoints.ts';
import { checkOneDecision, isOfDecision } from './decisions.ts';
import { checkOrder, checkShown, placeOf, readEvents } from './events.ts';
import type { PlainEvent } from './events.ts';
import { checkInstants, checkLeaves } from './leaves.ts';
import { Damaged, PlainReport } from './report.ts';
import { unexplained } from './retention.ts';
import { checkRows, isSound } from './rows.ts';
import type { DrawKey } from './world.ts';
import { Surroundings } from './world.ts';

/** Checks all that a bundle can show, from the outside to the inside: what was signed, what stands in the tree, each record, what it says, and the rules. */
export function verifyPlainly(bundle: Contents, trusted: Trusted, keys: readonly DrawKey[]): PlainReport {
  const report = new PlainReport();
  try {
    const heads = checkHeads(bundle, trusted, report);
    const lines = bundle.records();
    checkLeaves(bundle, lines, heads, report);
    // Of a row that is not what it was, nothing else can be said.
    const sound = lines.filter(isSound);
    const latest = checkInstants(sound, heads, report);
    checkOrder(sound, report);
    const { events, isAllRead } = readEvents(sound, bundle.schemas, report);
    const shown = checkShown(events, report);
    const world = new Surroundings(events, keys, { isWhole: bundle.kind === 'range' && bundle.first === 0, isAllRead, latest }, report);
    world.checkAll();
    const decisions = new Map<string, PlainEvent[]>();
    for (const event of events.filter(isOfDecision)) {
      const own = decisions.get(placeOf(event.row));
      if (own === undefined) decisions.set(placeOf(event.row), [event]);
      else own.push(event);
    }
    for (const [place, own] of decisions) checkOneDecision(own, shown.get(place) ?? new Set(), world);
    // What a selection, or a part, ends with is not the end of the log.
    const endsAt = bundle.kind === 'selection' || bundle.closing !== undefined ? Infinity : bundle.first + lines.length;
    checkRows(lines, endsAt, (gone, takenOut) => unexplained(gone, takenOut, world, bundle.kind === 'selection' ? null : { first: bundle.first, last: bundle.first + lines.length - 1 }), report);
    if (keys.length === 0) report.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
    const rows = new Map(lines.map(({ index, record, logged }) => [index, record ?? logged]));
    for (const each of report.found) {
      const row = rows.get(each.index ?? -1);
      const decision = row?.decisionId == null ? '' : `, decision ${row.system}/${row.decisionId}`;
      if (each.index !== null) each.place = `index ${each.index}${row == null ? '' : `, ${row.record}, event ${row.eventId}`}${decision}`;
    }
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    report.find('bundle-damaged', null, 'a bundle in its format', error.message);
  }
  return report;
}
