import { floorOf, quadrantOf } from './matrix.ts';
import type { CompiledPolicy } from './policy/policy.ts';
import { stricter, points, routes, severities, type Oversight, type Point, type Quadrant, type Reversibility, type Route, type Severity } from './vocabulary.ts';

/** What risk looks at. */
export type DecisionFacts = {
  system: string;
  decisionType: string;
  confidence: number | null;
  outputLabel: string;
  attributes: Readonly<Record<string, string | number | boolean>>;
};

export type MatchedRule = { id: string; because: string; sets: Record<string, string> };

export type RiskClass = {
  severity: Severity;
  reversibility: Reversibility;
  quadrant: Quadrant;
  oversight: Oversight;
  /** Tier name; `none` without confidence or policy. */
  tier: string;
  point: Point;
  route: Route;
  dual: boolean;
  confidence: number | null;
  known: boolean;
  matchedRules: MatchedRule[];
  reasons: string[];
};

/**
 * Severity, reversibility, tier and what the policy asks for. Pure: the same facts and policy version give the same
 * class for ever. Without a policy, or when the policy cannot answer, two people look (fail closed).
 */
export function classify(facts: DecisionFacts, policy: CompiledPolicy | null): RiskClass {
  if (policy === null) return failClosed(facts, `No policy covers the decision type ${facts.decisionType}.`);
  const { document } = policy;
  if (!document.systems.includes(facts.system)) return failClosed(facts, `The policy of ${facts.decisionType} does not cover the system ${facts.system}.`);
  if (!document.answers.some((answer) => answer.label === facts.outputLabel)) {
    return failClosed(facts, `The output "${facts.outputLabel}" is none of the answers of ${facts.decisionType}.`);
  }
  try {
    return classifyKnown(facts, policy);
  } catch (error) {
    return failClosed(facts, `The policy could not be applied: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error'}`);
  }
}

function classifyKnown(facts: DecisionFacts, policy: CompiledPolicy): RiskClass {
  const { document } = policy;
  // Rules see no confidence as the least there is.
  const ruleFacts = { confidence: facts.confidence ?? 0, outputLabel: facts.outputLabel, attributes: facts.attributes };
  const matched = policy.rules.filter((rule) => rule.matches(ruleFacts));
  const tier = facts.confidence === null ? null : tierOf(document.tiers, facts.confidence);
  const severity = matched.reduce((level, rule) => stricter(severities, level, rule.set.severity ?? 'low'), document.severity.level);
  const reversibility = document.reversibility.level;
  const quadrant = quadrantOf(severity, reversibility);
  const floor = floorOf(quadrant);
  const consequential = severity === 'high' || severity === 'catastrophic';
  const belowDual = facts.confidence === null || (document.dual?.below !== undefined && consequential && facts.confidence < document.dual.below);
  const dual = belowDual || (policy.dualWhen?.(ruleFacts) ?? false);
  // Confidence only adds oversight: to give none must not spare a case the wait that little confidence brings.
  const asked = tier === null ? 'before' : (rulePoint(matched) ?? tier.point ?? document.point);
  return {
    severity,
    reversibility,
    quadrant,
    oversight: floor.oversight,
    tier: tier?.name ?? 'none',
    point: strictestOf(points, [floor.point, asked]),
    route: strictestOf(routes, [floor.route, tier?.route ?? 'dual', dual ? 'dual' : 'auto', ...matched.map((rule) => rule.set.route ?? 'auto')]),
    dual,
    confidence: facts.confidence,
    known: true,
    matchedRules: matched.map((rule) => ({ id: rule.id, because: rule.because, sets: { ...rule.set } })),
    reasons: [
      `${document.decisionType} is ${severity} and ${reversibility} (${quadrant}): at least ${floor.oversight} oversight.`,
      tier === null ? 'The model gave no confidence: two people decide first.' : `Confidence ${facts.confidence} is in tier ${tier.name} (${tier.from} to ${tier.to}): ${tier.route}.`,
      ...matched.map((rule) => `Rule ${rule.id}: ${rule.because}`),
      ...(dual && facts.confidence !== null ? [belowDual ? `Confidence is below ${document.dual?.below}: two people sign.` : 'The policy asks for two signatures in this case.'] : []),
    ],
  };
}

/** Rules may relax the tier's point down to the floor, or tighten it; several take the strictest. */
function rulePoint(matched: CompiledPolicy['rules']): Point | undefined {
  const stated = matched.flatMap((rule) => (rule.set.point === undefined ? [] : [rule.set.point]));
  return stated.length === 0 ? undefined : strictestOf(points, stated);
}

function strictestOf<T>(order: readonly T[], words: readonly T[]): T {
  return words.reduce((strictest, word) => stricter(order, strictest, word));
}

/** Bands are half-open; 1 belongs to the one that ends there. */
function tierOf<T extends { from: number; to: number }>(tiers: readonly T[], confidence: number): T {
  const tier = tiers.find((band) => confidence >= band.from && (confidence < band.to || (confidence === 1 && band.to === 1)));
  if (tier === undefined) throw new Error(`No tier covers the confidence ${confidence}.`);
  return tier;
}

function failClosed(facts: DecisionFacts, reason: string): RiskClass {
  return {
    severity: 'catastrophic', reversibility: 'irreversible', quadrant: 'irreversible/high', oversight: 'active', tier: 'none',
    point: 'before', route: 'dual', dual: true, confidence: facts.confidence, known: false, matchedRules: [],
    reasons: [reason, 'Two senior people decide (fail closed).'],
  };
}
