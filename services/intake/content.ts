import { sortedNames, type DecisionProposed } from '@countersign/contracts';

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
  const names = sortedNames(proposal.attributes);
  const attributes: DecisionProposed['attributes'] = {};
  for (const name of names) {
    const value = proposal.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  const canonical = { ...proposal, proposedAt, attributes };
  return hasNegativeZero(canonical) ? withoutNegativeZero(canonical) : canonical;
}
