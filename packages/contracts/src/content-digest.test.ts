import { describe, expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { canonicalContent, contentDigest } from './content-digest.ts';
import { asRead, readerType, type DecisionProposed } from './index.ts';

const proposal: DecisionProposed = {
  system: 'mailroom', decisionId: 'one', decisionType: 'digits.routing', proposedAt: 1_767_600_000_123_456,
  input: { parts: [{ name: 'scan', mediaType: 'image/png', content: Buffer.from([137, 80, 78, 71]), uri: null, sha256: null }] },
  output: { label: '7', content: null, mediaType: null }, reasoning: { summary: 'Read as 7.', factors: [] }, confidence: null, uncertainty: null, alternatives: [],
  provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [] }, attributes: { b: 1, a: true }, subject: null,
  action: { description: 'Sort the form', reversalDeadline: null, expectedDurationMs: null },
};
const digestOf = (change: Partial<DecisionProposed>) => contentDigest({ ...proposal, ...change });
const scan = (content: Buffer) => ({ parts: [{ name: 'scan', mediaType: 'image/png', content, uri: null, sha256: null }] });

describe('the digest of a content', () => {
  test('is written down: a client of another release computes the same', () => {
    expect(digestOf({})).toBe('e680c66b77974c54c82b897704da679d236dc907d09f9f7742a0e8704d7a45dd');
  });

  test('is the same at another time, with attributes in another order, and with a minus before zero', () => {
    expect(digestOf({ proposedAt: 1, attributes: { a: true, b: 1 } })).toBe(digestOf({}));
    expect(digestOf({ confidence: -0 })).toBe(digestOf({ confidence: 0 }));
  });

  test.each<[string, Partial<DecisionProposed>]>([
    ['another answer', { output: { label: '1', content: null, mediaType: null } }],
    ['another attribute', { attributes: { a: true, b: 2 } }],
    ['a confidence of zero, which is no unknown one', { confidence: 0 }],
    ['false, which is not nothing', { attributes: { a: false, b: 1 } }],
    ['other bytes of the case', { input: scan(Buffer.from([137, 80, 78, 70])) }],
  ])('is another with %s', (_what, change) => {
    expect(digestOf(change)).not.toBe(digestOf({}));
  });

  test('is that of the proposal as it is read: a lone surrogate is something else by then, and stays that', () => {
    const odd = { ...proposal, reasoning: { summary: 'Read as \ud800.', factors: [] } };
    const read = asRead('DecisionProposed', odd);
    expect(read.reasoning.summary.isWellFormed()).toBe(true);
    expect(contentDigest(asRead('DecisionProposed', read))).toBe(contentDigest(read));
    expect(contentDigest(odd)).not.toBe(contentDigest(read));
    expect(() => asRead('DecisionProposed', { ...proposal, confidence: 'high' as unknown as number })).toThrow('DecisionProposed does not fit its schema: field confidence holds high');
  });
});

describe('the canonical content', () => {
  // The rule, member by member, for whatever the schema may get.
  const withoutDefaults = (value: unknown): unknown => {
    if (Buffer.isBuffer(value)) return value.toString('base64');
    if (Array.isArray(value)) return value.map(withoutDefaults);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null && !(Array.isArray(part) && part.length === 0)).map(([name, part]) => [name, withoutDefaults(part)]));
  };
  const expected = ({ proposedAt: _proposedAt, ...content }: DecisionProposed) => canonicalize(withoutDefaults(content));

  test('is that of the RFC for any proposal of the schema', () => {
    for (let round = 0; round < 300; round += 1) {
      const any = readerType('DecisionProposed').random() as unknown as DecisionProposed;
      expect(canonicalContent(any)).toBe(expected(any));
    }
  });

  test('sorts attributes as text, also integers and letters beyond ASCII', () => {
    const many = { ...proposal, attributes: { 10: 1, 9: 2, '\u20ac': 3, '\ud83d\ude00': 4, 'a"b\\': 'c"\u0001', __proto__x: 5, B: 1e21, a: 0.1 } };
    expect(canonicalContent(many)).toBe(expected(many));
    expect(canonicalContent(many)).toContain('"attributes":{"10":1,"9":2,"B":1e+21,"__proto__x":5,"a":0.1');
  });
});
