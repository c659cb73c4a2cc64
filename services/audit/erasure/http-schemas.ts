import { described, jsonAnswer, listOf } from '@countersign/kit';
import { erasureStates } from './erasures-store.ts';

const { instant, number, optionalInstant, optionalText, text } = described;
const idText = (description: string, example: string) => ({ type: 'string', minLength: 1, maxLength: 200, description, examples: [example] });
const reason = { type: 'string', minLength: 3, maxLength: 2000, pattern: '\\S', description: 'Why, without naming the subject: it stays on record', examples: ['Letter of 3 February, case 12/2026'] };
const system = idText('The AI system', 'credit-scoring');
const subjectKind = idText('Kind of the subject, as its pipeline calls it', 'applicant');
const subjectId = idText('The subject, as its pipeline calls it', 'a-4711');
const decisionIds = { type: 'array', minItems: 1, maxItems: 1000, items: idText('The decision', 'application-4711'), description: 'Decisions of the system' };

const ref = '5f1d0c2b7a5a9e3c4d1e8f70a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';
const erasureId = '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11';
const holdId = '7a1c1a52-6f3e-4f55-9a3e-0d5b8a6f2c12';

export const erasureBody = {
  type: 'object', required: ['reason'], additionalProperties: false,
  properties: { system, subjectKind, subjectId, decisionIds, eventIds: { type: 'array', minItems: 1, maxItems: 1000, items: idText('The event', 'e-1'), description: 'Events that belong to no decision, such as dead letters' }, reason },
  examples: [{ system: 'credit-scoring', subjectKind: 'applicant', subjectId: 'a-4711', reason: 'Letter of 3 February, case 12/2026' }],
};
export const reasonBody = { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason }, examples: [{ reason: 'The letter is not from the subject' }] };
export const holdBody = {
  type: 'object', required: ['system', 'reason'], additionalProperties: false,
  properties: {
    system, subjectKind, subjectId, decisionIds, decisionType: idText('The decision type', 'credit.application'),
    from: { type: 'string', format: 'date-time', description: 'Of a type: accepted at or after' }, to: { type: 'string', format: 'date-time', description: 'Of a type: accepted before' }, reason,
  },
  examples: [{ system: 'credit-scoring', decisionType: 'credit.application', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', reason: 'Proceedings 7 O 12/26' }],
};
export const erasureParams = { type: 'object', required: ['erasureId'], properties: { erasureId: idText('The erasure', erasureId) } };
export const holdParams = { type: 'object', required: ['holdId'], properties: { holdId: idText('The hold', holdId) } };
export const erasuresQuery = {
  type: 'object', additionalProperties: false,
  properties: {
    state: { type: 'string', enum: [...erasureStates], description: 'In one state' }, limit: { type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Erasures a page' },
    cursor: { type: 'string', maxLength: 300, description: '`next` of the page before' },
  },
};
export const holdsQuery = { type: 'object', additionalProperties: false, properties: { standing: { type: 'boolean', default: false, description: 'Only those that are not lifted' } } };

const erasureFields = {
  erasureId: text('Names the erasure'), kind: text('subject, decisions or events'), system: optionalText('The AI system'), subjectRef: optionalText('Hex of what stands for the subject, keyed; on record in its place'),
  subject: { type: ['object', 'null'], additionalProperties: false, required: ['subjectKind', 'subjectId'], properties: { subjectKind: text('Kind'), subjectId: text('Id') }, description: 'Whom it is about, until it is over; null afterwards, and where decisions or events were named' },
  decisionIds: listOf('The decisions, at most 1000 of them; of a subject once it was approved'), eventIds: listOf('The events, where they were named'), reason: text('Why'),
  state: { type: 'string', enum: [...erasureStates], description: 'requested, refused, approved (nothing happened yet), entombed (nothing new is kept), listed, destroyed (the keys are gone), announced (services are at it) or completed' },
  requestedBy: text('Who asked'), requestedAt: instant('When'), decidedBy: optionalText('Who approved or refused: never who asked'), decidedAt: optionalInstant('When'), refusal: optionalText('Why not'),
  erasedThrough: optionalInstant('Of a subject, what was accepted until then'), destroyedAt: optionalInstant('When the keys were gone'), completedAt: optionalInstant('When all services had said so'),
  decisions: number('How many decisions it erases'), held: number('How many a legal hold keeps'),
  progress: listOf('The services that take content out of their rows', { service: text('Which'), applied: number('Decisions that it is through with'), of: number('How many there are') }),
};
const requested = {
  erasureId, kind: 'subject', system: 'credit-scoring', subjectRef: ref, subject: { subjectKind: 'applicant', subjectId: 'a-4711' }, decisionIds: [], eventIds: [], reason: 'Letter of 3 February, case 12/2026', state: 'requested',
  requestedBy: 'priya', requestedAt: '2026-02-03T09:00:00.000Z', decidedBy: null, decidedAt: null, refusal: null, erasedThrough: null, destroyedAt: null, completedAt: null, decisions: 0, held: 0, progress: [],
};
const announced = {
  ...requested, decisionIds: ['application-4711', 'application-4720'], state: 'announced', decidedBy: 'pavel', decidedAt: '2026-02-03T10:00:00.000Z', erasedThrough: '2026-02-03T10:00:00.000Z', destroyedAt: '2026-02-03T10:00:01.000Z', decisions: 2,
  progress: [{ service: 'review', applied: 2, of: 2 }, { service: 'metrics', applied: 1, of: 2 }],
};

const holdFields = {
  holdId: text('Names the hold'), system: text('The AI system'), subjectRef: optionalText('Hex of what stands for the subject, keyed'), decisionIds: listOf('The decisions, where they were named'), decisionType: optionalText('The type, where a range of it is held'),
  from: optionalInstant('Accepted at or after'), to: optionalInstant('Accepted before'), reason: text('Why'), state: { type: 'string', enum: ['standing', 'lift-asked', 'lifted'], description: 'lift-asked: one of two people wants it lifted; it holds still' },
  placedBy: text('Who placed it'), placedAt: instant('When'), liftAskedBy: optionalText('Who asked to lift it'), liftAskedAt: optionalInstant('When'), liftReason: optionalText('Why'), liftedBy: optionalText('Who agreed: never who asked'), liftedAt: optionalInstant('When'),
};
const hold = {
  holdId, system: 'credit-scoring', subjectRef: null, decisionIds: [], decisionType: 'credit.application', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', reason: 'Proceedings 7 O 12/26', state: 'standing',
  placedBy: 'priya', placedAt: '2026-02-03T09:00:00.000Z', liftAskedBy: null, liftAskedAt: null, liftReason: null, liftedBy: null, liftedAt: null,
};

export const answers = {
  asked: { 201: jsonAnswer('Asked for; somebody else must approve it', erasureFields, requested) },
  erasure: { 200: jsonAnswer('The erasure and how far it is', erasureFields, requested, announced) },
  erasures: { 200: jsonAnswer('Newest first', { erasures: listOf('Erasures', erasureFields), next: optionalText('Cursor of the next page') }, { erasures: [announced], next: null }) },
  placed: { 201: jsonAnswer('Placed', holdFields, hold) },
  hold: { 200: jsonAnswer('The hold', holdFields, hold, { ...hold, state: 'lift-asked', liftAskedBy: 'priya', liftAskedAt: '2026-03-03T09:00:00.000Z', liftReason: 'Settled' }) },
  holds: { 200: jsonAnswer('Newest first, at most 500', { holds: listOf('Holds', holdFields) }, { holds: [hold] }) },
} as const;
