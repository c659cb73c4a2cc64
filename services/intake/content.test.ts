import { describe, expect, test } from '@jest/globals';
import { contentDigest } from '@countersign/contracts';
import { canonicalProposal } from './content.ts';
import { proposalFromJson, type ProposalJson } from './proposal-json.ts';

const json: ProposalJson = {
  system: 'mailroom', decisionId: 'one', decisionType: 'digits.routing', proposedAt: '2026-01-05T08:00:00.123456Z',
  input: { parts: [{ name: 'scan', mediaType: 'image/png', content: 'iVBORw==' }] },
  output: { label: '7' }, reasoning: { summary: 'Read as 7.' }, provenance: { model: { name: 'reader', version: '1' } },
  attributes: { b: 1, a: true }, action: { description: 'Sort the form' },
};
const digestOf = (change: Partial<ProposalJson>) => contentDigest(proposalFromJson({ ...json, ...change }, 0));

describe('the digest of a content', () => {
  test.each<[string, Partial<ProposalJson>]>([
    ['another proposedAt', { proposedAt: '2027-01-05T08:00:00Z' }],
    ['defaults written out', { confidence: null, uncertainty: null, alternatives: [], subject: null, reasoning: { summary: 'Read as 7.', factors: [] } }],
    ['attributes in another order', { attributes: { a: true, b: 1 } }],
  ])('is the same with %s', (_what, change) => {
    expect(digestOf(change)).toBe(digestOf({}));
  });

  test.each<[string, Partial<ProposalJson>]>([
    ['another answer', { output: { label: '1' } }],
    ['another attribute', { attributes: { a: true, b: 2 } }],
    ['a confidence of zero, which is no unknown one', { confidence: 0 }],
    ['false, which is not nothing', { attributes: { a: false, b: 1 } }],
    ['other bytes of the case', { input: { parts: [{ name: 'scan', mediaType: 'image/png', content: 'iVBORg==' }] } }],
  ])('is another with %s', (_what, change) => {
    expect(digestOf(change)).not.toBe(digestOf({}));
  });
});

test('minus zero is zero, in the digest and in the bytes', () => {
  const canonical = canonicalProposal(proposalFromJson({ ...json, attributes: { a: -0 }, reasoning: { summary: 'Read as 7.', factors: [{ name: 'ink', value: '', weight: -0 }] } }, 0), 42);
  expect(Object.is(canonical.attributes['a'], 0)).toBe(true);
  expect(Object.is(canonical.reasoning.factors[0]?.weight, 0)).toBe(true);
  expect(digestOf({ attributes: { a: -0 } })).toBe(digestOf({ attributes: { a: 0 } }));
});

test('the canonical form sorts attributes and keeps the pinned instant', () => {
  const canonical = canonicalProposal(proposalFromJson(json, 0), 42);
  expect(Object.keys(canonical.attributes)).toEqual(['a', 'b']);
  expect(canonical.proposedAt).toBe(42);
});

describe('a proposal in JSON', () => {
  test('keeps microseconds, and reads content by its media type', () => {
    const proposal = proposalFromJson({ ...json, output: { label: '7', content: 'sieben' } }, 0);
    expect(proposal.proposedAt % 1_000_000).toBe(123_456);
    expect(proposal.input.parts[0]?.content).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    expect(proposal.output.content?.toString()).toBe('sieben');
  });

  test('names the field that is no base64, or no instant', () => {
    const text = { input: { parts: [{ name: 'scan', mediaType: 'image/png', content: 'not base64!' }] } };
    expect(() => proposalFromJson({ ...json, ...text }, 0)).toThrow('input.parts[0].content');
    expect(() => proposalFromJson({ ...json, proposedAt: 'yesterday' }, 0)).toThrow('proposedAt');
  });

  test.each(['Q', 'QUJD\nREVG', 'QUJ=', 'QQ==QQ==', 'QR=='])('%j would be read as something else', (content) => {
    expect(() => proposalFromJson({ ...json, input: { parts: [{ name: 'scan', mediaType: 'image/png', content }] } }, 0)).toThrow('must be base64');
  });

  test.each(['QQ', 'QQ==', 'QUI=', 'QUJD', ''])('%j is base64, with its padding or without', (content) => {
    expect(proposalFromJson({ ...json, input: { parts: [{ name: 'scan', mediaType: 'image/png', content }] } }, 0).input.parts[0]?.content?.toString()).toBe('ABC'.slice(0, Math.floor((content.replaceAll('=', '').length * 3) / 4)));
  });

  // Read as base64, "true" would be three bytes, and nobody would know.
  test.each(['application/vnd.acme.v2+json', 'application/json ; charset=utf-8', 'image/svg+xml'])('what is text under %s is what stands there', (mediaType) => {
    expect(proposalFromJson({ ...json, input: { parts: [{ name: 'case', mediaType, content: 'true' }] } }, 0).input.parts[0]?.content?.toString()).toBe('true');
  });
});
