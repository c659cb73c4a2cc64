import { topology } from '@countersign/contracts';
import { caseKinds, verdicts } from '@countersign/core';
import { described, jsonAnswer, listOf } from '@countersign/kit';
import { auditedTopics } from '../audited.ts';

const { flag, instant, optionalInstant, optionalText, text } = described;
const shortText = (description: string, ...examples: string[]) => ({ type: 'string', maxLength: 300, description, ...(examples.length === 0 ? {} : { examples }) });

/** A misspelt one must not look like a log that holds none. */
const oneOf = (description: string, allowed: readonly string[], example: string) => ({ type: 'string', enum: [...allowed], description, examples: [example] });
export const records = auditedTopics.flatMap((topic) => [...topology[topic].records]);
/** Kinds of case and of task, and of the content that was shown. */
export const eventKinds = [...caseKinds, 'calibration', 'presentation', 'part'] as const;

const range = { from: { type: 'string', format: 'date-time', description: 'Recorded at or after' }, to: { type: 'string', format: 'date-time', description: 'Recorded before' } };
const about = { system: shortText('The AI system', 'mailroom'), decisionType: shortText('The decision type', 'digits.routing'), reviewer: shortText('Who judged', 'rita'), policyVersion: shortText('The pinned policy version') };
const kind = oneOf('Kind of case, or of content that was shown', eventKinds, 'spot-check');

/** What events are chosen by; everything given must hold. */
export const eventFilters = {
  ...about, decisionId: shortText('The decision', 'scan-0042'), kind, actor: shortText('Who did it: a person, `api-key:` and its id, or a service', 'rita'),
  record: { type: 'array', maxItems: records.length, uniqueItems: true, items: oneOf('Name of the event', records, 'JudgementFinalised'), description: 'Names of events, any of them: `record=A&record=B`' },
  ...range,
};
/** What decisions are chosen by. */
export const decisionFilters = { ...about, kind: oneOf('Kind of case', caseKinds, 'spot-check'), verdict: oneOf('The verdict', verdicts, 'rejected'), ...range };

export const paging = (limitMax: number, limit: number) => ({ cursor: { type: 'string', maxLength: 500, description: '`next` of the page before' }, limit: { type: 'integer', minimum: 1, maximum: limitMax, default: limit, description: 'Entries a page' } });
export const order = (first: 'oldest' | 'newest') => ({ type: 'string', enum: ['oldest', 'newest'], default: first, description: 'Which comes first, by recording; a cursor belongs to its order' });

const found = {
  system: text('The AI system'), decisionId: text('The decision'), decisionType: optionalText('The decision type'), policyVersion: optionalText('The policy version pinned for it'), firstRecordedAt: instant('When its first event was recorded'),
  lastRecordedAt: instant('When its last event so far was'), kind: optionalText('How it is decided'), verdict: optionalText('approved, rejected or modified, once there is a verdict'), resolvedAt: optionalInstant('When the verdict was given'),
  reviewers: listOf('Who judged'), reversed: flag('The verdict was reversed'), erased: flag('Its content was erased'), matchedAt: instant('When the event was recorded by which it is found here'),
};
const example = {
  system: 'mailroom', decisionId: 'scan-0042', decisionType: 'digits.routing', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751', firstRecordedAt: '2026-02-03T09:00:00.123456Z', lastRecordedAt: '2026-02-03T09:04:10.654321Z',
  kind: 'standard', verdict: 'rejected', resolvedAt: '2026-02-03T09:04:10.600Z', reviewers: ['rita'], reversed: false, erased: false, matchedAt: '2026-02-03T09:00:00.123456Z',
};
export const decisionsAnswer = { 200: jsonAnswer('A page of decisions, one line each', { decisions: listOf('Decisions', found), next: optionalText('Cursor of the next page') }, { decisions: [example], next: null }) };
