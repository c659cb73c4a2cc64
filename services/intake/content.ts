import type { DecisionProposed } from '@countersign/contracts';
import { sha256 } from '@countersign/kit';

const given = <V>(value: V | null): V | undefined => value ?? undefined;
const filled = <V>(list: readonly V[]): readonly V[] | undefined => (list.length === 0 ? undefined : list);
const base64 = (bytes: Buffer | null): string | undefined => bytes?.toString('base64');

/**
 * RFC 8785 form of a proposal without `proposedAt` and without nulls and empty lists: what a producer left out and what
 * it sent as a default are the same. Members stand in the order of the RFC and undefined ones are left out, so that the
 * platform's own JSON does the rest. Attributes have names of their producer's, which the RFC sorts as text and
 * JavaScript does not where they are integers.
 */
export function canonicalContent({ action, alternatives, attributes, confidence, decisionId, decisionType, input, output, provenance, reasoning, subject, system, uncertainty }: DecisionProposed): string {
  const before = {
    action: { description: action.description, expectedDurationMs: given(action.expectedDurationMs), reversalDeadline: given(action.reversalDeadline) },
    alternatives: filled(alternatives.map(({ content, label, probability }) => ({ content: base64(content), label, probability: given(probability) }))),
  };
  const after = {
    confidence: given(confidence), decisionId, decisionType,
    input: { parts: filled(input.parts.map(({ content, mediaType, name, sha256, uri }) => ({ content: base64(content), mediaType, name, sha256: given(sha256), uri: given(uri) }))) },
    output: { content: base64(output.content), label: output.label, mediaType: given(output.mediaType) },
    provenance: {
      model: { name: provenance.model.name, version: provenance.model.version },
      sources: filled(provenance.sources.map(({ excerpt, score, title, uri }) => ({ excerpt: given(excerpt), score: given(score), title, uri: given(uri) }))),
      trainingDomain: given(provenance.trainingDomain),
    },
    reasoning: { factors: filled(reasoning.factors.map(({ name, value, weight }) => ({ name, value, weight }))), summary: reasoning.summary },
    subject: subject === null ? undefined : { id: subject.id, kind: subject.kind },
    system,
    uncertainty: uncertainty === null ? undefined : { lower: given(uncertainty.lower), statement: given(uncertainty.statement), upper: given(uncertainty.upper) },
  };
  const members = Object.keys(attributes).sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(attributes[name])}`);
  return `${JSON.stringify(before).slice(0, -1)},"attributes":{${members.join(',')}},${JSON.stringify(after).slice(1)}`;
}

/** SHA-256 of the canonical content: the identity of what a proposal says. */
export function contentDigest(proposal: DecisionProposed): Buffer {
  return sha256(canonicalContent(proposal));
}

const isNegativeZero = (value: unknown) => Object.is(value, -0);

/** Looked for first, since hardly any proposal has one and the copy costs more than the rest of acceptance. */
function hasNegativeZero({ confidence, uncertainty, alternatives, reasoning, provenance, attributes }: DecisionProposed): boolean {
  return isNegativeZero(confidence) || isNegativeZero(uncertainty?.lower) || isNegativeZero(uncertainty?.upper)
    || reasoning.factors.some(({ weight }) => isNegativeZero(weight)) || alternatives.some(({ probability }) => isNegativeZero(probability))
    || provenance.sources.some(({ score }) => isNegativeZero(score)) || Object.values(attributes).some(isNegativeZero);
}

/** RFC 8785 writes -0 as 0, Avro does not: the same digest must be the same bytes. */
function withoutNegativeZero<V>(value: V): V {
  if (typeof value === 'number') return (value === 0 ? 0 : value) as V;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withoutNegativeZero) as V;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutNegativeZero(part as unknown)])) as V;
}

/** The one form of a proposal: attributes sorted by name, so that the same content is the same bytes. */
export function canonicalProposal(proposal: DecisionProposed, proposedAt: number): DecisionProposed {
  const names = Object.keys(proposal.attributes).sort();
  const attributes: DecisionProposed['attributes'] = {};
  for (const name of names) {
    const value = proposal.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  const canonical = { ...proposal, proposedAt, attributes };
  return hasNegativeZero(canonical) ? withoutNegativeZero(canonical) : canonical;
}
