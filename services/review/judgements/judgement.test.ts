import { describe, expect, test } from '@jest/globals';
import type { Question } from '../presentation/form.ts';
import { canonicalOutput, readJudgement } from './judgement.ts';
import type { Submission } from './judgement.ts';

const labels: Question = {
  question: 'Which letter?',
  answers: [{ label: 'A' }, { label: 'B' }],
  reasonCodes: [
    { code: 'plain', label: 'Plain', for: 'approve' },
    { code: 'other', label: 'Another', for: 'modify' },
    { code: 'illegible', label: 'Illegible', for: 'reject' },
  ],
};
const content: Question = { ...labels, answers: [{ label: 'harmless', meaning: 'approve' }, { label: 'harmful', meaning: 'reject' }] };
const ai = { label: 'A', content: 'A', mediaType: 'text/plain' };

function submitted(opinion: Partial<Submission>): Submission {
  return { reasonCodes: ['plain'], reasoning: 'as it should be', presentationDigest: 'd', ...opinion };
}

describe('the shown form', () => {
  test('approves', () => {
    expect(readJudgement('shown', labels, ai, submitted({ decision: 'approve' }))).toMatchObject({ ok: true, judgement: { decision: 'approve', override: false } });
  });

  test('a modification needs an output, and another one than proposed', () => {
    const codes = { decision: 'modify' as const, reasonCodes: ['other'] };
    expect(readJudgement('shown', labels, ai, submitted(codes))).toMatchObject({ ok: false, problems: [{ field: 'output' }] });
    expect(readJudgement('shown', labels, ai, submitted({ ...codes, output: { ...ai, content: ' A\r\n' } }))).toMatchObject({ ok: false });
    const changed = { label: 'B', content: 'B', mediaType: 'text/plain' };
    expect(readJudgement('shown', labels, ai, submitted({ ...codes, output: changed }))).toMatchObject({ ok: true, judgement: { decision: 'modify', override: true } });
  });

  test('a changed label says it all, as the same answer does in the hidden form', () => {
    const codes = { decision: 'modify' as const, reasonCodes: ['other'] };
    const hidden = readJudgement('hidden', labels, ai, submitted({ answer: 'B' }));
    for (const output of [{ label: 'B' }, { label: ' B ', content: null, mediaType: null }]) {
      const shown = readJudgement('shown', labels, ai, submitted({ ...codes, output }));
      expect(shown.ok && hidden.ok ? shown.judgement.position : shown).toEqual(hidden.ok ? hidden.judgement.position : hidden);
    }
    expect(readJudgement('shown', labels, ai, submitted({ ...codes, output: { label: 'A' } }))).toMatchObject({ ok: false, problems: [{ field: 'output' }] });
  });

  test('a changed label is one of the answers, so that the pipeline knows it', () => {
    const codes = { decision: 'modify' as const, reasonCodes: ['other'] };
    const zebra = { label: 'zebra', content: 'zebra', mediaType: 'text/plain' };
    expect(readJudgement('shown', labels, ai, submitted({ ...codes, output: zebra }))).toMatchObject({ ok: false, problems: [{ field: 'output.label', message: 'Not one of the answers: A, B.' }] });
    // Generated content is changed itself, and without a policy there are no answers to choose from.
    for (const question of [content, { ...labels, answers: [] }]) expect(readJudgement('shown', question, ai, submitted({ ...codes, output: zebra }))).toMatchObject({ ok: true });
  });

  test('changed content without a media type has the proposed one', () => {
    const json = { label: 'A', content: '{"a":1}', mediaType: 'application/json' };
    const codes = { decision: 'modify' as const, reasonCodes: ['other'] };
    expect(readJudgement('shown', labels, json, submitted({ ...codes, output: { label: 'A', content: '{ "a": 2 }' } }))).toMatchObject({ ok: true, judgement: { position: { content: '{"a":2}', mediaType: 'application/json' } } });
    expect(readJudgement('shown', labels, json, submitted({ ...codes, output: { label: 'A', content: '{ "a": 1 }' } }))).toMatchObject({ ok: false });
  });

  test('an answer does not belong in it', () => {
    expect(readJudgement('shown', labels, ai, submitted({ answer: 'A' }))).toMatchObject({ ok: false, problems: [{ field: 'answer' }] });
  });

  test('a code of another decision is refused, and so is none', () => {
    expect(readJudgement('shown', labels, ai, submitted({ decision: 'approve', reasonCodes: ['illegible'] }))).toMatchObject({ ok: false, problems: [{ field: 'reasonCodes' }] });
    expect(readJudgement('shown', labels, ai, submitted({ decision: 'approve', reasonCodes: [] }))).toMatchObject({ ok: false, problems: [{ field: 'reasonCodes' }] });
  });
});

describe('the hidden form', () => {
  test('an answer like the AI approves, another one modifies', () => {
    expect(readJudgement('hidden', labels, ai, submitted({ answer: 'A' }))).toMatchObject({ ok: true, judgement: { decision: 'approve', override: false } });
    expect(readJudgement('hidden', labels, ai, submitted({ answer: 'B' }))).toMatchObject({ ok: true, judgement: { decision: 'modify', position: { label: 'B' }, override: true } });
  });

  test('codes are accepted alike whether the answer is the AI\'s or not', () => {
    for (const answer of ['A', 'B']) {
      for (const code of ['plain', 'other']) expect(readJudgement('hidden', labels, ai, submitted({ answer, reasonCodes: [code] }))).toMatchObject({ ok: true });
      expect(readJudgement('hidden', labels, ai, submitted({ answer, reasonCodes: ['illegible'] }))).toMatchObject({ ok: false });
    }
  });

  test('generated content is approved or rejected by what the answer means', () => {
    expect(readJudgement('hidden', content, ai, submitted({ answer: 'harmless' }))).toMatchObject({ ok: true, judgement: { decision: 'approve' } });
    expect(readJudgement('hidden', content, ai, submitted({ answer: 'harmful' }))).toMatchObject({ ok: true, judgement: { decision: 'reject' } });
  });

  test('approving or modifying what was not shown is refused; rejecting is possible', () => {
    expect(readJudgement('hidden', labels, ai, submitted({ decision: 'approve' }))).toMatchObject({ ok: false, problems: [{ field: 'answer' }] });
    expect(readJudgement('hidden', labels, ai, submitted({ answer: 'Z' }))).toMatchObject({ ok: false });
    expect(readJudgement('hidden', labels, ai, submitted({ decision: 'reject', reasonCodes: ['illegible'] }))).toMatchObject({ ok: true, judgement: { decision: 'reject' } });
  });
});

test('line ends, blanks and the order of keys are no difference of opinion', () => {
  const one = canonicalOutput({ label: ' A ', mediaType: 'Application/JSON', content: '{"b":1,"a":[1,2]}' });
  const other = canonicalOutput({ label: 'A', mediaType: 'application/json', content: '{ "a": [1, 2],\r\n "b": 1 }' });
  expect(one).toEqual(other);
});
