import { knownSchemas } from '../rules/known-schemas.ts';
import { schemaDigest } from '../rules/schema-digest.ts';
import type { Fields, Row } from './bundle.ts';
import { keyedDigest, readAvro, unseal } from './content.ts';
import { sha256 } from './merkle.ts';
import type { PlainReport } from './report.ts';
import type { SoundLine } from './rows.ts';

/** A record, and what it says; `value` is null where that cannot be read. */
export type PlainEvent = { index: number; row: Row; value: Fields | null };

/** Members that rows repeat from their events. */
const repeated = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'reviewer', 'kind'] as const;

/** Holds each payload against its record, opens it where it can be opened, reads it, and holds what it says against its row. */
export function readEvents(lines: readonly SoundLine[], schemas: Fields, report: PlainReport): { events: PlainEvent[]; isAllRead: boolean } {
  let isAllRead = true;
  const known = knownReleases(schemas);
  const events = lines.map((line): PlainEvent => {
    const { index, record: row } = line;
    const plain = openPayload(line, report);
    const read = plain === null ? null : readPayload(row.record, plain, known);
    if (read === 'unknown') {
      isAllRead = false;
      report.skip(`events ${row.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
      return { index, row, value: null };
    }
    if (read instanceof RangeError) report.find('rule-payload-unreadable', index, `an event ${row.record}`, read.message);
    if (read === null || read instanceof RangeError) return { index, row, value: null };
    report.check('events, each against its row');
    for (const name of repeated) {
      const said = read[name];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      const knowsMore = said === null && (name === 'reviewer' || row.record === 'DeadLetter');
      // It has no text that is too long to be found by, or that its database does not store, and an id of its own in place of such an id.
      const mayDiffer = said === undefined || knowsMore || ((row[name] === null || name === 'eventId') && typeof said === 'string' && (said.length > 300 || said.includes('\0')));
      if (!mayDiffer && said !== row[name]) report.find('rule-row-differs', index, `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(row[name]));
    }
    return { index, row, value: read };
  });
  return { events, isAllRead };
}

/** Gives a payload in the clear; null where it is not there, not what its record has the digest of, or closed. */
function openPayload({ index, payload, key, record }: SoundLine, report: PlainReport): Buffer | null {
  if (payload === null) {
    if (record.payloadSha256 !== null) report.find('content-missing', index, `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const bytes = Buffer.from(payload, 'base64');
  const digest = sha256(bytes).toString('hex');
  report.check('payloads, each against its digest');
  if (digest !== record.payloadSha256) {
    report.find(record.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  if (record.payload === 'erased' || (record.payload === 'sealed' && key === null)) return null;
  const secret = Buffer.from(key ?? '', 'base64');
  let plain: Buffer = bytes;
  if (record.payload === 'sealed') {
    try {
      plain = unseal(bytes, secret);
    } catch (error) {
      report.find('content-changed', index, 'a payload sealed in format 3, and the key to it', (error as Error).message);
      return null;
    }
    report.check('sealed payloads, opened');
  }
  // These are kept without the accepted event that they carried: their value digest is of more than is kept.
  if (['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned'].includes(record.record)) return plain;
  const value = record.payload === 'plain' ? digest : keyedDigest(secret, plain);
  if (value !== record.valueDigest) report.find('content-changed', index, `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return plain;
}

type Releases = ReadonlyMap<string, { known: unknown[]; hasOthers: boolean }>;

/** Only schemas whose digest this verifier has are used: otherwise whoever made the bundle could have bytes read as something else than they say. */
function knownReleases(schemas: Fields): Releases {
  return new Map(Object.entries(schemas).map(([record, releases]) => {
    const all: unknown[] = Array.isArray(releases) ? releases : [];
    const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
    return [record, { known, hasOthers: known.length < all.length }];
  }));
}

/** Reads an event behind its frame (a zero, and four bytes of a schema id), by the release of its schema that fits. */
function readPayload(record: string, payload: Buffer, schemas: Releases): Fields | RangeError | 'unknown' {
  const { known = [], hasOthers = false } = schemas.get(record) ?? {};
  if (known.length === 0) return 'unknown';
  if (payload[0] !== 0 || payload.length < 5) return new RangeError('bytes that are not framed');
  let problem = new RangeError('unreadable bytes');
  for (const schema of known) {
    try {
      return readAvro(schema, payload.subarray(5));
    } catch (error) {
      problem = error as RangeError;
    }
  }
  return hasOthers ? 'unknown' : problem;
}

/** No two events have one id, and on one partition of Kafka events have an order, in which each stands once. */
export function checkOrder(lines: readonly SoundLine[], report: PlainReport): void {
  const [ids, offsets] = [new Map<string, number>(), new Map<string, number>()];
  for (const { index, record: { eventId, topic, partition, offset } } of lines) {
    const other = ids.get(eventId);
    if (other === undefined) ids.set(eventId, index);
    else report.find('rule-event-repeated', index, 'an event id that no other record has', `that of index ${other}`);
    const before = offsets.get(`${topic}/${partition}`) ?? -1;
    if (offset <= before) report.find('rule-offset-order', index, `an offset after ${before} of ${topic}/${partition}`, String(offset));
    else offsets.set(`${topic}/${partition}`, offset);
  }
  report.check('event ids, all different', lines.length);
}

/**
 * Puts what was shown together from its chunks and holds it against the digest that it is named by. Gives the digests of presentations that are whole and
 * right, by decision: system and id.
 */
export function checkShown(events: readonly PlainEvent[], report: PlainReport): Map<string, Set<string>> {
  const shown = new Map<string, Set<string>>();
  const open = new Map<string, Uint8Array[]>();
  for (const { index, row, value } of events) {
    if (row.record !== 'ContentRecorded' || value === null) continue;
    const { contentId, chunkIndex, chunkCount, bytes, digest, kind } = value;
    const before = chunkIndex === 0 ? [] : open.get(String(contentId));
    if (chunkIndex !== 0) open.delete(String(contentId));
    // A chunk that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (before?.length !== chunkIndex) continue;
    const chunks = [...(before ?? []), bytes as Uint8Array];
    if (chunks.length < Number(chunkCount)) {
      open.set(String(contentId), chunks);
      continue;
    }
    const computed = sha256(...chunks).toString('hex');
    report.check('things that were shown, each against its digest');
    if (computed !== digest) report.find('presentation-changed', index, `content with the digest ${String(digest)}`, computed);
    else if (kind === 'presentation') shown.set(placeOf(row), (shown.get(placeOf(row)) ?? new Set()).add(computed));
  }
  return shown;
}

/** What a decision is known by. */
export function placeOf({ system, decisionId }: Row): string {
  return `${system}\n${decisionId}`;
}
