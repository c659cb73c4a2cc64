import { hash } from 'node:crypto';
import { BundleError } from '../bundle/format.ts';
import { openPayload, readPayload, valueDigestOf } from '../content/payload.ts';
import { hashBytes } from '../log/tree.ts';
import type { CanonicalRecord } from '../record.ts';
import { aboutDecisions, aboutWorld, envelope, eventOf, EventReader, fieldsOf, type Event } from '../rules/events.ts';
import { decisionKey, factParts } from '../rules/fact.ts';
import { reasoningProblem } from '../rules/reasoning.ts';
import { readLines, type Line } from './line.ts';
import { Collector } from './report.ts';
import { markOf, type Spool } from './spool.ts';

/** What the rules look at beyond one decision: an event, and of its row what it needs. */
export type WorldEvent = Pick<CanonicalRecord, 'record' | 'actor' | 'occurredAt' | 'recordedAt'> & { index: number; event: Event };
/** A chunk of something that was shown in several. */
export type ShownChunk = { index: number; system: string | null; decisionId: string | null; event: Event };
/** A line whose row is not what the log committed to, or where the index of a database says something else. */
export type OddLine = Pick<Line, 'index' | 'leaf' | 'record' | 'sound' | 'logged' | 'entry'>;

/** Of each line, in `lines`: its index; and where the row is as it was when it was recorded, its offset, and which of `partitions` it came by (else NaN). */
export const lineFields = 4;

/** What a piece of evidence shows by itself; data alone, which passes from one thread to another. What takes more than one line to see is left to whoever has them all. */
export type Examined = {
  lines: Float64Array<ArrayBuffer>;
  leaves: Uint8Array<ArrayBuffer>;
  /** Of a selection: an inclusion proof for each line, as JSON. */
  proofs: Array<string | null>;
  partitions: string[];
  odd: OddLine[];
  world: WorldEvent[];
  shown: ShownChunk[];
  /** Whether there are events that this verifier has no schema of. */
  unread: boolean;
  found: Pick<Collector, 'findings' | 'counts' | 'checked' | 'gaps'>;
  /** Why reading ended before the piece did. */
  problem: string | null;
};

/** What is seen of a piece so far. `counts`: of what is checked of each line. */
type Seen = Omit<Examined, 'lines' | 'leaves' | 'partitions' | 'found'> & { found: Collector; counts: { payloads: number; opened: number; events: number } };

/** No line is shorter. */
const lineBytesMin = 80;

/** Events that carry the accepted event are kept without it: their value digest is of more than is kept. */
const carriers: ReadonlySet<string> = new Set(['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned']);

/** What the rules need of each record, put aside: by decision (`factParts`), and marks of event ids. */
export type Aside = { facts: Spool; ids: Spool };

/** Looks at one piece of evidence after another: each line against its leaf, each payload against its record, each event against its row. */
export class Examiner {
  readonly #events: EventReader;
  readonly #aside: Aside;
  #leaves = Buffer.alloc(0);

  constructor(schemas: Readonly<Record<string, unknown>>, aside: Aside) {
    [this.#events, this.#aside] = [new EventReader(schemas), aside];
  }

  examine(bytes: Buffer): Examined {
    const found = new Collector();
    const lines: number[] = [];
    if (this.#leaves.length < Math.ceil(bytes.length / lineBytesMin) * hashBytes) this.#leaves = Buffer.allocUnsafeSlow(Math.ceil(bytes.length / lineBytesMin) * hashBytes);
    const partitions = new Map<string, number>();
    const seen: Seen = { proofs: [], odd: [], world: [], shown: [], unread: false, found, problem: null, counts: { payloads: 0, opened: 0, events: 0 } };
    let count = 0;
    try {
      for (const line of readLines(bytes)) {
        const { index, leaf, record, sound, logged, entry } = line;
        this.#leaves.write(leaf, count * hashBytes, 'base64');
        if (line.proof !== null) seen.proofs[count] = line.proof;
        count += 1;
        if (!sound || entry !== null) seen.odd.push({ index, leaf, record, sound, logged, entry });
        if (!sound || record === null) {
          // Of a row that is not what it was, nothing else can be said.
          lines.push(index, NaN, NaN, NaN);
          continue;
        }
        const partition = `${record.topic}/${record.partition}`;
        const known = partitions.get(partition) ?? partitions.size;
        if (known === partitions.size) partitions.set(partition, known);
        lines.push(index, record.recordedAt, record.offset, known);
        this.#aside.ids.addMark(markOf(record.eventId));
        this.#examinePayload(line, record, seen);
      }
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      seen.problem = error.message;
    }
    const { counts, ...rest } = seen;
    found.check('rows, each against its leaf', count);
    found.check('payloads, each against its digest', counts.payloads);
    found.check('sealed payloads, opened', counts.opened);
    found.check('events, each against its row', counts.events);
    return { ...rest, lines: new Float64Array(lines), leaves: new Uint8Array(this.#leaves.subarray(0, count * hashBytes)), partitions: [...partitions.keys()] };
  }

  #examinePayload(line: Line, record: CanonicalRecord, seen: Seen): void {
    const { index } = line;
    const plain = checkPayload(line, record, seen);
    const values = plain === null ? null : this.#readEvent(index, record, plain, seen);
    if (values !== null && aboutWorld.has(record.record)) seen.world.push({ index, record: record.record, actor: record.actor, occurredAt: record.occurredAt, recordedAt: record.recordedAt, event: eventOf(record.record, values) });
    if (!aboutDecisions.has(record.record)) return;
    if (values !== null && record.record === 'ContentRecorded' && !isWhole(values)) {
      const { system, decisionId } = record;
      const event = eventOf(record.record, values);
      seen.shown.push({ index, system, decisionId, event: { ...event, bytes: Uint8Array.from(event['bytes'] as Buffer) } });
    } else this.#aside.facts.add(decisionKey(record), factParts(index, record, values === null ? null : keptOf(index, record.record, values, seen.found)));
  }

  /** The values of an event, if it can be read; held against its row. */
  #readEvent(index: number, row: CanonicalRecord, plain: Buffer, seen: Seen): unknown[] | null {
    const { found } = seen;
    const read = this.#events.read(row.record, plain);
    if (read.state === 'unknown') {
      seen.unread = true;
      found.skip(`events ${row.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
    }
    if (read.state === 'wrong') found.find('rule-payload-unreadable', index, `an event ${row.record}`, read.problem);
    if (read.state !== 'read') return null;
    seen.counts.events += 1;
    for (let at = 0; at < envelope.length; at += 1) {
      const [name, said] = [envelope[at] ?? 'kind', read.values[at]];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      if (said === undefined || said === row[name] || (said === null && (name === 'reviewer' || row.record === 'DeadLetter')) || ((row[name] === null || name === 'eventId') && isUnsearchable(said))) continue;
      found.find('rule-row-differs', index, `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(row[name]));
    }
    return read.values;
  }
}

/** What rows leave out of their events, or have an id in place of: texts that are too long to be found by, or that Postgres does not store. */
function isUnsearchable(said: unknown): boolean {
  return typeof said === 'string' && (said.length > searchedCharsMax || said.includes('\0'));
}

const searchedCharsMax = 300;

/** Holds a payload against its record; gives it in the clear where it can be read. */
function checkPayload({ index, payload, key }: Line, record: CanonicalRecord, { found, counts }: Seen): Buffer | null {
  if (payload === null) {
    if (record.payloadSha256 !== null) found.find('content-missing', index, `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const bytes = readPayload(payload);
  const digest = hash('sha256', bytes);
  counts.payloads += 1;
  if (digest !== record.payloadSha256) {
    found.find(record.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  const opened = openPayload(record.payload, bytes, key);
  if (opened.state === 'wrong') found.find('content-changed', index, opened.problem, opened.found);
  if (opened.state !== 'open') return null;
  if (record.payload === 'sealed') counts.opened += 1;
  if (carriers.has(record.record)) return opened.plain;
  const value = record.payload === 'plain' ? digest : valueDigestOf(opened.plain, key);
  if (value !== record.valueDigest) found.find('content-changed', index, `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return opened.plain;
}

const [contentFields, judgementFields] = [fieldsOf('ContentRecorded'), fieldsOf('JudgementSubmitted')];
const [digestAt, bytesAt, chunkCountAt, chunkIndexAt] = ['digest', 'bytes', 'chunkCount', 'chunkIndex'].map((name) => contentFields.indexOf(name)) as [number, number, number, number];
const [reasoningAt, answerAt, outputAt] = [judgementFields.indexOf('reasoning'), judgementFields.indexOf('answer'), judgementFields.indexOf('modifiedOutput')];

function isWhole(values: readonly unknown[]): boolean {
  return values[chunkCountAt] === 1 && values[chunkIndexAt] === 0;
}

/**
 * What is kept of an event for its decision: nothing that people wrote or were shown. Of reasoning it is what is wrong with it (or null), of an output a
 * digest, of content its digest if it has that.
 */
function keptOf(index: number, record: string, values: unknown[], found: Collector): unknown[] {
  if (record === 'ContentRecorded') {
    const digest = values[digestAt];
    values[digestAt] = isShown(index, hash('sha256', values[bytesAt] as Buffer), digest, found) ? digest : null;
    // It stands first of what the rules look at; the rest was for this alone.
    return values.slice(0, digestAt + 1);
  } else if (record === 'JudgementSubmitted' || record === 'FirstJudgementSubmitted') {
    // Where an answer was given without the AI's output in sight, the answer is the output.
    const output = values[outputAt] ?? values[answerAt] ?? null;
    values[reasoningAt] = reasoningProblem(String(values[reasoningAt]));
    values[outputAt] = output === null ? null : hash('sha256', JSON.stringify(output));
    values[answerAt] = null;
  }
  return values;
}

/** Whether what was shown has the digest that it is named by. */
export function isShown(index: number, computed: string, digest: unknown, found: Collector): boolean {
  found.check('things that were shown, each against its digest');
  if (computed !== digest) found.find('presentation-changed', index, `content with the digest ${String(digest)}`, computed);
  return computed === digest;
}
