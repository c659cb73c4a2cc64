import { describe, expect, test } from '@jest/globals';
import { validateProposal, type ProposalFacts } from './validate.ts';

type Part = ProposalFacts['input']['parts'][number];

const text = (content: string): Part => ({ name: 'page', mediaType: 'text/plain', content: Buffer.from(content), uri: null, sha256: null });
const link: Part = { name: 'page', mediaType: 'text/plain', content: null, uri: 'https://files.example/a', sha256: 'a'.repeat(64) };

function refusalOf(...parts: Part[]) {
  const proposal: ProposalFacts = {
    system: 'mailroom', decisionId: 'one', decisionType: 'digits.routing', proposedAt: 0, input: { parts }, output: { label: '7', content: null, mediaType: null }, reasoning: { summary: 'Read as 7.', factors: [] },
    confidence: 0.9, uncertainty: null, alternatives: [], provenance: { model: { name: 'reader', version: '1' }, trainingDomain: '', sources: [] }, attributes: {}, subject: null,
    action: { description: 'Sort the form', reversalDeadline: null, expectedDurationMs: null },
  };
  return validateProposal(proposal, { now: 0, uriPrefixes: ['https://files.example/'] });
}

describe('a case', () => {
  test.each<[string, Part[]]>([['one empty part', [text('')]], ['several empty parts', [text(''), { ...text(''), mediaType: 'image/png' }]]])('of %s is refused: nobody could answer it', (_what, parts) => {
    expect(refusalOf(...parts)).toMatchObject({ code: 'content-missing', field: 'input.parts' });
  });

  test.each<[string, Part[]]>([['a part that says something', [text('a seven')]], ['an empty part beside another', [text(''), text('a seven')]], ['an empty part beside a linked one', [text(''), link]], ['a linked part', [link]]])('of %s is not', (_what, parts) => {
    expect(refusalOf(...parts)).toBeNull();
  });

  test('part without content and without a uri is refused where it stands', () => {
    expect(refusalOf(text(''), { ...link, uri: null })).toMatchObject({ code: 'content-missing', field: 'input.parts[1]' });
  });
});
