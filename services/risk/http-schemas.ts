import { described, jsonAnswer, listOf } from '@countersign/kit';

const version = 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751';
const earlier = 'sha256:7d1f0a6f6f3e0b5cbb0f6f2f7b8c1a52a1c3d4e5f60718293a4b5c6d7e8f9012';
const text = 'decisionType: digits.routing\nsystems: [mailroom]\n# and so on\n';
const { instant, number, open, optionalInstant, optionalText } = described;

/** The id of a version, in paths. */
export const versionParams = { type: 'object', required: ['version'], properties: { version: { type: 'string', maxLength: 100, description: '`sha256:` and the hash of its content', examples: [version] } } } as const;
export const draftParams = { type: 'object', required: ['draftId'], properties: { draftId: { type: 'string', maxLength: 100, description: 'The draft', examples: ['6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11'] } } } as const;
export const typeParams = { type: 'object', required: ['decisionType'], properties: { decisionType: { type: 'string', maxLength: 100, description: 'The decision type', examples: ['digits.routing'] } } } as const;
export const diffQuery = {
  type: 'object', required: ['from', 'to'],
  properties: { from: { type: 'string', maxLength: 100, description: 'The version before', examples: [earlier] }, to: { type: 'string', maxLength: 100, description: 'The version after', examples: [version] } },
} as const;

export const textBody = {
  type: 'object', required: ['text'], additionalProperties: false,
  properties: { text: { type: 'string', maxLength: 65_536, description: 'The policy as YAML' }, note: { type: 'string', maxLength: 2000, default: '', description: 'Why, for whoever reads the history' } },
  examples: [{ text, note: 'Lower the line to 0.90 after the spot checks of May' }],
} as const;
export const noteBody = {
  type: ['object', 'null'], additionalProperties: false, properties: { note: { type: 'string', maxLength: 2000, default: '', description: 'Why, for whoever reads the history' } }, examples: [{ note: 'Read against the recorded decisions' }],
} as const;

const problem = { line: number('From 1'), column: number('From 1'), code: described.text('Stable'), message: described.text('What is wrong'), remedy: described.text('What to do') };
const warnings = listOf('What is sound and can hardly be meant; it refuses nothing', problem);
const warningExample = { line: 61, column: 27, code: 'unknown-answer', message: 'output.label is never "denied": that is none of the answers.', remedy: 'Did you mean deny?' };
const problemExample = { line: 54, column: 17, code: 'tier-gap', message: 'No tier covers 0.75 to 0.8.', remedy: 'Let high begin at 0.75.' };

const versionFields = {
  version: described.text('`sha256:` and the hash of its content'), decisionType: described.text('The decision type'), proposedBy: described.text('Who proposed it'), proposedAt: instant('When'), note: described.text('Why'),
  approvedBy: optionalText('Who approved it: never the proposer'), approvedAt: optionalInstant('When'), withdrawnBy: optionalText('Who took it out of use'), withdrawnAt: optionalInstant('When'),
  activatedBy: optionalText('Who put it in force last'), activatedAt: optionalInstant('When'),
};
const proposedExample = {
  version, decisionType: 'digits.routing', proposedBy: 'ada', proposedAt: '2026-02-03T09:00:00.000Z', note: 'First', approvedBy: null, approvedAt: null, withdrawnBy: null, withdrawnAt: null, activatedBy: null, activatedAt: null,
};
const approvedExample = { ...proposedExample, approvedBy: 'ben', approvedAt: '2026-02-03T10:00:00.000Z' };
const activeExample = { ...approvedExample, activatedBy: 'ben', activatedAt: '2026-02-03T10:05:00.000Z' };
const draftFields = {
  draftId: described.text('The draft'), decisionType: described.text('As far as it can be told'), text: described.text('YAML'), writtenBy: described.text('Who changed it last'), writtenAt: instant('When'), revision: number('What If-Match names'),
};
const draftExample = { draftId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', decisionType: 'digits.routing', text, writtenBy: 'ada', writtenAt: '2026-02-03T08:00:00.000Z', revision: 1 };
const checked = { ...draftFields, check: listOf('What is wrong with it; empty where nothing is', problem), warnings };

export const answers = {
  active: { 200: jsonAnswer('The version in force of every decision type', { policies: listOf('By decision type', versionFields) }, { policies: [activeExample] }) },
  schema: { 200: jsonAnswer('JSON Schema 2020-12', { title: described.text('What it describes'), properties: open('The fields') }, { title: 'Countersign policy', type: 'object', properties: {} }) },
  check: { 200: jsonAnswer('Sound with its version, or everything that is wrong', { ok: described.flag('Whether it is sound'), version: described.text('If sound'), decisionType: described.text('If sound'), problems: listOf('If not', problem), warnings },
    { ok: true, version, decisionType: 'digits.routing', warnings: [warningExample] }, { ok: false, problems: [problemExample], warnings: [] }) },
  version: { 200: jsonAnswer('The version with its text', { ...versionFields, text: described.text('YAML') }, { ...activeExample, text }) },
  history: { 200: jsonAnswer('Newest first', {
    versions: listOf('Versions', versionFields),
    activations: listOf('Since when which was in force', { version: described.text('The version'), activatedBy: described.text('Who put it in force'), activatedAt: instant('Since when'), note: described.text('Why') }),
  }, { versions: [activeExample], activations: [{ version, activatedBy: 'ben', activatedAt: '2026-02-03T10:05:00.000Z', note: 'As agreed in the meeting of 3 February' }] }) },
  diff: { 200: jsonAnswer('A unified diff of the texts', { from: described.text('Before'), to: described.text('After'), patch: described.text('Unified diff') },
    { from: earlier, to: version, patch: `--- ${earlier}\n+++ ${version}\n@@ -1 +1 @@\n-spotCheckRate: 0.03\n+spotCheckRate: 0.05\n` }) },
  drafts: { 200: jsonAnswer('Newest first', { drafts: listOf('Drafts', draftFields) }, { drafts: [draftExample] }) },
  draft: { 200: jsonAnswer('The draft; its ETag names the revision', draftFields, draftExample) },
  draftKept: { 201: jsonAnswer('Kept; the ETag names the revision', checked, { ...draftExample, check: [problemExample], warnings: [] }) },
  draftChanged: { 200: jsonAnswer('Changed; the ETag names the new revision', checked, { ...draftExample, revision: 2, check: [], warnings: [warningExample] }) },
  gone: { 204: { description: 'Thrown away', type: 'null' } },
  proposed: { 201: jsonAnswer('Proposed; the same content again is the same version', versionFields, proposedExample) },
  approved: { 200: jsonAnswer('Approved', versionFields, approvedExample) },
  activated: { 200: jsonAnswer('In force', versionFields, activeExample) },
  withdrawn: { 200: jsonAnswer('Out of use', versionFields, { ...approvedExample, withdrawnBy: 'ben', withdrawnAt: '2026-02-03T11:00:00.000Z' }) },
} as const;
