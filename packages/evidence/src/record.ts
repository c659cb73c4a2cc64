/**
 * What of an event's content the log keeps: its bytes as they are, sealed under the decision's key, or nothing, since it
 * came after its subject had been erased.
 */
export type PayloadKind = 'plain' | 'sealed' | 'erased';

/**
 * One event as the log commits to it: everything that its row says, and of its content a digest. Instants are
 * microseconds since 1970; digests are hex.
 */
export type CanonicalRecord = {
  actor: string | null;
  decisionId: string | null;
  decisionType: string | null;
  eventId: string;
  kind: string | null;
  occurredAt: number;
  offset: number;
  partition: number;
  payload: PayloadKind;
  /** SHA-256 of what is kept: of the ciphertext where it is sealed, so that nothing can be guessed from it once the key is gone. */
  payloadSha256: string | null;
  policyVersion: string | null;
  publishedAt: number | null;
  record: string;
  recordedAt: number;
  reviewer: string | null;
  system: string | null;
  topic: string;
  /** Of the bytes on Kafka: SHA-256 where the payload is plain, keyed where it is sealed, null where it was erased on arrival. */
  valueDigest: string | null;
};

/**
 * The leaf of a record: its RFC 8785 bytes. Members stand in the order of the RFC, integers are below 2^53 and text is
 * whole Unicode, so that the platform's own JSON writes what the RFC asks for; a property test holds it against a
 * library. Throws a `RangeError` where it would not.
 */
export function encodeRecord(record: CanonicalRecord): Buffer {
  return Buffer.from(recordText(record));
}

/** What `encodeRecord` encodes, for whoever has room for the bytes of many. */
export function recordText(record: CanonicalRecord): string {
  const { occurredAt, offset, partition, recordedAt, publishedAt } = record;
  for (const value of [occurredAt, offset, partition, recordedAt, publishedAt ?? 0]) if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer that JSON holds exactly.`);
  const text = canonicalText(record);
  // JSON escapes half a pair, and so a text without such an escape has none; one with it may only speak of it.
  if (text.includes('\\ud')) for (const value of Object.values(record)) if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('Text with half a surrogate pair has no canonical form.');
  return text;
}

/** The same as text, without looking whether it has a canonical form: for whoever only holds it against a hash. */
export function canonicalText(record: CanonicalRecord): string {
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest } = record;
  return JSON.stringify({ actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest });
}
