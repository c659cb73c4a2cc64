import { hash } from 'node:crypto';
import type { DecisionProposed } from './generated/types.ts';

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
  const members = sortedNames(attributes).map((name) => `${JSON.stringify(name)}:${JSON.stringify(attributes[name])}`);
  return `${JSON.stringify(before).slice(0, -1)},"attributes":{${members.join(',')}},${JSON.stringify(after).slice(1)}`;
}

/** The names of some attributes in the order of the RFC; most come in it. */
export function sortedNames(attributes: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(attributes);
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name) ? names : names.sort();
}

/**
 * Hex SHA-256 of the canonical content: the identity of what a proposal says, the same for whoever computes it. Give it a
 * proposal as it is read, since what an encoding changes (a lone surrogate, text that is no UTF-8) is other content.
 */
export function contentDigest(proposal: DecisionProposed): string {
  return hash('sha256', canonicalContent(proposal));
}
