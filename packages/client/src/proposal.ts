import { asRead, contentDigest, isTextual, type DecisionProposed } from '@countersign/contracts';
import { RefusedError } from './errors.ts';

/** Text, or bytes for what is no text. */
export type Content = string | Uint8Array;

/** A decision as a pipeline states it; what is left out is empty or unknown. Instants are `Date`s. */
export type Proposal = {
  system: string;
  /** Unique per system, at most 128 characters. It is the idempotency key: the same id with other content is refused. */
  decisionId: string;
  decisionType: string;
  /** Default: now. No part of the content, so proposing again later is still the same decision. */
  proposedAt?: Date;
  /** The case itself: what a person needs to answer the question without the AI. */
  input: { parts: ReadonlyArray<{ name: string; mediaType: string; content?: Content; uri?: string; sha256?: string }> };
  output: { label: string; content?: Content; mediaType?: string };
  reasoning: { summary: string; factors?: ReadonlyArray<{ name: string; value: string; weight: number }> };
  /** 0..1; left out when the model gives none, which sends the decision to two people. */
  confidence?: number | null;
  uncertainty?: { lower?: number; upper?: number; statement?: string } | null;
  alternatives?: ReadonlyArray<{ label: string; content?: Content; probability?: number }>;
  provenance: { model: { name: string; version: string }; trainingDomain?: string; sources?: ReadonlyArray<{ title: string; uri?: string; excerpt?: string; score?: number }> };
  /** What policies test. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Whose data it is. */
  subject?: { kind: string; id: string } | null;
  action: { description: string; reversalDeadline?: Date; expectedDurationMs?: number };
};

const bytesOf = (content: Content | undefined) => (content === undefined ? null : typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content));
const microsecondsOf = (instant: Date) => instant.getTime() * 1000;

/** The event of a proposal, every field filled. `nowMs` dates it where the proposal does not. */
export function proposalEvent(proposal: Proposal, nowMs: number): DecisionProposed {
  const { uncertainty, provenance, action } = proposal;
  return {
    system: proposal.system, decisionId: proposal.decisionId, decisionType: proposal.decisionType,
    proposedAt: microsecondsOf(proposal.proposedAt ?? new Date(nowMs)),
    input: { parts: proposal.input.parts.map(({ name, mediaType, content, uri, sha256 }) => ({ name, mediaType, content: bytesOf(content), uri: uri ?? null, sha256: sha256 ?? null })) },
    output: { label: proposal.output.label, content: bytesOf(proposal.output.content), mediaType: proposal.output.mediaType ?? null },
    reasoning: { summary: proposal.reasoning.summary, factors: (proposal.reasoning.factors ?? []).map(({ name, value, weight }) => ({ name, value, weight })) },
    confidence: proposal.confidence ?? null,
    uncertainty: uncertainty === null || uncertainty === undefined ? null : { lower: uncertainty.lower ?? null, upper: uncertainty.upper ?? null, statement: uncertainty.statement ?? null },
    alternatives: (proposal.alternatives ?? []).map(({ label, content, probability }) => ({ label, content: bytesOf(content), probability: probability ?? null })),
    provenance: {
      model: { name: provenance.model.name, version: provenance.model.version }, trainingDomain: provenance.trainingDomain ?? '',
      sources: (provenance.sources ?? []).map(({ title, uri, excerpt, score }) => ({ title, uri: uri ?? null, excerpt: excerpt ?? null, score: score ?? null })),
    },
    attributes: { ...proposal.attributes },
    subject: proposal.subject ?? null,
    action: { description: action.description, reversalDeadline: action.reversalDeadline === undefined ? null : microsecondsOf(action.reversalDeadline), expectedDurationMs: action.expectedDurationMs ?? null },
  };
}

function textOf(content: Buffer | null, mediaType: string | null): string | null {
  return content === null ? null : content.toString(isTextual(mediaType) ? 'utf8' : 'base64');
}

const isoOf = (microseconds: number) => new Date(microseconds / 1000).toISOString();

/** The JSON form of a proposal for `POST /v1/decisions`. */
export function proposalJson(event: DecisionProposed): object {
  const { output, action } = event;
  return {
    ...event,
    proposedAt: isoOf(event.proposedAt),
    input: { parts: event.input.parts.map((part) => ({ ...part, content: textOf(part.content, part.mediaType) })) },
    output: { ...output, content: textOf(output.content, output.mediaType) },
    alternatives: event.alternatives.map((alternative) => ({ ...alternative, content: textOf(alternative.content, output.mediaType) })),
    action: { ...action, reversalDeadline: action.reversalDeadline === null ? null : isoOf(action.reversalDeadline) },
  };
}

/**
 * The digest that intake computes of a proposal sent over Kafka. Throws `RefusedError` where it fits no schema.
 */
export function digestOverKafka(event: DecisionProposed): string {
  try {
    return contentDigest(asRead('DecisionProposed', event));
  } catch (error) {
    throw new RefusedError('schema', error instanceof Error ? error.message : String(error), null);
  }
}

/** The same over HTTP, where bytes of a text that are no UTF-8 arrive as other ones. */
export function digestOverHttp(event: DecisionProposed): string {
  const { output } = event;
  return digestOverKafka({
    ...event,
    input: { parts: event.input.parts.map((part) => ({ ...part, content: throughJson(part.content, part.mediaType) })) },
    output: { ...output, content: throughJson(output.content, output.mediaType) },
    alternatives: event.alternatives.map((alternative) => ({ ...alternative, content: throughJson(alternative.content, output.mediaType) })),
  });
}

function throughJson(content: Buffer | null, mediaType: string | null): Buffer | null {
  return content === null || !isTextual(mediaType) ? content : Buffer.from(content.toString('utf8'));
}
