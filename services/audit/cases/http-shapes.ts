import { described, jsonAnswer, listOf } from '@countersign/kit';
import { eventExample, eventShape } from '../http-schemas.ts';

const { flag, instant, number, optionalInstant, optionalText, text } = described;
const shortText = (description: string, ...examples: string[]) => ({ type: 'string', maxLength: 300, description, examples });
const nullableNumber = (description: string) => ({ type: ['number', 'null'], description });

const named = { system: shortText('The AI system', 'mailroom'), decisionId: shortText('The decision', 'scan-0042') };
export const decisionParams = { type: 'object', required: ['system', 'decisionId'], properties: named };
export const presentationParams = {
  type: 'object', required: ['system', 'decisionId', 'digest'],
  properties: { ...named, digest: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Hex SHA-256 of what was shown', examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] } },
};

const summary = {
  decisionType: optionalText('The decision type'), policyVersion: optionalText('The pinned policy version'), acceptedAt: optionalInstant('When intake accepted it'), route: optionalText('auto, standard, senior or dual'), tier: optionalText('Band of confidence'),
  kind: optionalText('Kind of case'), form: optionalText('How it is shown'), queue: optionalText('Where it waits'), verdict: optionalText('approved, rejected or modified'), resolvedBy: optionalText('Who gave the verdict'), resolvedAt: optionalInstant('When'),
  reason: optionalText('Why, in words'), signers: listOf('Who signed'), reversedAt: optionalInstant('When the verdict was reversed'), erased: flag('Some of it was erased'), firstRecordedAt: instant('First event'), lastRecordedAt: instant('Last event so far'),
};
const task = {
  taskId: text('The task'), kind: text('Kind of case; reviewers must not learn it'), queue: text('Queue'), form: text('How it is shown'), seat: nullableNumber('1, 2, or 3 for an adjudication'), severity: optionalText('Severity'), openedAt: instant('Opened'),
  dueAt: optionalInstant('Due'), closedAt: optionalInstant('Closed'), outcome: optionalText('judged, expired, lapsed or superseded'), reasons: listOf('Why it was opened'), ruleIds: listOf('Rules that brought it here'),
};
const judgement = {
  judgementId: text('The judgement'), taskId: text('The task'), kind: text('Kind of case'), reviewer: optionalText('Who judged'), queue: text('Queue'), form: text('How it was shown'),
  stage: { type: 'string', enum: ['only', 'first', 'second'], description: '`first` is the answer given before the proposal was shown' }, submittedAt: instant('Submitted'), decision: text('approve, reject, modify or answer'),
  answer: optionalText('The answer in the hidden form'), reasonCodes: listOf('Codes of the policy'), reasoning: text('In their words'), outputLabel: optionalText('What the AI had answered'), modifiedOutput: { type: ['object', 'null'], additionalProperties: true, description: 'What it was changed to' },
  presentationDigest: text('What they had seen'), activeTimeMs: number('Milliseconds of attention'), override: flag('It differs from the output of the AI'), state: { type: 'string', enum: ['pending', 'withdrawn', 'final'], description: 'What became of it' },
  finalAt: optionalInstant('When it became final, or will'),
};
const presentation = {
  digest: optionalText('Hex SHA-256 of what was shown; null once erased'), taskId: optionalText('The task'), reviewer: optionalText('Who saw it'), kind: optionalText('Kind of case'), queue: optionalText('Queue'), form: optionalText('How it was shown'),
  paintedAt: instant('When their screen had it'), eventId: text('The event that says so'), contentId: optionalText('Names the content'), mediaType: optionalText('Media type'), bytes: nullableNumber('How many are on record'),
  state: { type: 'string', enum: ['whole', 'partial', 'missing', 'erased'], description: 'Is it on record?' }, judgementId: optionalText('The judgement given on it'),
};
const policy = {
  version: text('Digest of the document'), decisionType: text('The decision type'), text: text('The document'), note: optionalText('Note of who proposed it'), proposedBy: optionalText('Who'), proposedAt: optionalInstant('When'), approvedBy: optionalText('Who'),
  approvedAt: optionalInstant('When'), activatedBy: optionalText('Who'), activatedAt: optionalInstant('When'),
};
const draw = {
  eventId: text('The event that tells of it'), purpose: text('Purpose string of the draw'), kind: optionalText('What was drawn for'), what: { type: 'string', enum: ['form', 'selection', 'exercise', 'pool'], description: 'What it decided' }, draw: number('The uniform number drawn'),
  probability: nullableNumber('Drawn below this is selected'), keyVersion: optionalText('Version of the sampling key'), stratum: optionalText('The stratum'), occurredAt: instant('When'),
};
const outcome = { eventId: text('The event'), outcome: text('What turned out to be true'), observedAt: instant('When it was observed'), source: text('Where it is known from'), reportedBy: optionalText('Who reported it'), occurredAt: instant('The same; when the report came is in the event, recordedAt') };

const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const presentationExample = {
  digest, taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', reviewer: 'rita', kind: 'standard', queue: 'digits.routing/standard', form: 'shown', paintedAt: '2026-02-03T09:01:00.000Z', eventId: '7a0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11',
  contentId: '8b0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', mediaType: 'application/json', bytes: 4096, state: 'whole', judgementId: '9c0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11',
};
const caseExample = {
  system: 'mailroom', decisionId: 'scan-0042', events: [eventExample], omitted: 0,
  summary: {
    decisionType: 'digits.routing', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751', acceptedAt: '2026-02-03T09:00:00.100Z', route: 'standard', tier: 'medium', kind: 'standard', form: 'shown', queue: 'digits.routing/standard',
    verdict: 'rejected', resolvedBy: 'rita', resolvedAt: '2026-02-03T09:04:10.600Z', reason: 'Rejected: wrong.', signers: ['rita'], reversedAt: null, erased: false, firstRecordedAt: '2026-02-03T09:00:00.123456Z', lastRecordedAt: '2026-02-03T09:04:10.654321Z',
  },
  tasks: [{ taskId: presentationExample.taskId, kind: 'standard', queue: 'digits.routing/standard', form: 'shown', seat: 1, severity: 'low', openedAt: '2026-02-03T09:00:00.300Z', dueAt: '2026-02-03T13:00:00.000Z', closedAt: '2026-02-03T09:04:10.600Z', outcome: 'judged', reasons: ['Confidence is medium.'], ruleIds: [] }],
  judgements: [{
    judgementId: presentationExample.judgementId, taskId: presentationExample.taskId, kind: 'standard', reviewer: 'rita', queue: 'digits.routing/standard', form: 'shown', stage: 'only', submittedAt: '2026-02-03T09:04:05.000Z', decision: 'reject', answer: null,
    reasonCodes: ['wrong'], reasoning: 'The stroke closes at the top: it is a nine.', outputLabel: '4', modifiedOutput: null, presentationDigest: digest, activeTimeMs: 21_000, override: true, state: 'final', finalAt: '2026-02-03T09:04:10.600Z',
  }],
  presentations: [presentationExample],
  policy: { version: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751', decisionType: 'digits.routing', text: 'decisionType: digits.routing\n', note: 'First version', proposedBy: 'ada', proposedAt: '2026-02-01T09:00:00.000Z', approvedBy: 'ben', approvedAt: '2026-02-01T10:00:00.000Z', activatedBy: 'ben', activatedAt: '2026-02-01T10:05:00.000Z' },
  draws: [{ eventId: eventExample.eventId, purpose: 'form', kind: 'standard', what: 'form', draw: 0.42, probability: null, keyVersion: 'k1', stratum: null, occurredAt: '2026-02-03T09:00:00.100Z' }],
  outcomes: [{ eventId: eventExample.eventId, outcome: '9', observedAt: '2026-02-05T09:00:00.000Z', source: 'post office', reportedBy: 'api-key:k-1', occurredAt: '2026-02-05T09:00:01.000Z' }],
};

export const caseAnswers = {
  case: {
    200: jsonAnswer('In the order in which it happened, and what it comes to', {
      system: text('The AI system'), decisionId: text('The decision'), events: listOf('Events; chunks of what was shown come without their bytes', eventShape), omitted: number('Events on record that are not in `events`: repeats of the proposal and refusals of them beyond 200, and whatever is beyond 10,000. Page through GET /v1/audit/events for all of them'), summary: { type: 'object', additionalProperties: true, required: Object.keys(summary), properties: summary, description: 'In a few words' },
      tasks: listOf('Pieces of review work', task), judgements: listOf('What people judged', judgement), presentations: listOf('What they were shown', presentation),
      policy: { type: ['object', 'null'], additionalProperties: true, required: Object.keys(policy), properties: policy, description: 'The pinned policy version; null for the built-in one' }, draws: listOf('Keyed draws', draw), outcomes: listOf('What turned out to be true', outcome),
    }, caseExample),
  },
  presentations: { 200: jsonAnswer('In the order in which they were painted', { presentations: listOf('Presentations', presentation) }, { presentations: [presentationExample] }) },
  shown: { 200: { description: 'The bytes as they were sent to the reviewer', content: { 'application/json': { schema: { type: 'object', additionalProperties: true, description: 'What the desk shows', examples: [{ taskId: presentationExample.taskId, form: 'shown', decisionType: 'digits.routing' }] } } } } },
} as const;
