import { described, jsonAnswer, listOf } from '@countersign/kit';

const { instant, number, optionalText, text, flag } = described;

export const eventShape = {
  recordedAt: instant('When audit wrote it, in microseconds'), eventId: text('Names the event'), topic: text('Where it came from'), partition: number('Partition'), offset: number('Offset'), record: text('Name of the event'),
  occurredAt: instant('When it happened'), publishedAt: described.optionalInstant('When Kafka had it'), system: optionalText('The AI system'), decisionId: optionalText('The decision'), decisionType: optionalText('The decision type'),
  actor: optionalText('Who did it'), policyVersion: optionalText('The pinned policy version'), kind: optionalText('Kind of case'), reviewer: optionalText('Who judged'), valueDigest: optionalText('Hex digest of the bytes on Kafka: SHA-256, or keyed where the content is sealed; null where it came after its erasure'),
  commitment: optionalText('Hex SHA-256 of the sealed content'), event: { type: ['object', 'null'], additionalProperties: true, description: 'The event itself; null once its subject was erased' }, erased: flag('Its subject was erased'), logIndex: { type: ['integer', 'null'], description: 'Its place in the Merkle log, to ask for a proof with; null until it is sequenced' },
};
export const eventExample = {
  recordedAt: '2026-02-03T09:00:00.123456Z', eventId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', topic: 'decisions.resolved', partition: 3, offset: 118, record: 'DecisionResolved', occurredAt: '2026-02-03T09:00:00.100Z',
  publishedAt: '2026-02-03T09:00:00.120Z', system: 'mailroom', decisionId: 'scan-0042', decisionType: 'digits.routing', actor: 'routing', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751',
  kind: null, reviewer: null, valueDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', commitment: null, event: { verdict: 'approved', reason: 'Approved at once; a random share is checked afterwards.' }, erased: false, logIndex: 40_213,
};

export const answers = {
  events: { 200: jsonAnswer('A page in order of recording', { events: listOf('Events', eventShape), next: optionalText('Cursor of the next page') }, { events: [eventExample], next: null }) },
  export: {
    200: {
      description: 'One event a line or row, streamed',
      content: {
        'application/jsonl': { schema: { type: 'string', description: 'Lines of JSON', examples: [`${JSON.stringify(eventExample)}\n`] } },
        'text/csv; charset=utf-8; header=present': { schema: { type: 'string', description: 'RFC 4180 with a header; cells that a spreadsheet would calculate are made harmless', examples: ['recordedAt,eventId,topic\r\n2026-02-03T09:00:00.123456Z,3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11,decisions.resolved\r\n'] } },
      },
    },
  },
} as const;
