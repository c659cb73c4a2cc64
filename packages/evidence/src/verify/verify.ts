import { BundleError } from '../bundle/format.ts';
import type { EvidenceSource } from '../bundle/read.ts';
import { hashBytes } from '../log/tree.ts';
import { Rules } from '../rules/rules.ts';
import { timeOf, World, type SamplingKey } from '../rules/world.ts';
import { checkCheckpoints, type Heads, type Trust } from './checkpoints.ts';
import { lineFields } from './examine.ts';
import { readLines } from './line.ts';
import { Collector, type Finding, type Report } from './report.ts';
import { groupedBy } from './grouped-by.ts';
import { RowCheck } from './rows.ts';
import { markOf } from './spool.ts';
import { Crew } from './threads.ts';
import { leafCheck } from './tree.ts';

/** Records are written within seconds of their instant, and their transactions end within minutes. */
const disorderUs = 15 * 60_000_000;

/** More event ids that look alike than this are made by somebody. */
const alikeMax = 100_000;

/** `threads`: for tests; see `Crew`. */
export type VerifyOptions = { trust: Trust; samplingKeys?: readonly SamplingKey[]; threads?: number };

/**
 * Checks everything that evidence can show, reading it once, and once more where something was found, to say where. Memory does not grow with the number of
 * records: what rules need of them goes to a temporary folder. Throws only where the evidence cannot be read at all, or its disk fails.
 */
export async function verifyEvidence(source: EvidenceSource, options: VerifyOptions): Promise<Report> {
  const found = new Collector();
  let [heads, last]: [Heads, number] = [{ own: [], held: [] }, source.manifest.first - 1];
  try {
    heads = await checkCheckpoints(source, options.trust, found);
    last = await checkRecords(source, heads, options, found);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    found.find('bundle-damaged', null, 'a bundle in its format', error.message);
  }
  await placeFindings(source, found.findings);
  const gaps = (note: boolean) => [...found.gaps.values()].filter((gap) => gap.note === note).map(({ what, why, count }) => ({ what, why, count }));
  const [unchecked, notes] = [gaps(false), gaps(true)];
  const { manifest: { origin, first }, kind } = source;
  const verdict = found.findings.length > 0 ? 'findings' : unchecked.length > 0 ? 'incomplete' : 'verified';
  return { verdict, origin, kind, first, last, checkpointSize: heads.own.at(-1)?.size ?? null, checked: found.checked, findings: found.findings, counts: found.counts, unchecked, notes };
}

/** Everything that is checked of records. Gives the index of the last one. */
async function checkRecords(source: EvidenceSource, heads: Heads, options: VerifyOptions, found: Collector): Promise<number> {
  const crew = new Crew(source, options.threads);
  try {
    return await checkWith(crew, source, heads, options, found);
  } finally {
    await crew.end();
  }
}

async function checkWith(crew: Crew, source: EvidenceSource, heads: Heads, { samplingKeys = [] }: VerifyOptions, found: Collector): Promise<number> {
  const world = new World(source.kind !== 'selection' && source.manifest.first === 0, samplingKeys, found);
  const rules = new Rules(world, crew.aside.facts);
  const leaves = leafCheck(source, heads, found);
  const rows = source.rowCheck?.(found) ?? new RowCheck(found);
  const order = new Order(heads, found);
  let [index, count] = [source.manifest.first - 1, 0];
  for await (const piece of crew.examineAll()) {
    found.add(piece.found);
    for (let at = 0; at < piece.lines.length; at += lineFields) {
      const [next = 0, recordedAt = NaN] = [piece.lines[at], piece.lines[at + 1]];
      if (source.kind === 'selection' ? next <= index : next !== index + 1) throw new BundleError(`Line ${count + 1} of the records has index ${next} after ${index}.`);
      const line = at / lineFields;
      leaves.add(next, piece.leaves.subarray(line * hashBytes, (line + 1) * hashBytes), piece.proofs[line] ?? null);
      if (!Number.isNaN(recordedAt)) {
        order.add(next, recordedAt);
        rows.see(recordedAt);
      }
      [index, count] = [next, count + 1];
    }
    for (const line of piece.odd) rows.add(line);
    world.endAt = Math.max(world.endAt, order.latest);
    rules.add(piece);
    if (piece.problem !== null) throw new BundleError(piece.problem);
  }
  checkCounts(source, count, index, found);
  leaves.finish();
  world.finish();
  const alike = new Set<number>();
  for await (const each of crew.checkAll(world)) {
    found.add(each.found);
    for (const mark of each.alike) if (alike.size < alikeMax) alike.add(mark);
  }
  await checkRepeats(source, alike, found);
  // What a selection, or a part, ends with is not the end of the log.
  const size = source.kind === 'selection' || source.manifest.closing !== undefined ? Infinity : index + 1;
  const stretch = source.kind === 'selection' ? null : { first: source.manifest.first, last: index };
  await rows.finish(size, (gone) => world.unexplained(gone, stretch));
  if (samplingKeys.length === 0) found.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
  return index;
}

/** Whether event ids that look alike are the same: read once more, since it almost never happens. */
async function checkRepeats(source: EvidenceSource, alike: ReadonlySet<number>, found: Collector): Promise<void> {
  if (alike.size === 0) return;
  if (alike.size >= alikeMax) found.skip('event ids, all different', `more than ${alikeMax} look alike`);
  const known = new Map<string, number>();
  for await (const bytes of source.records()) {
    for (const { index, record, sound } of readLines(bytes)) {
      if (record === null || !sound || !alike.has(markOf(record.eventId))) continue;
      const other = known.get(record.eventId);
      if (other === undefined) known.set(record.eventId, index);
      else found.find('rule-event-repeated', index, 'an event id that no other record has', `that of index ${other}`);
    }
  }
}

function checkCounts({ kind, manifest, counts }: EvidenceSource, lines: number, last: number, found: Collector): void {
  if (kind !== 'database' && counts === null) found.find('bundle-damaged', null, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  if (counts !== null && counts.records !== lines) found.find('bundle-damaged', null, `${counts.records} records`, `${lines}`);
  if (last < manifest.last) found.find(kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', last + 1, `records up to index ${manifest.last}`, `records up to index ${last}`);
}

/** Says of the records that something was found about which events they are, and of which decisions. */
async function placeFindings(source: EvidenceSource, findings: readonly Finding[]): Promise<void> {
  const byIndex = groupedBy(findings.filter(({ eventId, index }) => eventId === undefined && index !== undefined), ({ index }) => index);
  if (byIndex.size === 0) return;
  try {
    for await (const bytes of source.records()) {
      for (const { index, record, logged } of readLines(bytes)) {
        const { eventId, system, decisionId, record: name } = record ?? logged ?? {};
        for (const finding of byIndex.get(index) ?? []) if (eventId !== undefined) Object.assign(finding, { eventId, system, decisionId, record: name });
      }
    }
  } catch (error) {
    // It was told before.
    if (!(error instanceof BundleError)) throw error;
  }
}

/** Whether records were recorded in the order in which they stand, and before they were signed. */
class Order {
  readonly #cosigned: ReadonlyArray<{ size: number; at: number }>;
  readonly #found: Collector;
  latest = 0;
  #next = 0;

  constructor(heads: Heads, found: Collector) {
    this.#found = found;
    this.#cosigned = [...heads.own, ...heads.held].flatMap(({ size, cosignedAtS }) => (cosignedAtS === null ? [] : [{ size, at: cosignedAtS * 1_000_000 }])).sort((a, b) => a.size - b.size);
  }

  add(index: number, at: number): void {
    if (at < this.latest - disorderUs) this.#found.find('backdated', index, `recorded about ${timeOf(this.latest)}, as what stands before it`, timeOf(at));
    this.latest = Math.max(this.latest, at);
    while ((this.#cosigned[this.#next]?.size ?? Infinity) <= index) this.#next += 1;
    const signed = this.#cosigned[this.#next];
    if (signed !== undefined && at > signed.at + disorderUs) this.#found.find('backdated', index, `recorded before ${timeOf(signed.at)}, when a witness signed it`, timeOf(at));
  }
}
