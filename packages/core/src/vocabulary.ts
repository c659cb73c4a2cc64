/** The words of the domain, each list from least to most strict where it has an order. */

export const severities = ['low', 'moderate', 'high', 'catastrophic'] as const;
export type Severity = (typeof severities)[number];

export const reversibilities = ['reversible', 'costly', 'irreversible'] as const;
export type Reversibility = (typeof reversibilities)[number];

export const quadrants = ['reversible/low', 'reversible/high', 'irreversible/low', 'irreversible/high'] as const;
export type Quadrant = (typeof quadrants)[number];

export const oversights = ['hootl', 'passive', 'active'] as const;
export type Oversight = (typeof oversights)[number];

/** When a person steps in, seen from the action. `hold` is `before` with a veto instead of an approval. */
export const points = ['after', 'during', 'hold', 'before'] as const;
export type Point = (typeof points)[number];

export const routes = ['auto', 'standard', 'senior', 'dual'] as const;
export type Route = (typeof routes)[number];

export const tierNames = ['high', 'medium', 'low', 'critical'] as const;
export type TierName = (typeof tierNames)[number];

export const forms = ['shown', 'hidden', 'first-judge-then-see'] as const;
export type Form = (typeof forms)[number];

/** What a policy may ask for; the hidden form is drawn, never chosen. */
export const policyForms = ['shown', 'first-judge-then-see'] as const;
export type PolicyForm = (typeof policyForms)[number];

/** What a hidden answer that is not the AI's counts as in ordinary work. */
export const hiddenDisagreements = ['modify', 'adjudicate'] as const;
export type HiddenDisagreement = (typeof hiddenDisagreements)[number];

export const verdicts = ['approved', 'rejected', 'modified'] as const;
export type Verdict = (typeof verdicts)[number];

export const caseKinds = [
  'auto-approved', 'standard', 'senior', 'dual', 'adjudication', 'after-action', 'hold', 'unclassified', 'spot-check', 're-review',
] as const;
export type CaseKind = (typeof caseKinds)[number];

/** The stricter of two words of one ordered list. */
export function stricter<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
