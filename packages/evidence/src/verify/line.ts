import { hash } from 'node:crypto';
import { BundleError } from '../bundle/format.ts';
import { canonicalText, type CanonicalRecord } from '../record.ts';

/** A line of a bundle's records, read and checked for its form alone. */
export type Line = {
  index: number;
  /** Of the content, in base64. */
  key: string | null;
  /** In base64. */
  leaf: string;
  /** In base64. */
  payload: string | null;
  /** A list of hashes in base64, as JSON. */
  proof: string | null;
  record: CanonicalRecord | null;
  /** Whether the record hashes to the leaf (RFC 6962, section 2.1). */
  sound: boolean;
  /** What the entry bundle has, where the row is something else. */
  logged: CanonicalRecord | null;
  /** Of a database, where something is wrong: what the index of the log says. */
  entry: { eventId: string; leaf: string; recordedAt: number } | null;
};

const count = '(0|[1-9][0-9]{0,15})';
const integer = '(0|-?[1-9][0-9]{0,15})';
/** ASCII that JSON does not escape. */
const text = '"([ !#-[\\]-~]*)"';
const textOrNull = `(?:null|${text})`;
/** The members of a canonical record, in the order of RFC 8785. */
const members = {
  actor: textOrNull, decisionId: textOrNull, decisionType: textOrNull, eventId: text, kind: textOrNull, occurredAt: integer, offset: integer, partition: integer, payload: '"(plain|sealed|erased)"', payloadSha256: textOrNull,
  policyVersion: textOrNull, publishedAt: `(?:null|${integer})`, record: text, recordedAt: integer, reviewer: textOrNull, system: textOrNull, topic: text, valueDigest: textOrNull,
};
const head = new RegExp(`\\{"index":${count}(?:,"key":${text})?,"leaf":"([A-Za-z0-9+/]{43}=)","payload":(?:null|")`, 'y');
const tail = new RegExp(`(?:,"proof":(\\[[^\\]\n]*\\]))?,"record":(\\{${Object.entries(members).map(([name, value]) => `"${name}":${value}`).join(',')}\\})\\}\n`, 'y');

const newline = 10;
/** So much becomes text at once, or a line where that is longer: little enough for the part of V8's heap that is cheap to clear. */
const textBytes = 64 * 1024;

/**
 * The lines of a file. Almost all are as they come from `encodeRecordLine` and have nothing but plain ASCII in them: such a line is matched, which shows that its
 * record is canonical as it stands, and is hashed where it lies. Any other is read as JSON, and its record written anew. Throws a `BundleError` for what
 * is no line. `bytes` are written to.
 */
export function* readLines(bytes: Buffer): Generator<Line> {
  for (let from = 0, next = 0; from < bytes.length; from = next) {
    next = 1 + Math.max(bytes.lastIndexOf(newline, from + textBytes), bytes.indexOf(newline, from));
    if (next <= from) throw new BundleError('A file of records ends within a line.');
    const some = bytes.subarray(from, next);
    const chars = some.toString('latin1');
    for (let at = 0; at < chars.length; ) {
      const end = chars.indexOf('\n', at);
      const line = plainLine(some, chars, at) ?? anyLine(some.toString('utf8', at, end));
      if (line === null) throw new BundleError(`This is no line of records: ${chars.slice(at, Math.min(end, at + 100))}`);
      yield line;
      at = end + 1;
    }
  }
}

function plainLine(bytes: Buffer, chars: string, from: number): Line | null {
  head.lastIndex = from;
  const begun = head.exec(chars);
  if (begun === null) return null;
  const [matched, index, key = null, leaf = ''] = begun;
  let [payload, at]: [string | null, number] = [null, head.lastIndex];
  if (matched.endsWith('"')) {
    const end = chars.indexOf('"', at);
    [payload, at] = [chars.slice(at, end), end + 1];
  }
  tail.lastIndex = at;
  const ended = tail.exec(chars);
  if (ended === null) return null;
  const [, proof = null, whole = '', actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payloadKind, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest] = ended;
  const row = {
    actor: actor ?? null, decisionId: decisionId ?? null, decisionType: decisionType ?? null, eventId, kind: kind ?? null, occurredAt: Number(occurredAt), offset: Number(offset), partition: Number(partition), payload: payloadKind, payloadSha256: payloadSha256 ?? null,
    policyVersion: policyVersion ?? null, publishedAt: publishedAt === undefined ? null : Number(publishedAt), record, recordedAt: Number(recordedAt), reviewer: reviewer ?? null, system: system ?? null, topic, valueDigest: valueDigest ?? null,
  };
  if (!isCount(Number(index)) || !isInteger(row.occurredAt) || !isInteger(row.offset) || !isInteger(row.partition) || !isInteger(row.recordedAt) || !(row.publishedAt === null || isInteger(row.publishedAt))) return null;
  // The prefix of a leaf takes the place of the colon before the record.
  const start = tail.lastIndex - whole.length - 2;
  bytes[start - 1] = 0;
  const sound = hash('sha256', bytes.subarray(start - 1, tail.lastIndex - 2), 'base64') === leaf;
  return { index: Number(index), key, leaf, payload, proof, record: row as CanonicalRecord, sound, logged: null, entry: null };
}

function anyLine(json: string): Line | null {
  const value = parseObject(json);
  if (value === null) return null;
  const { entry = null, index, key = null, leaf, logged = null, payload, proof = null, record } = value;
  if (!isCount(index) || !isTextOrNull(key) || typeof leaf !== 'string' || Buffer.from(leaf, 'base64').length !== 32 || !isTextOrNull(payload)) return null;
  if ((record !== null && !isRecord(record)) || (logged !== null && !isRecord(logged)) || (entry !== null && !isEntry(entry))) return null;
  return { index, key, leaf, payload, proof: proof === null ? null : JSON.stringify(proof), record, sound: record !== null && leafOf(record) === leaf, logged, entry };
}

/** The leaf hash of a record, in base64. */
export function leafOf(record: CanonicalRecord): string {
  return hash('sha256', `\0${canonicalText(record)}`, 'base64');
}

/** The record that an entry of an entry bundle is; null where it is none. */
export function recordOfEntry(entry: Uint8Array): CanonicalRecord | null {
  const value = parseObject(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8'));
  return isRecord(value) ? value : null;
}

/** A JSON object; null for any other text. */
export function parseObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Whether this has the members of a canonical record, each of its type. Other members are not in its canonical form, so that its hash tells. */
export function isRecord(value: unknown): value is CanonicalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest } = value as Record<string, unknown>;
  return [actor, decisionId, decisionType, kind, payloadSha256, policyVersion, reviewer, system, valueDigest].every(isTextOrNull) && [eventId, record, topic].every((each) => typeof each === 'string') &&
    (payload === 'plain' || payload === 'sealed' || payload === 'erased') && [occurredAt, offset, partition, recordedAt, publishedAt ?? 0].every(isInteger);
}

function isEntry(value: unknown): value is NonNullable<Line['entry']> {
  const { eventId, leaf, recordedAt } = (value ?? {}) as Record<string, unknown>;
  return typeof eventId === 'string' && typeof leaf === 'string' && isInteger(recordedAt);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isCount(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}
