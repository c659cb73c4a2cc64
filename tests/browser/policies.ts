/** Policies of the browser tests: one question in the three ways people may be asked it, and one with more answers than there are buttons for. */

export const typeNames = ['letters.shown', 'letters.first', 'letters.dual', 'letters.hostile', 'letters.listed'] as const;
export type TypeName = (typeof typeNames)[number];

/** What stands in each beside what they share. */
const own: Record<TypeName, { route: string; form: string }> = {
  'letters.shown': { route: 'standard', form: 'shown' },
  'letters.first': { route: 'standard', form: 'first-judge-then-see' },
  'letters.dual': { route: 'dual', form: 'shown' },
  'letters.hostile': { route: 'standard', form: 'shown' },
  'letters.listed': { route: 'standard', form: 'shown' },
};

/** Draws are made low here: a test chooses the form by choosing an id (`Office.propose`). */
export const hiddenShare = 0.2;
export const reReviewRate = 0.05;

/** With the three that every type has: thirteen. */
const listed = Array.from({ length: 10 }, (_, index) => `branch ${index + 1}`);

/** As much of it as fits where names stand. */
export function shortPayload(field: string): string {
  return `<img src=x onerror="window.ran='${field}'"><script>window.ran='${field}'</script><img src=//evil.example/x>`;
}

/** Runs, loads or leads away wherever it is taken for more than text; `field` says where. */
export function payload(field: string): string {
  return `"><img src=x onerror="window.ran='${field}'"><svg onload="window.ran='${field}'"></svg><script>window.ran='${field}'</script><img src="https://evil.example/${field}.png"><a href="javascript:window.ran='${field}'">${field}</a>{{7*7}}`;
}

export function policyOf(type: TypeName): string {
  const { route, form } = own[type];
  // A policy is written by people of the house, and their words are no more trusted for it.
  const say = (words: string) => JSON.stringify(type === 'letters.hostile' ? `${words} ${payload(`policy ${words.slice(0, 8)}`)}` : words);
  return `decisionType: ${type}
systems: [mailroom]
illustrative: true
question: ${say('Which office does this letter belong to?')}
answers:
  - label: north
  - label: south
  - label: ${say('west')}
${(type === 'letters.listed' ? listed : []).map((label) => `  - label: ${label}\n`).join('')}attributes:
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
    because: ${say('A thick letter is often several in one envelope.')}
    set: { route: ${route} }
sla: { warnAt: 0.75, onExpiry: reject }
spotCheckRate: 0.05
reReviewRate: ${reReviewRate}
hiddenShare: ${hiddenShare}
form: ${form}
reasonCodes:
  - { code: addressed, label: ${say('The address says it')}, for: approve }
  - { code: unreadable, label: ${say('Nobody can read it')}, for: reject }
  - { code: other-office, label: ${say('It belongs to another office')}, for: modify }
`;
}
