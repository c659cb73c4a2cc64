import { decisionLimits as limits, type Refusal, type RefusalCode } from './limits.ts';

type Output = { label: string; content: Uint8Array | null; mediaType: string | null };

/** A proposal as far as validation looks at it; the generated event type fits. */
export type ProposalFacts = {
  system: string;
  decisionId: string;
  decisionType: string;
  proposedAt: number;
  input: { parts: ReadonlyArray<{ name: string; mediaType: string; content: Uint8Array | null; uri: string | null; sha256: string | null }> };
  output: Output;
  reasoning: { summary: string; factors: ReadonlyArray<{ name: string; value: string; weight: number }> };
  confidence: number | null;
  uncertainty: { lower: number | null; upper: number | null; statement: string | null } | null;
  alternatives: ReadonlyArray<{ label: string; content: Uint8Array | null; probability: number | null }>;
  provenance: { model: { name: string; version: string }; trainingDomain: string; sources: ReadonlyArray<{ title: string; uri: string | null; excerpt: string | null; score: number | null }> };
  attributes: Readonly<Record<string, string | number | boolean>>;
  subject: { kind: string; id: string } | null;
  action: { description: string; reversalDeadline: number | null; expectedDurationMs: number | null };
};

export type ValidationFacts = {
  /** Microseconds since the epoch. */
  now: number;
  /** Prefixes that `uri` parts may begin with; empty allows none. */
  uriPrefixes: readonly string[];
};

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(code: RefusalCode, field: string, message: string) {
    super(message);
    this.refusal = { code, field, message };
  }
}

const fail = (code: RefusalCode, field: string, message: string): never => {
  throw new Refused(code, field, message);
};

/** The first thing wrong with a proposal that its schema cannot say, or `null`. Pure; never throws. */
export function validateProposal(proposal: ProposalFacts, facts: ValidationFacts): Refusal | null {
  try {
    checkIdentity(proposal);
    checkTime(proposal, facts.now);
    checkInput(proposal, facts.uriPrefixes);
    checkOutput(proposal.output);
    checkReasoning(proposal);
    checkProbabilities(proposal);
    checkProvenance(proposal);
    checkAttributes(proposal);
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

function checkIdentity(proposal: ProposalFacts): void {
  checkText('system', proposal.system, limits.nameCharsMax);
  checkText('decisionId', proposal.decisionId, limits.decisionIdCharsMax);
  checkText('decisionType', proposal.decisionType, limits.nameCharsMax);
  if (proposal.subject !== null) {
    checkText('subject.kind', proposal.subject.kind, limits.nameCharsMax);
    checkText('subject.id', proposal.subject.id, limits.nameCharsMax);
  }
  checkText('action.description', proposal.action.description, limits.textCharsMax);
  const duration = proposal.action.expectedDurationMs;
  if (duration !== null && !(duration >= 0)) fail('number-out-of-range', 'action.expectedDurationMs', 'The expected duration cannot be negative.');
}

function checkTime(proposal: ProposalFacts, now: number): void {
  const aheadMs = (proposal.proposedAt - now) / 1000;
  if (aheadMs > limits.clockAheadMsMax) fail('clock-ahead', 'proposedAt', `proposedAt is ${Math.round(aheadMs / 1000)} s in the future; at most ${limits.clockAheadMsMax / 1000} s are tolerated. Check the clock of the producer.`);
  if (-aheadMs > limits.ageMsMax) fail('too-old', 'proposedAt', 'proposedAt is more than a year ago. Timestamps are microseconds since 1970, UTC.');
}

function checkInput(proposal: ProposalFacts, uriPrefixes: readonly string[]): void {
  const { parts } = proposal.input;
  if (parts.length === 0) fail('field-empty', 'input.parts', 'The case needs at least one part: what a person needs to answer without the AI.');
  checkCount('input.parts', parts.length, limits.partsMax);
  parts.forEach((part, index) => {
    const at = `input.parts[${index}]`;
    checkText(`${at}.name`, part.name, limits.nameCharsMax);
    checkMediaType(`${at}.mediaType`, part.mediaType);
    if (part.content === null && part.uri === null) fail('content-missing', at, 'A part needs content, or a uri with its sha256.');
    if (part.content !== null && part.uri !== null) fail('content-ambiguous', at, 'A part has content or a uri, not both.');
    if (part.uri !== null) checkUri(at, part.uri, part.sha256, uriPrefixes);
  });
  // One part may be empty, as a form's second page is; of nothing but such parts nobody can answer anything.
  if (parts.every(({ content }) => content?.length === 0)) fail('content-missing', 'input.parts', 'Every part of the case is empty: a person would have nothing to answer from.');
}

function checkUri(at: string, uri: string, sha256: string | null, prefixes: readonly string[]): void {
  checkText(`${at}.uri`, uri, limits.textCharsMax);
  const url = URL.parse(uri);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return fail('uri-invalid', `${at}.uri`, 'The uri must be an absolute http or https address.');
  if (url.username !== '' || url.password !== '') fail('uri-invalid', `${at}.uri`, 'The uri must not carry credentials.');
  // Compared as parsed, so that dots and encodings cannot climb out of the prefix.
  if (!prefixes.some((prefix) => url.href.startsWith(prefix))) fail('uri-not-allowed', `${at}.uri`, 'The uri is not on the allow-list of this installation. Ask its operator for it (COUNTERSIGN_URI_ALLOW_LIST), or send the content itself.');
  if (sha256 === null || !/^[0-9a-f]{64}$/.test(sha256)) fail('digest-invalid', `${at}.sha256`, 'A uri part needs the SHA-256 of its content as 64 lower-case hex digits.');
}

function checkOutput(output: Output): void {
  checkText('output.label', output.label, limits.nameCharsMax);
  if (output.mediaType !== null) checkMediaType('output.mediaType', output.mediaType);
  if (output.content !== null && output.mediaType === null) fail('media-type-invalid', 'output.mediaType', 'Output content needs its media type.');
}

function checkReasoning(proposal: ProposalFacts): void {
  checkText('reasoning.summary', proposal.reasoning.summary, limits.textCharsMax);
  checkCount('reasoning.factors', proposal.reasoning.factors.length, limits.factorsMax);
  proposal.reasoning.factors.forEach((factor, index) => {
    checkText(`reasoning.factors[${index}].name`, factor.name, limits.nameCharsMax);
    checkText(`reasoning.factors[${index}].value`, factor.value, limits.textCharsMax, true);
    if (!Number.isFinite(factor.weight)) fail('number-out-of-range', `reasoning.factors[${index}].weight`, 'A weight is a finite number.');
  });
}

function checkProbabilities(proposal: ProposalFacts): void {
  checkProbability('confidence', proposal.confidence);
  const { uncertainty } = proposal;
  if (uncertainty !== null) {
    checkProbability('uncertainty.lower', uncertainty.lower);
    checkProbability('uncertainty.upper', uncertainty.upper);
    if (uncertainty.lower !== null && uncertainty.upper !== null && uncertainty.lower > uncertainty.upper) fail('number-out-of-range', 'uncertainty.lower', 'uncertainty.lower is greater than uncertainty.upper.');
    if (uncertainty.statement !== null) checkText('uncertainty.statement', uncertainty.statement, limits.textCharsMax, true);
  }
  checkCount('alternatives', proposal.alternatives.length, limits.alternativesMax);
  const labels = new Set([proposal.output.label]);
  let sum = proposal.confidence ?? 0;
  proposal.alternatives.forEach((alternative, index) => {
    checkText(`alternatives[${index}].label`, alternative.label, limits.nameCharsMax);
    checkProbability(`alternatives[${index}].probability`, alternative.probability);
    if (alternative.content === null && labels.has(alternative.label)) fail('duplicate-label', `alternatives[${index}].label`, 'An alternative repeats the output or another alternative.');
    labels.add(alternative.label);
    sum += alternative.probability ?? 0;
  });
  if (sum > 1 + limits.probabilitySlack) fail('probability-sum', 'alternatives', `Confidence and alternatives sum to ${sum.toFixed(6)}, more than 1.`);
}

function checkProvenance(proposal: ProposalFacts): void {
  const { model, trainingDomain, sources } = proposal.provenance;
  checkText('provenance.model.name', model.name, limits.nameCharsMax);
  checkText('provenance.model.version', model.version, limits.nameCharsMax);
  checkText('provenance.trainingDomain', trainingDomain, limits.textCharsMax, true);
  checkCount('provenance.sources', sources.length, limits.sourcesMax);
  sources.forEach((source, index) => {
    const at = `provenance.sources[${index}]`;
    checkText(`${at}.title`, source.title, limits.textCharsMax);
    if (source.uri !== null) checkText(`${at}.uri`, source.uri, limits.textCharsMax);
    if (source.excerpt !== null) checkText(`${at}.excerpt`, source.excerpt, limits.textCharsMax, true);
    if (source.score !== null && !Number.isFinite(source.score)) fail('number-out-of-range', `${at}.score`, 'A score is a finite number.');
  });
}

function checkAttributes(proposal: ProposalFacts): void {
  const entries = Object.entries(proposal.attributes);
  checkCount('attributes', entries.length, limits.attributesMax);
  for (const [name, value] of entries) {
    checkText('attributes', name, limits.nameCharsMax);
    if (typeof value === 'string') checkText(`attributes.${name}`, value, limits.textCharsMax, true);
    if (typeof value === 'number' && !Number.isFinite(value)) fail('number-out-of-range', `attributes.${name}`, 'An attribute is a finite number.');
  }
}

function checkProbability(field: string, value: number | null): void {
  if (value !== null && !(value >= 0 && value <= 1)) fail('number-out-of-range', field, `${field} must lie between 0 and 1, not ${value}.`);
}

function checkCount(field: string, count: number, max: number): void {
  if (count > max) fail('too-many', field, `${field} has ${count} entries, more than ${max}.`);
}

/** U+0000 cannot be stored, a lone surrogate cannot be encoded: neither is text. */
function checkText(field: string, text: string, charsMax: number, mayBeEmpty = false): void {
  if (!mayBeEmpty && text.trim() === '') fail('field-empty', field, `${field} must not be empty.`);
  if (text.length > charsMax) fail('text-too-long', field, `${field} has ${text.length} characters, more than ${charsMax}.`);
  if (text.includes('\u0000') || !text.isWellFormed()) fail('text-invalid', field, `${field} holds a NUL or a lone surrogate.`);
}

function checkMediaType(field: string, mediaType: string): void {
  if (!/^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,60}(;[ -~]{1,100})?$/i.test(mediaType)) fail('media-type-invalid', field, `"${mediaType.slice(0, 80)}" is no media type such as text/plain.`);
}
