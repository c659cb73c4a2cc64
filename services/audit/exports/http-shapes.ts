import { described, jsonAnswer, listOf } from '@countersign/kit';
import { eventFilters, paging } from '../searches/http-shapes.ts';
import { exportFormats, exportKinds, reasonCharsMin } from './job.ts';

const { flag, instant, number, optionalInstant, optionalText, text } = described;
const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const kind = { type: 'string', enum: [...exportKinds], description: 'One decision, a stretch of the log, or what a search finds' } as const;
const format = { type: 'string', enum: [...exportFormats], description: 'How: evidence that can be checked offline, tables, or a case file to print' } as const;
const reason = { type: 'string', minLength: reasonCharsMin, maxLength: 1000, description: 'Why; it goes on the record', examples: ['Complaint 2026-118 of the applicant'] } as const;
const filter = { type: 'object', additionalProperties: false, properties: eventFilters, description: 'Of a case system and decisionId; of a range from and to; of a search what a search takes' } as const;

export const exportBody = {
  type: 'object', additionalProperties: false, required: ['kind', 'filter', 'formats', 'disclose', 'reason'],
  properties: { kind, filter, formats: { type: 'array', minItems: 1, maxItems: exportFormats.length, uniqueItems: true, items: format, description: 'Each becomes a file' }, disclose: flag('With content in the clear, where it was not erased; otherwise what is sealed stays sealed'), reason },
  examples: [{ kind: 'case', filter: { system: 'mailroom', decisionId: 'scan-0042' }, formats: ['bundle', 'pdf'], disclose: true, reason: reason.examples[0] }],
} as const;
export const exportParams = { type: 'object', required: ['exportId'], properties: { exportId: { type: 'string', format: 'uuid', description: 'The export', examples: ['5b1f1f0e-3c1c-4c8e-9d53-0a8f5a1f6c11'] } } } as const;
export const exportsQuery = { type: 'object', additionalProperties: false, properties: { mine: { type: 'boolean', default: false, description: 'Yours alone' }, ...paging(200, 50) } } as const;
export const fileQuery = { type: 'object', additionalProperties: false, properties: { format: { ...format, description: 'Which of its files; needed where there are several' } } } as const;

const file = { format, name: text('Name of the file'), mediaType: text('Media type'), records: number('Events in it'), bytes: number('Size'), sha256: text('Hex SHA-256') };
const shape = {
  exportId: text('Names the export'), kind, filter: { type: 'object', additionalProperties: true, description: 'What was asked for' }, formats: { type: 'array', items: format, description: 'Formats asked for' }, disclose: flag('With content in the clear'), reason: text('Why'),
  state: { type: 'string', enum: ['waiting', 'running', 'ready', 'failed', 'expired', 'removed'], description: 'Where it is' }, requestedBy: text('Who asked'), requestedAt: instant('When'), startedAt: optionalInstant('When the last attempt began'),
  finishedAt: optionalInstant('When it was made, failed or was removed'), expiresAt: optionalInstant('When its files are deleted'), attempts: number('How often it was begun'),
  progress: { type: 'object', additionalProperties: true, required: ['records', 'bytes'], properties: { records: number('Events so far'), bytes: number('Bytes so far') }, description: 'How far it is' }, files: listOf('Its files, once they are ready', file),
  failure: { type: ['object', 'null'], additionalProperties: true, required: ['code', 'detail', 'remedy'], properties: { code: text('Stable'), detail: text('What went wrong'), remedy: text('What to do') }, description: 'Why it failed' }, mine: flag('You asked for it'),
};
const example = {
  exportId: '5b1f1f0e-3c1c-4c8e-9d53-0a8f5a1f6c11', kind: 'case', filter: { system: 'mailroom', decisionId: 'scan-0042' }, formats: ['pdf'], disclose: true, reason: reason.examples[0], state: 'ready', requestedBy: 'olga', requestedAt: '2026-02-03T09:00:00.000000Z',
  startedAt: '2026-02-03T09:00:00.500000Z', finishedAt: '2026-02-03T09:00:02.000000Z', expiresAt: '2026-02-06T09:00:02.000000Z', attempts: 1, progress: { records: 21, bytes: 80_000 },
  files: [{ format: 'pdf', name: 'case-file.pdf', mediaType: 'application/pdf', records: 21, bytes: 80_000, sha256: digest }], failure: null, mine: true,
};

export const exportAnswers = {
  asked: { 202: jsonAnswer('It is made; look at it again', shape, { ...example, state: 'waiting', startedAt: null, finishedAt: null, expiresAt: null, attempts: 0, progress: { records: 0, bytes: 0 }, files: [] }) },
  one: { 200: jsonAnswer('As it is now', shape, example) },
  page: { 200: jsonAnswer('The newest first', { exports: listOf('Exports', shape), next: optionalText('Cursor of the next page') }, { exports: [example], next: null }) },
  removed: { 204: { description: 'Its files are deleted', type: 'null' } },
  file: { 200: { description: 'The file', content: Object.fromEntries(['application/x-tar', 'text/csv; charset=utf-8; header=present', 'application/vnd.apache.parquet', 'application/pdf'].map((type) => [type, { schema: { type: 'string', description: 'Its bytes', examples: ['…'] } }])) } },
};
