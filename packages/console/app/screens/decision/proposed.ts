/** The proposal as its event has it, in the shape in which the desk shows proposals. Pure. */

import type { CasePart, Output, Presentation, Proposal } from '../../api/contract.ts';
import type { Fields } from '../../api/audit-contract.ts';
import { fieldsOf, instantOf, listOf, numberOf, textOf } from '../record/fields.ts';

/** Bytes come as text where they are text, and otherwise in base64. */
function contentOf(value: unknown): { content: string; encoding: 'text' | 'base64' } {
  const { base64 } = fieldsOf(value);
  return typeof base64 === 'string' ? { content: base64, encoding: 'base64' } : { content: textOf(value), encoding: 'text' };
}

export function proposedCase(event: Fields): Presentation['case'] {
  return { parts: listOf(fieldsOf(event['input'])['parts']).map(partOf) };
}

function partOf(part: Fields): CasePart {
  const uri = textOf(part['uri']);
  return { name: textOf(part['name']), mediaType: textOf(part['mediaType']), ...(uri === '' ? contentOf(part['content']) : { uri, sha256: textOf(part['sha256']) }) };
}

export function proposalOf(event: Fields): Proposal {
  const reasoning = fieldsOf(event['reasoning']);
  const provenance = fieldsOf(event['provenance']);
  const model = fieldsOf(provenance['model']);
  const action = fieldsOf(event['action']);
  return {
    system: textOf(event['system']), decisionId: textOf(event['decisionId']), output: outputOf(event['output']),
    reasoning: { summary: textOf(reasoning['summary']), factors: listOf(reasoning['factors']).map((factor) => ({ name: textOf(factor['name']), value: factor['value'], weight: numberOf(factor['weight']) })) },
    confidence: numberOf(event['confidence']), uncertainty: uncertaintyOf(event['uncertainty']),
    alternatives: listOf(event['alternatives']).map((alternative) => ({ label: textOf(alternative['label']), ...contentOf(alternative['content']), probability: numberOf(alternative['probability']) })),
    provenance: {
      model: { name: textOf(model['name']), version: textOf(model['version']) }, trainingDomain: textOf(provenance['trainingDomain']) === '' ? null : textOf(provenance['trainingDomain']),
      sources: listOf(provenance['sources']).map((source) => ({ title: textOf(source['title']), uri: orNull(source['uri']), excerpt: orNull(source['excerpt']), score: numberOf(source['score']) })),
    },
    attributes: Object.fromEntries(Object.entries(fieldsOf(event['attributes'])).flatMap(([name, value]) => (isScalar(value) ? [[name, value]] : []))),
    action: { description: textOf(action['description']), reversalDeadline: instantOf(action['reversalDeadline']) },
  };
}

export function outputOf(value: unknown): Output {
  const output = fieldsOf(value);
  return { label: textOf(output['label']), ...contentOf(output['content']), mediaType: textOf(output['mediaType']) };
}

function uncertaintyOf(value: unknown): Proposal['uncertainty'] {
  if (value === null || value === undefined) return null;
  const { lower, upper, statement } = fieldsOf(value);
  return { lower: numberOf(lower), upper: numberOf(upper), statement: orNull(statement) };
}

function orNull(value: unknown): string | null {
  return textOf(value) === '' ? null : textOf(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
