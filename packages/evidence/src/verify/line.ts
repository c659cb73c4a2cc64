import { hash } from 'node:crypto';
import { decodeBase64, hashBytes } from '@countersign/merkle';
import { canonicalText, encodeRecord, type CanonicalRecord } from '../record.ts';

/** A line of a bundle's records, read and checked for its form alone. */
export type Line = {
  index: number;
  key: string | null;
  leaf: Buffer;
  /** The same in base64, as it stands in the line. */
  leafText: string;
  /** What the entry bundle has, where the row is something else. */
  logged: CanonicalRecord | null;
  payload: Buffer | null;
  proof: Uint8Array[] | null;
  record: CanonicalRecord | null;
  /** Of a database, where something is wrong: what the index of the log says. */
  entry: { eventId: string; leaf: string; recordedAt: number } | null;
};

/** No path is longer in a tree of 2^53 - 1 leaves. */
const pathHashesMax = 53;

/** Reads a line; null for what is none. */
export function parseLine(text: string): Line | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { entry = null, index, key = null, leaf, logged = null, payload, proof = null, record } = value;
  if (!isCount(index) || !isTextOrNull(key) || typeof leaf !== 'string' || !isTextOrNull(payload)) return null;
  const leafHash = Buffer.from(leaf, 'base64');
  const proofHashes = proof === null ? null : hashesOf(proof);
  if (leafHash.length !== hashBytes || (proof !== null && proofHashes === null)) return null;
  if ((record !== null && !isRecord(record)) || (logged !== null && !isRecord(logged))) return null;
  return { index, entry: isEntry(entry) ? entry : null, key, leaf: leafHash, leafText: leaf, logged, payload: payload === null ? null : Buffer.from(payload, 'base64'), proof: proofHashes, record };
}

/** The record that an entry of an entry bundle is; null where it is none. */
export function recordOfEntry(entry: Uint8Array): CanonicalRecord | null {
  const value = parseObject(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8'));
  return isRecord(value) ? value : null;
}

/** Whether a record hashes to its leaf (RFC 6962, section 2.1). */
export function isLeaf(record: CanonicalRecord, leafText: string): boolean {
  return hash('sha256', `\0${canonicalText(record)}`, 'base64') === leafText;
}

/** The bytes that a record's leaf is of; null where there are none (half a surrogate pair). */
export function leafBytes(record: CanonicalRecord): Buffer | null {
  try {
    return encodeRecord(record);
  } catch {
    return null;
  }
}

/** A list of hashes in base64, at most as many as a proof can have; null for anything else. */
export function hashesOf(value: unknown): Uint8Array[] | null {
  if (!Array.isArray(value) || value.length > 2 * pathHashesMax) return null;
  const hashes = value.map((each) => (typeof each === 'string' ? decodeBase64(each) : null)).filter((hash) => hash?.length === hashBytes);
  return hashes.length === value.length ? (hashes as Uint8Array[]) : null;
}

/** A JSON object; null for any other text. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Whether this has the members of a canonical record, each of its type. Other members are not in its canonical form, so that its hash tells. */
export function isRecord(value: unknown): value is CanonicalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest } = value as Record<string, unknown>;
  return isTextOrNull(actor) && isTextOrNull(decisionId) && isTextOrNull(decisionType) && isTextOrNull(kind) && isTextOrNull(payloadSha256) && isTextOrNull(policyVersion) && isTextOrNull(reviewer) && isTextOrNull(system) && isTextOrNull(valueDigest) &&
    typeof eventId === 'string' && typeof record === 'string' && typeof topic === 'string' && (payload === 'plain' || payload === 'sealed' || payload === 'erased') &&
    isInteger(occurredAt) && isInteger(offset) && isInteger(partition) && isInteger(recordedAt) && (publishedAt === null || isInteger(publishedAt));
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
