import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { encodeRecord, type CanonicalRecord } from './record.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const micros = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const digest = fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: null });
const records: fc.Arbitrary<CanonicalRecord> = fc.record({
  actor: fc.option(text, { nil: null }), decisionId: fc.option(text, { nil: null }), decisionType: fc.option(text, { nil: null }), eventId: text, kind: fc.option(text, { nil: null }),
  occurredAt: micros, offset: micros, partition: micros, payload: fc.constantFrom('plain', 'sealed', 'erased'), payloadSha256: digest, policyVersion: fc.option(text, { nil: null }),
  publishedAt: fc.option(micros, { nil: null }), record: text, recordedAt: micros, reviewer: fc.option(text, { nil: null }), system: fc.option(text, { nil: null }), topic: text, valueDigest: digest,
});

test('the leaf of a record is its RFC 8785 form, in whatever order its members are', () => {
  fc.assert(fc.property(records, (record) => {
    const shuffled = Object.fromEntries(Object.entries(record).reverse()) as CanonicalRecord;
    expect(encodeRecord(shuffled).toString()).toBe(canonicalize(record));
  }));
});

test('what has no canonical form is refused', () => {
  const [record] = fc.sample(records, 1) as [CanonicalRecord];
  expect(() => encodeRecord({ ...record, actor: '\ud800' })).toThrow(RangeError);
  expect(() => encodeRecord({ ...record, offset: 2 ** 53 })).toThrow(RangeError);
  expect(() => encodeRecord({ ...record, publishedAt: 1.5 })).toThrow(RangeError);
});
