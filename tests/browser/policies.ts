/** Policies of the browser tests: one question in the three ways people may be asked it. */

export const typeNames = ['letters.shown', 'letters.first', 'letters.dual', 'letters.senior'] as const;
export type TypeName = (typeof typeNames)[number];

/** What stands in each beside what they share. */
const own: Record<TypeName, { route: string; form: string }> = {
  'letters.shown': { route: 'standard', form: 'shown' },
  'letters.first': { route: 'standard', form: 'first-judge-then-see' },
  'letters.dual': { route: 'dual', form: 'shown' },
  'letters.senior': { route: 'senior', form: 'shown' },
};

/** Draws are made low here: a test chooses the form by choosing an id (`Office.propose`). */
export const hiddenShare = 0.2;
export const reReviewRate = 0.05;

export function policyOf(type: TypeName): string {
  const { route, form } = own[type];
  return `decisionType: ${type}
systems: [mailroom]
illustrative: true
question: Which office does this letter belong to?
answers:
  - label: north
  - label: south
  - label: west
attributes:
  pages: double
instantaneous: true
severity:
  level: low
  consequence95: A letter lies in the wrong office for a day.
  rationale: Nobody is harmed by a letter that is a day late.
reversibility:
  level: costly
  how: Somebody carries the letter back.
point: before
tiers:
  - { name: high, from: 0.9, to: 1, route: ${route}, slaMs: 24h, extendedContext: true }
  - { name: low, from: 0, to: 0.9, route: ${route}, slaMs: 24h, extendedContext: true }
rules:
  - id: thick
    when: pages > 20.0
    because: A thick letter is often several in one envelope.
    set: { route: ${route} }
sla: { warnAt: 0.75, onExpiry: reject }
spotCheckRate: 0.05
reReviewRate: ${reReviewRate}
hiddenShare: ${hiddenShare}
form: ${form}
reasonCodes:
  - { code: addressed, label: The address says it, for: approve }
  - { code: unreadable, label: Nobody can read it, for: reject }
  - { code: other-office, label: It belongs to another office, for: modify }
`;
}
