import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classify } from './classify.ts';
import { floorOf, quadrantOf } from './matrix.ts';
import { parsePolicy } from './policy/policy.ts';
import { formOf, route } from './route.ts';
import { points, reversibilities, routes, severities, type Point, type Reversibility, type Severity } from './vocabulary.ts';

const level = (words: readonly string[], word: string) => words.indexOf(word);

function policyText(severity: Severity, reversibility: Reversibility, point: Point, tierRoute: string): string {
  return `decisionType: test.type
systems: [s]
question: Is it so?
answers: [{ label: yes it is }, { label: no it is not }]
severity: { level: ${severity}, consequence95: A consequence that is written out in full., rationale: A rationale that is written out in full. }
reversibility: { level: ${reversibility}, how: somehow, window: 24h }
point: ${point}
afterAction: { window: 24h, lapse: alert }
tiers:
  - { name: high, from: 0.9, to: 1, route: ${tierRoute} }
  - { name: low, from: 0, to: 0.9, route: senior }
sla: { warnAt: 0.5, onExpiry: reject }
spotCheckRate: 0.05
hiddenShare: 0.5
reasonCodes: [{ code: a, label: A, for: approve }, { code: b, label: B, for: reject }]
`;
}

describe('the matrix is a floor', () => {
  test.each([
    ['low', 'reversible', 'reversible/low', 'hootl'],
    ['moderate', 'costly', 'irreversible/low', 'passive'],
    ['high', 'reversible', 'reversible/high', 'passive'],
    ['catastrophic', 'irreversible', 'irreversible/high', 'active'],
  ] as const)('%s and %s is %s: at least %s', (severity, reversibility, quadrant, oversight) => {
    expect(quadrantOf(severity, reversibility)).toBe(quadrant);
    expect(floorOf(quadrant).oversight).toBe(oversight);
  });

  test('no policy that passes the check, and no confidence, routes below the floor', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...severities), fc.constantFrom(...reversibilities), fc.constantFrom('after', 'hold', 'before' as const), fc.constantFrom(...routes), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.999, noNaN: true }),
        (severity, reversibility, point, tierRoute, confidence, formDraw) => {
          const parsed = parsePolicy(policyText(severity, reversibility, point, tierRoute));
          const floor = floorOf(quadrantOf(severity, reversibility));
          const undercuts = level(points, point) < level(points, floor.point) || level(routes, tierRoute) < level(routes, floor.route);
          expect(parsed.ok).toBe(!undercuts);
          if (!parsed.ok) return;
          const risk = classify({ system: 's', decisionType: 'test.type', confidence, outputLabel: 'yes it is', attributes: {} }, parsed.policy);
          const routing = route(risk, parsed.policy, { decisionType: 'test.type', acceptedAt: 1e15, reversalDeadline: null, formDraw });
          expect(level(points, routing.point)).toBeGreaterThanOrEqual(level(points, floor.point));
          expect(level(routes, routing.route)).toBeGreaterThanOrEqual(level(routes, floor.route));
          expect(routing.verdictBy === 'routing').toBe(routing.point === 'after');
        },
      ),
    );
  });

  test('an unknown type, a missing attribute and an answer that is none fail closed', () => {
    const parsed = parsePolicy(policyText('low', 'reversible', 'after', 'auto').replace('tiers:', 'attributes: { amount: double }\nrules: [{ id: r, when: amount > 1.0, because: Large., set: { route: senior } }]\ntiers:'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const facts = { system: 's', decisionType: 'test.type', confidence: 0.99, outputLabel: 'yes it is', attributes: {} };
    for (const risk of [classify(facts, null), classify(facts, parsed.policy), classify({ ...facts, outputLabel: 'maybe', attributes: { amount: 1 } }, parsed.policy), classify({ ...facts, system: 'other', attributes: { amount: 1 } }, parsed.policy)]) {
      expect(risk).toMatchObject({ known: false, route: 'dual', point: 'before', oversight: 'active' });
      const routing = route(risk, parsed.policy, { decisionType: 'test.type', acceptedAt: 0, reversalDeadline: null, formDraw: 0 });
      expect(routing).toMatchObject({ queue: 'unclassified', form: 'shown', verdictBy: 'review', onExpiry: 'reject', dueAt: 4 * 3_600_000_000 });
    }
    expect(classify({ ...facts, attributes: { amount: 2 } }, parsed.policy)).toMatchObject({ known: true, route: 'senior', matchedRules: [{ id: 'r', because: 'Large.' }] });
  });

  test('no confidence on a known type is dual in a queue of its own', () => {
    const parsed = parsePolicy(policyText('low', 'reversible', 'after', 'auto'));
    if (!parsed.ok) throw new Error('unsound');
    const risk = classify({ system: 's', decisionType: 'test.type', confidence: null, outputLabel: 'yes it is', attributes: {} }, parsed.policy);
    expect(route(risk, parsed.policy, { decisionType: 'test.type', acceptedAt: 0, reversalDeadline: null, formDraw: 0.9 })).toMatchObject({ route: 'dual', queue: 'test.type/no-confidence' });
  });

  test('no confidence waits for people where the policy lets sure cases go ahead, whatever a rule relaxes', () => {
    const relaxed = 'rules: [{ id: r, when: confidence < 0.5, because: Little is at stake., set: { point: after } }]\ntiers:';
    const parsed = parsePolicy(policyText('low', 'reversible', 'after', 'auto').replace('tiers:', relaxed));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const risk = classify({ system: 's', decisionType: 'test.type', confidence: null, outputLabel: 'yes it is', attributes: {} }, parsed.policy);
    expect(risk.matchedRules).toHaveLength(1);
    expect(route(risk, parsed.policy, { decisionType: 'test.type', acceptedAt: 0, reversalDeadline: null, formDraw: 0.9 })).toMatchObject({ point: 'before', kind: 'dual', verdictBy: 'review', onExpiry: 'reject' });
  });

  test('the hidden share is drawn before the form of the policy, and as often whatever that is', () => {
    for (const form of ['', 'form: shown\n', 'form: first-judge-then-see\n']) {
      const parsed = parsePolicy(policyText('low', 'reversible', 'after', 'standard').replace('tiers:', `${form}tiers:`));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const risk = classify({ system: 's', decisionType: 'test.type', confidence: 0.5, outputLabel: 'yes it is', attributes: {} }, parsed.policy);
      const formAt = (formDraw: number) => route(risk, parsed.policy, { decisionType: 'test.type', acceptedAt: 0, reversalDeadline: null, formDraw }).form;
      const { hiddenShare } = parsed.policy.document;
      expect([formAt(0), formAt(hiddenShare - 1e-9), formAt(hiddenShare), formAt(0.999)]).toEqual(['hidden', 'hidden', ...Array(2).fill(form.includes('first') ? 'first-judge-then-see' : 'shown')]);
      expect(formOf('auto', parsed.policy.document, 0)).toBe('shown');
    }
  });

  test('a decision that can be reversed for less than the minimum waits for a person', () => {
    const parsed = parsePolicy(policyText('low', 'reversible', 'after', 'auto').replace('tiers:', 'minimumReversalWindow: 1h\ntiers:'));
    if (!parsed.ok) throw new Error('unsound');
    const risk = classify({ system: 's', decisionType: 'test.type', confidence: 0.95, outputLabel: 'yes it is', attributes: {} }, parsed.policy);
    const facts = { decisionType: 'test.type', acceptedAt: 0, formDraw: 0.9 };
    expect(route(risk, parsed.policy, { ...facts, reversalDeadline: 3_599_000_000 })).toMatchObject({ point: 'before', route: 'standard', verdictBy: 'review' });
    expect(route(risk, parsed.policy, { ...facts, reversalDeadline: 3_600_000_000 })).toMatchObject({ point: 'after', route: 'auto', verdictBy: 'routing' });
  });
});
