import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.ts';

/** A decision as the recorded examples have it: JSON, content as text or base64. */
export type Decision = {
  system: string; decisionId: string; decisionType: string; proposedAt: string;
  input: { parts: Array<{ name: string; mediaType: string; content?: string | null; uri?: string | null; sha256?: string | null }> };
  output: { label: string; content?: string | null; mediaType?: string | null };
  reasoning: { summary: string; factors: Array<{ name: string; value: string; weight: number }> };
  confidence: number | null;
  uncertainty: { lower: number | null; upper: number | null; statement: string | null } | null;
  alternatives: Array<{ label: string; content?: string | null; probability: number | null }>;
  provenance: { model: { name: string; version: string }; trainingDomain: string; sources: Array<{ title: string; uri: string | null; excerpt: string | null; score: number | null }> };
  attributes: Record<string, string | number | boolean>;
  subject: { kind: string; id: string } | null;
  action: { description: string; reversalDeadline: string | null; expectedDurationMs: number | null };
};

const root = join(import.meta.dirname, '../..');

function recorded(name: string): Decision[] {
  return readFileSync(join(root, 'examples/recorded', `${name}.jsonl`), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Decision);
}

/** How often each kind occurs among those that are not simply approved. */
const unsure = { digits: 50, biopsy: 15, withoutConfidence: 5, unknownType: 5, invalid: 10, held: 15 } as const;
type Kind = keyof typeof unsure;
const kinds = Object.entries(unsure).flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind as Kind));

/** An endless stream of decisions under ids of its own, mixed so that every route occurs and reviewers can keep pace. */
export class DecisionSource {
  readonly #random: Random;
  readonly #sureShare: number;
  readonly #sure: Decision[];
  readonly #digits: Decision[];
  readonly #biopsies: Decision[];
  #made = 0;

  /** `sureShare` of the decisions need nobody, 0 to 1. */
  constructor(random: Random, sureShare: number) {
    this.#random = random;
    this.#sureShare = sureShare;
    this.#digits = recorded('digits.routing');
    this.#sure = this.#digits.filter(({ confidence, attributes }) => (confidence ?? 0) >= 0.92 && attributes['touchesEdge'] === false && Number(attributes['inkShare']) >= 0.25);
    this.#biopsies = recorded('biopsy.triage');
  }

  next(): Decision {
    this.#made += 1;
    const decisionId = `chaos-${this.#made}`;
    if (this.#random.chance(this.#sureShare)) return { ...this.#random.pick(this.#sure), decisionId };
    return this.#unsure(this.#random.pick(kinds), decisionId);
  }

  #unsure(kind: Kind, decisionId: string): Decision {
    const digit = this.#random.pick(this.#digits);
    const biopsy = this.#random.pick(this.#biopsies);
    switch (kind) {
      case 'digits': return { ...digit, decisionId };
      case 'biopsy': return { ...biopsy, decisionId };
      case 'withoutConfidence': return { ...biopsy, decisionId, confidence: null, uncertainty: null };
      case 'unknownType': return { ...digit, decisionId, decisionType: 'chaos.unknown' };
      case 'invalid': return { ...digit, decisionId, confidence: 1 + this.#random.between(1, 9) };
      case 'held': return this.#notice(decisionId);
      default: return kind satisfies never;
    }
  }

  /** A passive and irreversible one: it is held. */
  #notice(decisionId: string): Decision {
    const [template] = this.#digits;
    if (template === undefined) throw new RangeError('There are no recorded decisions.');
    return {
      ...template, system: 'chaos', decisionId, decisionType: 'chaos.hold', confidence: 0.5 + this.#random.next() / 2, attributes: {}, alternatives: [], subject: { kind: 'customer', id: `c-${this.#random.between(1, 500)}` },
      input: { parts: [{ name: 'notice', mediaType: 'text/plain', content: `Your form arrived, number ${decisionId}.` }] },
      output: { label: 'send', content: 'send', mediaType: 'text/plain' }, action: { description: 'Send the notice', reversalDeadline: null, expectedDurationMs: null },
    };
  }
}
