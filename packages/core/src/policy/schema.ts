import { hiddenDisagreements, points, policyForms, reversibilities, routes, severities, tierNames } from '../vocabulary.ts';
import { attributeTypes } from './document.ts';

const text = (description: string) => ({ type: 'string', minLength: 1, description });
const share = (minimum: number, maximum: number, description: string) => ({ type: 'number', minimum, maximum, description });
const duration = (description: string) => ({ type: 'string', pattern: '^\\d{1,6}(ms|s|m|h|d)$', description });
const oneOf = (values: readonly string[], description: string) => ({ enum: values, description });
const object = (description: string, required: string[], properties: Record<string, object>) => ({
  type: 'object', description, required, properties, additionalProperties: false,
});

/** JSON Schema (2020-12) of a policy file; published as schemas/policy.schema.json for editors. */
export const policySchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Countersign policy',
  ...object('The policy of one decision type.', [
    'decisionType', 'systems', 'question', 'answers', 'severity', 'reversibility', 'point', 'tiers', 'sla',
    'spotCheckRate', 'hiddenShare', 'reasonCodes',
  ], {
    decisionType: { type: 'string', pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$', maxLength: 100, description: 'The question, never the answer: credit.application.' },
    systems: { type: 'array', minItems: 1, uniqueItems: true, items: text('An AI system.'), description: 'Systems that may propose this type.' },
    illustrative: { type: 'boolean', description: 'True until thresholds were calibrated on your own outcomes.' },
    question: text('What a reviewer answers without the AI.'),
    answers: {
      type: 'array', minItems: 2, description: 'The closed set of answers.',
      items: object('An answer.', ['label'], { label: text('The label the AI gives as output.label.'), meaning: oneOf(['approve', 'reject'], 'For generated content: what the answer means.') }),
    },
    instantaneous: { type: 'boolean', description: 'The action cannot be watched while it runs.' },
    attributes: { type: 'object', description: 'What rules may test, with its type.', propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }, additionalProperties: oneOf(attributeTypes, 'Type.') },
    severity: object('Harm of the 95th-percentile outcome.', ['level', 'consequence95', 'rationale'], {
      level: oneOf(severities, 'Level.'), consequence95: { ...text('The 95th-percentile worst plausible outcome.'), minLength: 20 }, rationale: { ...text('Why this level.'), minLength: 20 },
    }),
    reversibility: object('Can it be undone?', ['level', 'how'], { level: oneOf(reversibilities, 'Level.'), how: text('How it is undone, or why not.'), window: duration('Until when.') }),
    point: oneOf(points, 'Intervention point unless a tier or rule says otherwise.'),
    hold: duration('How long a hold waits for a veto; 1 hour unless given.'),
    afterAction: object('After-action review.', ['window', 'lapse'], { window: duration('How long it can be reversed.'), lapse: oneOf(['alert', 'reverse'], 'Unjudged at the end of the window.') }),
    minimumReversalWindow: duration('A decision that can be reversed for less than this waits for a person first.'),
    tiers: {
      type: 'array', minItems: 1, description: 'Bands of confidence: from <= confidence < to; the one that ends at 1 includes 1.',
      items: object('A band.', ['name', 'from', 'to', 'route'], {
        name: oneOf(tierNames, 'Name.'), from: share(0, 1, 'Least confidence.'), to: share(0, 1, 'End of the band.'), route: oneOf(routes, 'Who looks.'),
        point: oneOf(points, 'When.'), slaMs: duration('Time to judge.'), extendedContext: { type: 'boolean', description: 'Show history and similar cases.' },
      }),
    },
    dual: object('When two people sign.', [], { below: share(0, 1, 'Confidence below this.'), when: text('A CEL expression.') }),
    rules: {
      type: 'array', description: 'CEL rules that set things per case.',
      items: object('A rule.', ['id', 'when', 'because', 'set'], {
        id: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$', description: 'Unique.' }, when: text('A CEL expression that is true or false.'), because: text('Why, for people.'),
        set: { ...object('What it sets.', [], { severity: oneOf(severities, 'Severity.'), point: oneOf(points, 'Point.'), route: oneOf(routes, 'Route.') }), minProperties: 1 },
      }),
    },
    sla: object('Deadlines.', ['warnAt', 'onExpiry'], { warnAt: share(0.1, 0.99, 'Share of the time after which to warn.'), onExpiry: oneOf(['escalate', 'reject'], 'When nobody judged in time.'), escalateTo: oneOf(['senior'], 'Where to.') }),
    spotCheckRate: share(0.02, 0.05, 'Share of automatic approvals that a person checks blind; 0 is refused.'),
    reReviewRate: share(0.01, 0.2, 'Share of finished reviews judged again by somebody else; 0.03 unless given.'),
    hiddenShare: share(0.1, 1, 'Share of ordinary reviews shown without the AI\'s answer.'),
    form: oneOf(policyForms, 'How the other reviews are shown: with the AI\'s answer, or only after the reviewer gave their own; shown unless given.'),
    hiddenDisagreement: oneOf(hiddenDisagreements, 'What a hidden answer that is not the AI\'s counts as: a changed output, or a case for another person; modify unless given.'),
    calibration: object('Exercises with a known outcome among the work.', ['share'], { share: share(0, 0.2, 'Share of a reviewer\'s work; 0 is none.') }),
    fatigue: object('When a reviewer is asked to slow down.', ['softCapPerHour'], { softCapPerHour: { type: 'integer', minimum: 1, maximum: 3600, description: 'Judgements an hour; nobody is stopped.' } }),
    reasonCodes: {
      type: 'array', minItems: 1, description: 'Codes a reviewer picks from.',
      items: object('A code.', ['code', 'label', 'for'], { code: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$', description: 'Unique, stable: what the record keeps.' }, label: text('For people.'), for: oneOf(['approve', 'reject', 'modify'], 'The decision it explains.') }),
    },
  }),
} as const;
