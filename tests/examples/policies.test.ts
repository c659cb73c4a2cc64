import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { classify, parsePolicy, route } from '../../packages/core/src/index.ts';
import type { CompiledPolicy, Routing } from '../../packages/core/src/index.ts';

type Recorded = {
  system: string;
  decisionType: string;
  confidence: number;
  output: { label: string };
  attributes: Record<string, string | number | boolean>;
};

const types = ['digits.routing', 'biopsy.triage'] as const;
type ExampleType = (typeof types)[number];

const examples = join(import.meta.dirname, '..', '..', 'examples');
const acceptedAt = Date.UTC(2026, 0, 5) * 1000;

function readPolicy(type: ExampleType): CompiledPolicy {
  const result = parsePolicy(readFileSync(join(examples, 'policies', `${type}.yaml`), 'utf8'));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

function readRecorded(type: ExampleType): Recorded[] {
  const text = readFileSync(join(examples, 'recorded', `${type}.jsonl`), 'utf8');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Recorded);
}

function routeAll(type: ExampleType): Array<{ rules: string[]; known: boolean; routing: Routing }> {
  const policy = readPolicy(type);
  return readRecorded(type).map((decision) => {
    const risk = classify({ ...decision, outputLabel: decision.output.label }, policy);
    const routing = route(risk, policy, { decisionType: type, acceptedAt, reversalDeadline: null, formDraw: 0.99 });
    return { rules: risk.matchedRules.map((rule) => rule.id), known: risk.known, routing };
  });
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

describe.each(types)('the example policy of %s', (type) => {
  test('declares exactly the attributes its pipeline sends', () => {
    const { document } = readPolicy(type);
    const declared = Object.entries(document.attributes ?? {}).sort();
    for (const { attributes } of readRecorded(type)) {
      const sent = Object.entries(attributes).map(([name, value]) => [name, typeof value === 'number' ? 'double' : typeof value]);
      expect(sent.sort()).toEqual(declared);
    }
  });

  test('answers every recorded decision without failing closed', () => {
    expect(routeAll(type).filter((routed) => !routed.known)).toEqual([]);
  });

  test('has no rule that no recorded decision meets', () => {
    const met = new Set(routeAll(type).flatMap((routed) => routed.rules));
    expect([...met].sort()).toEqual(readPolicy(type).document.rules?.map((rule) => rule.id).sort());
  });
});

test('no biopsy is decided before a person looked', () => {
  expect(countBy(routeAll('biopsy.triage'), ({ routing }) => `${routing.verdictBy} ${routing.point} ${routing.route}`)).toEqual({
    'review before standard': 167,
    'review before senior': 24,
    'review before dual': 37,
  });
});

test('most digits need nobody, odd ones are looked at afterwards, doubtful ones before', () => {
  expect(countBy(routeAll('digits.routing'), ({ routing }) => `${routing.verdictBy} ${routing.point} ${routing.route}`)).toEqual({
    'routing after auto': 609,
    'routing after standard': 36,
    'review before standard': 39,
    'review before senior': 35,
  });
});
