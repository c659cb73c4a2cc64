import { topology } from '@countersign/contracts';
import { caseKinds } from '@countersign/core';
import { described, jsonAnswer, listOf } from '@countersign/kit';
import { auditedTopics } from './handlers.ts';

const { instant, number, optionalText, text, flag } = described;
const shortText = (description: string, ...examples: string[]) => ({ type: 'string', maxLength: 300, description, ...(examples.length === 0 ? {} : { examples }) });

/** A misspelt one must not look like a log that holds none. */
const oneOf = (description: string, allowed: readonly string[], example: string) => ({ type: 'string', enum: [...allowed], description, examples: [example] });
const records = auditedTopics.flatMap((topic) => [...topology[topic].records]);
/** Kinds of case and of task, and of the content that was shown. */
export const eventKinds = [...caseKinds, 'presentation', 'part'] as const;

/** What events are chosen by; everything given must hold. */
export const filters = {
  system: shortText('The AI system', 'mailroom'), decisionId: shortText('The decision', 'scan-0042'), decisionType: shortText('The decision type', 'digits.routing'), reviewer: shortText('Who judged', 'rita'),
  kind: oneOf('Kind of case, or of content that was shown', eventKinds, 'spot-check'), record: oneOf('Name of the event', records, 'JudgementFinalised'), policyVersion: shortText('The pinned policy version'),
  from: { type: 'string', format: 'date-time', description: 'Recorded at or after' }, to: { type: 'string', format: 'date-time', description: 'Recorded before' },
};
export const decisionParams = { type: 'object', required: ['system', 'decisionId'], properties: { system: shortText('The AI system', 'mailroom'), decisionId: shortText('The decision', 'scan-0042') } };

const record = {
  recordedAt: instant('When audit wrote it, in microseconds'), eventId: text('Names the event'), topic: text('Where it came from'), partition: number('Partition'), offset: number('Offset'), record: text('Name of the event'),
  occurredAt: instant('When it happened'), publishedAt: described.optionalInstant('When Kafka had it'), system: optionalText('The AI system'), decisionId: optionalText('The decision'), decisionType: optionalText('The decision type'),
  actor: optionalText('Who did it'), policyVersion: optionalText('The pinned policy version'), kind: optionalText('Kind of case'), reviewer: optionalText('Who judged'), valueDigest: optionalText('Hex digest of the bytes on Kafka: SHA-256, or keyed where the content is sealed; null where it came after its erasure'),
  commitment: optionalText('Hex SHA-256 of the sealed content'), event: { type: ['object', 'null'], additionalProperties: true, description: 'The event itself; null once its subject was erased' }, erased: flag('Its subject was erased'), logIndex: { type: ['integer', 'null'], description: 'Its place in the Merkle log, to ask for a proof with; null until it is sequenced' },
};
const example = {
  recordedAt: '2026-02-03T09:00:00.123456Z', eventId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', topic: 'decisions.resolved', partition: 3, offset: 118, record: 'DecisionResolved', occurredAt: '2026-02-03T09:00:00.100Z',
  publishedAt: '2026-02-03T09:00:00.120Z', system: 'mailroom', decisionId: 'scan-0042', decisionType: 'digits.routing', actor: 'routing', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751',
  kind: null, reviewer: null, valueDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', commitment: null, event: { verdict: 'approved', reason: 'Approved at once; a random share is checked afterwards.' }, erased: false, logIndex: 40_213,
};

export const answers = {
  events: { 200: jsonAnswer('A page in order of recording', { events: listOf('Events', record), next: optionalText('Cursor of the next page') }, { events: [example], next: null }) },
  timeline: { 200: jsonAnswer('In the order in which it happened', { system: text('The AI system'), decisionId: text('The decision'), events: listOf('Events', record) }, { system: 'mailroom', decisionId: 'scan-0042', events: [example] }) },
  export: {
    200: {
      description: 'One event a line or row, streamed',
      content: {
        'application/jsonl': { schema: { type: 'string', description: 'Lines of JSON', examples: [`${JSON.stringify(example)}\n`] } },
        'text/csv; charset=utf-8; header=present': { schema: { type: 'string', description: 'RFC 4180 with a header; cells that a spreadsheet would calculate are made harmless', examples: ['recordedAt,eventId,topic\r\n2026-02-03T09:00:00.123456Z,3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11,decisions.resolved\r\n'] } },
      },
    },
  },
} as const;
