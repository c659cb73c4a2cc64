import { isTextual, type DecisionProposed } from '@countersign/contracts';
import { CountersignError } from '@countersign/kit';

type JsonContent = { content?: string | null; mediaType?: string | null };

function contentOf(field: string, { content, mediaType }: JsonContent): Buffer | null {
  if (content === undefined || content === null) return null;
  if (isTextual(mediaType ?? null)) return Buffer.from(content, 'utf8');
  const bytes = Buffer.from(content, 'base64');
  // The platform skips what is no base64 and drops a lone last digit: a reviewer would see less than was meant.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content) || bytes.toString('base64').replaceAll('=', '') !== content.replaceAll('=', '')) throw new CountersignError('invalid-request', `${field} must be base64, since ${mediaType} is no text: the standard alphabet, without line breaks.`, { field });
  return bytes;
}

/** Microseconds of an RFC 3339 instant. Throws `invalid-request` naming the field. */
export function instantOf(field: string, text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const ms = match === null ? NaN : Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(ms)) throw new CountersignError('invalid-request', `${field} must be an RFC 3339 instant such as 2026-01-31T12:00:00.000000Z.`, { field });
  return ms * 1000 + Number((match?.[2] ?? '').padEnd(6, '0'));
}

/** What the JSON schema lets through. */
export type ProposalJson = Omit<DecisionProposed, 'proposedAt' | 'input' | 'output' | 'reasoning' | 'confidence' | 'uncertainty' | 'alternatives' | 'provenance' | 'attributes' | 'subject' | 'action'> & {
  proposedAt?: string;
  input: { parts: Array<{ name: string; mediaType: string; content?: string | null; uri?: string | null; sha256?: string | null }> };
  output: { label: string } & JsonContent;
  reasoning: { summary: string; factors?: Array<{ name: string; value: string; weight: number }> };
  confidence?: number | null;
  uncertainty?: { lower?: number | null; upper?: number | null; statement?: string | null } | null;
  alternatives?: Array<{ label: string; content?: string | null; probability?: number | null }>;
  provenance: { model: { name: string; version: string }; trainingDomain?: string; sources?: Array<{ title: string; uri?: string | null; excerpt?: string | null; score?: number | null }> };
  attributes?: Record<string, string | number | boolean>;
  subject?: { kind: string; id: string } | null;
  action: { description: string; reversalDeadline?: string | null; expectedDurationMs?: number | null };
};

/** The event a JSON proposal stands for. Throws `invalid-request` naming the field. */
export function proposalFromJson(json: ProposalJson, nowUs: number): DecisionProposed {
  return {
    system: json.system, decisionId: json.decisionId, decisionType: json.decisionType,
    proposedAt: instantOf('proposedAt', json.proposedAt) ?? nowUs,
    input: { parts: json.input.parts.map((part, index) => ({ name: part.name, mediaType: part.mediaType, content: contentOf(`input.parts[${index}].content`, part), uri: part.uri ?? null, sha256: part.sha256 ?? null })) },
    output: { label: json.output.label, content: contentOf('output.content', json.output), mediaType: json.output.mediaType ?? null },
    reasoning: { summary: json.reasoning.summary, factors: (json.reasoning.factors ?? []).map(({ name, value, weight }) => ({ name, value, weight })) },
    confidence: json.confidence ?? null,
    uncertainty: json.uncertainty === null || json.uncertainty === undefined ? null : { lower: json.uncertainty.lower ?? null, upper: json.uncertainty.upper ?? null, statement: json.uncertainty.statement ?? null },
    alternatives: (json.alternatives ?? []).map((alternative, index) => ({ label: alternative.label, content: contentOf(`alternatives[${index}].content`, { content: alternative.content, mediaType: json.output.mediaType }), probability: alternative.probability ?? null })),
    provenance: {
      model: { name: json.provenance.model.name, version: json.provenance.model.version }, trainingDomain: json.provenance.trainingDomain ?? '',
      sources: (json.provenance.sources ?? []).map((source) => ({ title: source.title, uri: source.uri ?? null, excerpt: source.excerpt ?? null, score: source.score ?? null })),
    },
    attributes: json.attributes ?? {},
    subject: json.subject ?? null,
    action: { description: json.action.description, reversalDeadline: instantOf('action.reversalDeadline', json.action.reversalDeadline), expectedDurationMs: json.action.expectedDurationMs ?? null },
  };
}
