import { BundleError, type EvidenceSource } from '../bundle/read.ts';
import { openPayload, payloadDigest, valueDigestOf } from '../content/payload.ts';
import type { CanonicalRecord } from '../record.ts';
import { EventReader } from '../rules/events.ts';
import { Rules } from '../rules/rules.ts';
import { timeOf, World, type SamplingKey } from '../rules/world.ts';
import { checkCheckpoints, type Heads, type Trust } from './checkpoints.ts';
import { isRecord, parseLine, parseObject, type Line } from './line.ts';
import { Collector, type Report } from './report.ts';
import { recordPlace, RowCheck } from './rows.ts';
import { leafCheck } from './tree.ts';

/** Records are written within seconds of their instant, and their transactions end within minutes. */
const disorderUs = 15 * 60_000_000;
/** Events that carry the accepted event are kept without it: their value digest is of more than is kept. */
const carriers: ReadonlySet<string> = new Set(['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned']);

export type VerifyOptions = { trust: Trust; samplingKeys?: readonly SamplingKey[] };

/**
 * Checks everything that evidence can show, reading it once. Memory does not grow with the number of records: what rules need of them goes to a
 * temporary folder. Throws only where the evidence cannot be read at all, or its disk fails.
 */
export async function verifyEvidence(source: EvidenceSource, options: VerifyOptions): Promise<Report> {
  const found = new Collector();
  let [heads, last]: [Heads, number] = [{ own: [], held: [] }, source.manifest.first - 1];
  try {
    heads = await checkCheckpoints(source, options.trust, found);
    last = await checkRecords(source, heads, options, found);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    found.find('bundle-damaged', {}, 'a bundle in its format', error.message);
  }
  const [unchecked, notes] = [found.gaps(false), found.gaps(true)];
  const { manifest: { origin, first }, kind } = source;
  const verdict = found.findings.length > 0 ? 'findings' : unchecked.length > 0 ? 'incomplete' : 'verified';
  return { verdict, origin, kind, first, last, checkpointSize: heads.own.at(-1)?.size ?? null, checked: found.checked, findings: found.findings, counts: found.counts, unchecked, notes };
}

/** Everything that is checked of records. Gives the index of the last one. */
async function checkRecords(source: EvidenceSource, heads: Heads, { samplingKeys = [] }: VerifyOptions, found: Collector): Promise<number> {
  const world = new World(source.kind !== 'selection' && source.manifest.first === 0, samplingKeys, found);
  using rules = new Rules(world, new EventReader(source.schemas));
  const leaves = leafCheck(source, heads, found);
  const rows = new RowCheck(found);
  const order = new Order(heads, found);
  let [index, lines] = [source.manifest.first - 1, 0];
  for await (const group of source.records()) {
    for (const text of group) {
      const line = parseLine(text);
      lines += 1;
      if (line === null || (source.kind === 'selection' ? line.index <= index : line.index !== index + 1)) throw new BundleError(line === null ? `Line ${lines} of the records is none.` : `Line ${lines} of the records has index ${line.index} after ${index}.`);
      index = line.index;
      leaves.add(line);
      const sound = rows.add(line);
      if (line.record === null) continue;
      order.add(line.index, line.record);
      // Of a row that is not what it was, nothing else can be said.
      if (sound) rules.add(line.index, line.record, checkPayload(line, line.record, found));
    }
  }
  for await (const group of source.strays?.() ?? []) for (const text of group) addStray(rows, text);
  checkCounts(source, lines, index, found);
  leaves.finish();
  rules.finish();
  rows.finish(index + 1, (at, recordedAt) => world.retained(at, recordedAt));
  if (samplingKeys.length === 0) found.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
  return index;
}

function addStray(rows: RowCheck, text: string): void {
  const record = parseObject(text);
  if (!isRecord(record)) throw new BundleError('A row of the database is not a record.');
  rows.addStray(record);
}

function checkCounts({ kind, manifest, counts }: EvidenceSource, lines: number, last: number, found: Collector): void {
  if (kind !== 'database' && counts === null) found.find('bundle-damaged', {}, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  if (counts !== null && counts.records !== lines) found.find('bundle-damaged', {}, `${counts.records} records`, `${lines}`);
  if (last < manifest.last) found.find(kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', { index: last + 1 }, `records up to index ${manifest.last}`, `records up to index ${last}`);
}

/** Holds a payload against its record; gives it in the clear where it can be read. */
function checkPayload({ index, payload, key }: Line, record: CanonicalRecord, found: Collector): Buffer | null {
  const shown = record.record === 'ContentRecorded';
  if (payload === null) {
    if (record.payloadSha256 !== null) found.find('content-missing', recordPlace(index, record), `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const digest = payloadDigest(payload);
  found.check('payloads, each against its digest');
  if (digest !== record.payloadSha256) {
    found.find(shown ? 'presentation-changed' : 'content-changed', recordPlace(index, record), `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  const opened = openPayload(record.payload, payload, key);
  if (opened.state === 'wrong') found.find('content-changed', recordPlace(index, record), opened.problem, opened.found);
  if (opened.state !== 'open') return null;
  if (record.payload === 'sealed') found.check('sealed payloads, opened');
  if (carriers.has(record.record)) return opened.plain;
  const value = valueDigestOf(record.payload, opened.plain, key);
  if (value !== record.valueDigest) found.find('content-changed', recordPlace(index, record), `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return opened.plain;
}

/** Whether records were recorded in the order in which they stand, and before they were signed. */
class Order {
  readonly #cosigned: ReadonlyArray<{ size: number; at: number }>;
  readonly #found: Collector;
  #latest = 0;
  #next = 0;

  constructor(heads: Heads, found: Collector) {
    this.#found = found;
    this.#cosigned = [...heads.own, ...heads.held].flatMap(({ size, cosignedAtS }) => (cosignedAtS === null ? [] : [{ size, at: cosignedAtS * 1_000_000 }])).sort((a, b) => a.size - b.size);
  }

  add(index: number, record: CanonicalRecord): void {
    const at = record.recordedAt;
    if (at < this.#latest - disorderUs) this.#found.find('backdated', recordPlace(index, record), `recorded about ${timeOf(this.#latest)}, as what stands before it`, timeOf(at));
    this.#latest = Math.max(this.#latest, at);
    while ((this.#cosigned[this.#next]?.size ?? Infinity) <= index) this.#next += 1;
    const signed = this.#cosigned[this.#next];
    if (signed !== undefined && at > signed.at + disorderUs) this.#found.find('backdated', recordPlace(index, record), `recorded before ${timeOf(signed.at)}, when a witness signed it`, timeOf(at));
  }
}
