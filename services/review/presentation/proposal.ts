/** The proposal of an AI system in the shape a presentation needs. Pure. */

import { isTextual, type DecisionProposed } from '@countersign/contracts';
import type { Accepted } from '../context.ts';
import type { CasePart } from './form.ts';

type ReadBytes = { content: string; encoding: 'text' | 'base64' };

/** Bytes as text where the media type is text, JSON or XML, and as base64 otherwise. */
export function readBytes(bytes: Buffer | null, mediaType: string | null): ReadBytes {
  if (bytes === null) return { content: '', encoding: 'text' };
  if (!isTextual(mediaType)) return { content: bytes.toString('base64'), encoding: 'base64' };
  const content = bytes.toString('utf8');
  // Bytes that are no UTF-8 would be changed by showing them as text; what was shown must be what was proposed.
  return Buffer.from(content).equals(bytes) ? { content, encoding: 'text' } : { content: bytes.toString('base64'), encoding: 'base64' };
}

/** Turns the decoded proposal into what the forms pick from. `shownOnly` never reaches the hidden form. */
export function readProposal(proposed: DecisionProposed): Omit<Accepted, 'contentDigest'> {
  const { label, mediaType } = proposed.output;
  const output = { label, mediaType: mediaType ?? 'text/plain', ...readBytes(proposed.output.content, mediaType) };
  return {
    output: { label: output.label, content: output.content, mediaType: output.mediaType },
    reversalDeadline: proposed.action.reversalDeadline,
    proposed: {
      system: proposed.system,
      decisionId: proposed.decisionId,
      decisionType: proposed.decisionType,
      parts: proposed.input.parts.map(readPart),
      output,
      shownOnly: {
        reasoning: {
          summary: proposed.reasoning.summary,
          factors: proposed.reasoning.factors.map(({ name, value, weight }) => ({ name, value, weight })),
        },
        confidence: proposed.confidence,
        uncertainty: readUncertainty(proposed),
        alternatives: proposed.alternatives.map((each) => ({ label: each.label, mediaType: output.mediaType, ...readBytes(each.content, mediaType), probability: each.probability })),
        provenance: readProvenance(proposed),
        attributes: { ...proposed.attributes },
        action: { description: proposed.action.description, reversalDeadline: isoInstant(proposed.action.reversalDeadline) },
      },
    },
  };
}

function readPart({ name, mediaType, content, uri, sha256 }: DecisionProposed['input']['parts'][number]): CasePart {
  if (uri !== null) return { name, mediaType, uri, sha256: sha256 ?? '', missing: true };
  return { name, mediaType, ...readBytes(content, mediaType) };
}

function readUncertainty({ uncertainty }: DecisionProposed) {
  return uncertainty === null ? null : { lower: uncertainty.lower, upper: uncertainty.upper, statement: uncertainty.statement };
}

function readProvenance({ provenance }: DecisionProposed) {
  const { model, trainingDomain, sources } = provenance;
  return {
    model: { name: model.name, version: model.version },
    trainingDomain,
    sources: sources.map(({ title, uri, excerpt, score }) => ({ title, uri, excerpt, score })),
  };
}

function isoInstant(micros: number | null): string | null {
  return micros === null ? null : new Date(micros / 1000).toISOString();
}
