import { decisionLimits } from '@countersign/core';

const text = { type: 'string' } as const;
const optionalText = { type: ['string', 'null'] } as const;
const optionalNumber = { type: ['number', 'null'] } as const;
const object = (required: string[], properties: Record<string, object>) => ({ type: 'object', required, properties, additionalProperties: false });

const example = {
  system: 'credit-scoring', decisionId: 'application-4711', decisionType: 'credit.application',
  input: { parts: [{ name: 'application', mediaType: 'application/json', content: '{"income":41000,"amount":12000}' }] },
  output: { label: 'deny' }, reasoning: { summary: 'The instalment exceeds a third of the income.', factors: [{ name: 'instalment share', value: '0.41', weight: 0.62 }] },
  confidence: 0.83, alternatives: [{ label: 'grant', probability: 0.17 }], provenance: { model: { name: 'credit-gbm', version: '3.1.0' } },
  attributes: { amount: 12000 }, subject: { kind: 'person', id: 'p-1009' }, action: { description: 'Send the denial letter.' },
};

const words = (description: string) => ({ ...text, description });
const content = { ...optionalText, description: 'Text where the media type is text/*, JSON, XML, YAML, or ends in +json or +xml; base64 otherwise' };

export const proposalSchema = {
  ...object(['system', 'decisionId', 'decisionType', 'input', 'output', 'reasoning', 'provenance', 'action'], {
    system: words('The AI system that decides; its policy lists it'), decisionId: words('Unique in the system, at most 128 characters: the idempotency key'),
    decisionType: words('The question, never the answer: credit.application'), proposedAt: words('RFC 3339; now unless given, and no part of the content'),
    input: {
      ...object(['parts'], { parts: { type: 'array', items: object(['name', 'mediaType'], { name: words('For the reviewer'), mediaType: words('Such as image/png'), content, uri: { ...optionalText, description: 'Instead of content, from the allow-list' }, sha256: { ...optionalText, description: 'Of what the uri holds, 64 hex digits' } }) } }),
      description: 'The case itself: what a person needs to answer without the AI',
    },
    output: { ...object(['label'], { label: words('One of the answers of the policy'), content, mediaType: optionalText }), description: 'What the AI decided' },
    reasoning: { ...object(['summary'], { summary: words('In words for a reviewer'), factors: { type: 'array', items: object(['name', 'value', 'weight'], { name: text, value: text, weight: { type: 'number' } }) } }), description: 'Why' },
    confidence: { ...optionalNumber, description: '0 to 1; without one, two people decide first' },
    uncertainty: { ...object([], { lower: optionalNumber, upper: optionalNumber, statement: { ...optionalText, description: "The model's own hedging" } }), type: ['object', 'null'] },
    alternatives: { type: 'array', items: object(['label'], { label: text, content: optionalText, probability: optionalNumber }), description: 'The next best answers; with the confidence, probabilities sum to 1 at the most' },
    provenance: object(['model'], {
      model: object(['name', 'version'], { name: text, version: text }), trainingDomain: words('What it was trained on, and so what it knows'),
      sources: { type: 'array', items: object(['title'], { title: text, uri: optionalText, excerpt: optionalText, score: optionalNumber }) },
    }),
    attributes: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] }, description: 'What the policy tests. Without one it tests, or with another type, the decision goes to two senior people' },
    subject: { ...object(['kind', 'id'], { kind: text, id: text }), type: ['object', 'null'], description: 'Whose data it is, so that it can be erased' },
    action: { ...object(['description'], { description: words('What happens on approval'), reversalDeadline: { ...optionalText, description: 'Until when it can be undone' }, expectedDurationMs: optionalNumber }), description: 'What the pipeline will do' },
  }),
  examples: [example],
};

export const decisionParams = object(['system', 'decisionId'], { system: { ...text, description: 'The AI system', examples: ['credit-scoring'] }, decisionId: { ...text, description: 'The decision', examples: ['application-4711'] } });

const exampleDigest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const decisionAnswer = {
  ...object(['system', 'decisionId', 'state'], {
    system: text, decisionId: text, state: { enum: ['proposed', 'accepted', 'resolved'] }, acceptedAt: text, policyVersion: text, contentDigest: { ...text, description: 'Hex SHA-256 of the content that was accepted, as in DecisionAccepted: a verdict is on this content and no other' },
    erased: { type: 'boolean', description: 'Its content was erased: nothing but the verdict is known of it, and the id cannot be used again' },
    verdict: object(['verdict'], { verdict: { enum: ['approved', 'rejected', 'modified'] }, resolvedBy: text, basis: text, reason: text, outputLabel: optionalText, contentChanged: { type: 'boolean', description: 'The output was changed to more than its label says; the changed content is on Kafka, in DecisionResolved, and not here' }, resolvedAt: text }),
  }),
  description: 'What is known of a decision; `verdict` only once there is one.',
  examples: [
    { system: 'credit-scoring', decisionId: 'application-4711', state: 'accepted', acceptedAt: '2026-02-03T09:00:00.000Z', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751', contentDigest: exampleDigest },
    {
      system: 'credit-scoring', decisionId: 'application-4711', state: 'resolved', acceptedAt: '2026-02-03T09:00:00.000Z', policyVersion: 'sha256:0c3b3a343aba7d6245b04b5657244db94a18a6b6f231e6f583d3a28f7fbea751', contentDigest: exampleDigest,
      verdict: { verdict: 'rejected', resolvedBy: 'review', basis: 'judgement', reason: 'The instalment was counted twice.', outputLabel: null, contentChanged: false, resolvedAt: '2026-02-03T11:20:00.000Z' },
    },
  ],
};

export const proposedAnswer = {
  ...object(['system', 'decisionId', 'state'], { system: text, decisionId: text, state: { enum: ['proposed', 'accepted'] } }),
  description: 'Kafka has it; `location` is where its verdict will be. `accepted`: the same content was accepted before.',
  examples: [{ system: 'credit-scoring', decisionId: 'application-4711', state: 'proposed' }],
};

export const outcomeAnswer = {
  ...object(['eventId'], { eventId: { ...text, description: 'The same for every repeat of the report' } }), description: 'Kafka has it.', examples: [{ eventId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11' }],
};

export const outcomeSchema = {
  ...object(['system', 'decisionId', 'outcome'], {
    system: { type: 'string', minLength: 1, maxLength: decisionLimits.nameCharsMax }, decisionId: { type: 'string', minLength: 1, maxLength: decisionLimits.decisionIdCharsMax },
    outcome: { type: 'string', minLength: 1, maxLength: 200, description: 'What was true, as a label of the decision type' }, observedAt: { ...text, description: 'When it was known; now unless given' }, decisionType: optionalText, source: { type: ['string', 'null'], minLength: 1, maxLength: 200, description: 'Who or what says so; the caller unless given.' },
  }),
  examples: [{ system: 'credit-scoring', decisionId: 'application-4711', outcome: 'grant', observedAt: '2026-05-02T09:00:00Z' }],
};
