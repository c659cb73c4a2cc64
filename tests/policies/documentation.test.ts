import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { classify, parsePolicy, policySchema, route, type CompiledPolicy, type Routing } from '../../packages/core/src/index.ts';
import { floorOf } from '../../packages/core/src/matrix.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/policy.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
const whole = blocks.find((text) => text.includes('\ndecisionType:')) ?? '';

function sound(text: string): CompiledPolicy {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

type Facts = { system: string; confidence: number | null; label: string; attributes: Record<string, string | number | boolean> };

function routed(policy: CompiledPolicy, { system, confidence, label, attributes }: Facts): Routing & { known: boolean } {
  const { decisionType } = policy.document;
  const risk = classify({ system, decisionType, confidence, outputLabel: label, attributes }, policy);
  return { ...route(risk, policy, { decisionType, acceptedAt: 0, reversalDeadline: null, formDraw: 0.99 }), known: risk.known };
}

describe('docs/policy.md', () => {
  test('its example is sound, and routes as the text below it says', () => {
    const policy = sound(whole);
    const loan = (amount: number, label: string, confidence: number | null) => {
      const { route: who, point, dueAt } = routed(policy, { system: 'credit-scoring', confidence, label, attributes: { amount, region: 'north', firstTimeBuyer: false } });
      return [who, point, (dueAt ?? 0) / 3_600_000_000];
    };
    expect(loan(20_000, 'grant', 0.95)).toEqual(['standard', 'before', 24]);
    expect(loan(150_000, 'deny', 0.95)[0]).toBe('senior');
    expect(loan(150_000, 'deny', 0.55)).toEqual(['dual', 'before', 4]);
    expect(loan(20_000, 'grant', null)[0]).toBe('dual');
  });

  test('its rule can be put into a policy as it stands', () => {
    const rules = blocks.find((text) => text.startsWith('rules:')) ?? '';
    const policy = sound(whole.replace(/^rules:\n(?: .*\n)+/m, rules));
    expect(policy.rules.map(({ id }) => id)).toEqual(['large-denial']);
  });

  test('tells every field of the schema, and none that is not there', () => {
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(Object.keys(policySchema.properties).sort());
  });

  test('has the matrix as it is in the code', () => {
    const rows = [...page.matchAll(/^\| \*\*(.+?)\*\* \| .*: `(\w+)`, `(\w+)` \| .*: `(\w+)`, `(\w+)` \|$/gm)].map((row) => row.slice(1));
    const cell = (quadrant: Parameters<typeof floorOf>[0]) => [floorOf(quadrant).route, floorOf(quadrant).point];
    expect(rows).toEqual([
      ['reversible', ...cell('reversible/low'), ...cell('reversible/high')],
      ['costly, irreversible', ...cell('irreversible/low'), ...cell('irreversible/high')],
    ]);
  });

  test('links to files that are there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => join(root, 'docs', path ?? ''));
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) expect(readFileSync(link, 'utf8').length).toBeGreaterThan(0);
  });
});

describe('the starting thresholds', () => {
  const file = 'examples/policies/templates/starting-thresholds.yaml';
  const policy = sound(readFileSync(join(root, file), 'utf8'));
  const at = (confidence: number, highConsequence = false) => routed(policy, { system: 'your-system', confidence, label: 'grant', attributes: { highConsequence } });
  const hours = (routing: Routing) => (routing.dueAt ?? 0) / 3_600_000_000;

  test('are marked illustrative', () => expect(policy.document.illustrative).toBe(true));

  test.each([1, 0.97, 0.92])('%d is approved at once, with spot checks', (confidence) => {
    expect(at(confidence)).toMatchObject({ known: true, route: 'auto', point: 'after', verdictBy: 'routing' });
    expect(policy.document.spotCheckRate).toBeGreaterThanOrEqual(0.02);
  });
  test.each([0.9199, 0.8, 0.75])('%d waits for one reviewer, 24 hours', (confidence) => {
    expect(at(confidence)).toMatchObject({ route: 'standard', point: 'before', verdictBy: 'review' });
    expect(hours(at(confidence))).toBe(24);
  });
  test.each([0.7499, 0.6, 0.3, 0])('%d waits for a senior with extended context, 4 hours', (confidence) => {
    expect(at(confidence)).toMatchObject({ route: 'senior', point: 'before' });
    expect(hours(at(confidence))).toBe(4);
    expect(policy.document.tiers.find(({ from, to }) => confidence >= from && confidence < to)?.extendedContext).toBe(true);
  });
  test.each([0.5999, 0.3, 0])('%d and of high consequence waits for two people', (confidence) => {
    expect(at(confidence, true)).toMatchObject({ route: 'dual', point: 'before' });
  });
  test('of high consequence and sure is approved by a person first', () => {
    expect(at(0.97, true)).toMatchObject({ route: 'standard', point: 'before' });
    expect(at(0.6, true).route).toBe('senior');
  });

  test('are put in force by nobody: what npm start activates lies one folder above', () => {
    const activated = readdirSync(join(root, 'examples/policies')).filter((name) => name.endsWith('.yaml'));
    expect(activated).toEqual(['biopsy.triage.yaml', 'digits.routing.yaml']);
  });
});
