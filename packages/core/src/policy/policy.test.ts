import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from './policy.ts';
import { policySchema } from './schema.ts';

const root = join(import.meta.dirname, '../../../..');
const sound = readFileSync(join(root, 'examples/policies/digits.routing.yaml'), 'utf8');

function problemsOf(text: string) {
  const result = parsePolicy(text);
  return result.ok ? [] : result.problems;
}

describe('a policy file', () => {
  test('the examples are sound, and their version follows from their content alone', () => {
    const first = parsePolicy(sound);
    const second = parsePolicy(`# another comment\n${sound}`);
    if (!first.ok || !second.ok) throw new Error(JSON.stringify(problemsOf(sound)));
    expect(first.policy.version).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second.policy.version).toBe(first.policy.version);
  });

  test.each([
    ['a misspelt field', (text: string) => text.replace('spotCheckRate:', 'spotchekRate: 0.03\nspotCheckRate:'), 'unknown-field', 'spotCheckRate'],
    ['an attribute nobody declared', (text: string) => text.replace('when: touchesEdge', 'when: touchesEge'), 'expression', 'touchesEge'],
    ['a condition that is no boolean', (text: string) => text.replace('when: touchesEdge', 'when: inkShare'), 'expression', 'true or false'],
    ['a type error', (text: string) => text.replace('when: touchesEdge', 'when: inkShare > "a"'), 'expression', ''],
    ['a gap between tiers', (text: string) => text.replace('from: 0.75', 'from: 0.80'), 'tier-gap', '0.75'],
    ['an overlap of tiers', (text: string) => text.replace('from: 0.75', 'from: 0.70'), 'tier-overlap', '0.7'],
    ['no spot checks', (text: string) => text.replace('spotCheckRate: 0.05', 'spotCheckRate: 0'), 'invalid', '0.02'],
    ['a missing rationale', (text: string) => text.replace(/ {2}rationale: >-\n( {4}.*\n)+/, ''), 'field-missing', 'rationale'],
    ['auto under an active floor', (text: string) => text.replace('level: low', 'level: catastrophic').replace('level: reversible', 'level: irreversible'), 'below-floor', 'irreversible/high'],
    ['a running action', (text: string) => text.replace('point: after', 'point: during'), 'during-unsupported', 'before'],
    ['no window for an after-action review', (text: string) => text.replace('window: 24h\n  lapse', 'window: 0h\n  lapse').replace('route: standard, slaMs', 'route: standard, point: after, slaMs'), 'window-missing', 'afterAction'],
  ])('%s is refused with line, column and remedy', (_what, change, code, mention) => {
    const text = change(sound);
    expect(text).not.toBe(sound);
    const problem = problemsOf(text).find((candidate) => candidate.code === code);
    expect(problem).toBeDefined();
    expect(problem?.line).toBeGreaterThan(1);
    expect(problem?.column).toBeGreaterThan(0);
    expect(`${problem?.message} ${problem?.remedy}`).toContain(mention);
  });

  test.each([
    ['a rate of zero', 'spotCheckRate: 0.05', 'spotCheckRate: 0', 'spotCheckRate must lie between 0.02 and 0.05, not at 0. Write a number between them. Share of automatic approvals that a person checks blind; 0 is refused.'],
    ['a duration in words', 'slaMs: 24h', 'slaMs: 24 hours', 'tiers.1.slaMs is no duration. Write it as 90s, 30m, 24h or 7d, in one piece. Time to judge.'],
    ['a label without quotes', 'label: "0"', 'label: 0', 'answers.0.label must be a text; without quotes YAML reads a number. Put it in quotes: "0".'],
    ['a slip in a word', 'level: low', 'level: lo', 'severity.level must be one of: low, moderate, high, catastrophic. Did you mean low?'],
    ['a slip in an attribute', 'when: touchesEdge', 'when: touchesEge', 'Unknown variable: touchesEge. Did you mean touchesEdge? Otherwise declare touchesEge under attributes.'],
    ['a text compared with a number', 'inkShare < 0.25', 'inkShare < "a"', 'no such overload: double < string. Compare numbers with numbers (0.25, 100.0) and texts with texts ("north").'],
    ['a condition that ends early', 'when: touchesEdge', 'when: touchesEdge &&', 'Unexpected token: EOF. Correct the condition: it is CEL, such as amount > 100000.0 && region == "north".'],
    ['a field twice', 'illustrative: true', 'illustrative: true\nillustrative: true', 'illustrative stands twice. Remove or rename one.'],
  ])('%s is told in words that help', (_what, before, after, words) => {
    expect(problemsOf(sound.replace(before, after)).map(({ message, remedy }) => `${message} ${remedy}`)).toContain(words);
  });

  test.each([
    ['a slip in the label', 'when: output.label == "sven" || touchesEdge', '"sven"', 'output.label is never "sven": that is none of the answers. Compare with one of: 0, 1,'],
    ['a label that is no answer, from the other side', `when: '"10" != output.label'`, `'"10"`, 'output.label is never "10"'],
    ['one of a list', 'when: output.label in ["7", "seven"]', '"seven"', 'output.label is never "seven"'],
    ['the label by its name', 'when: output["label"] == "x"', '"x"', 'output.label is never "x"'],
    ['an attribute that holds answers elsewhere', 'when: runnerUp == "1" || runnerUp == "11"', '"11"', 'runnerUp is compared with answers elsewhere, and "11" is none of them. Did you mean 1? Leave it if runnerUp can hold it.'],
  ])('%s is warned of with line, column and what to do, and refused by nobody', (_what, condition, at, words) => {
    const text = sound.replace('when: touchesEdge', condition);
    const result = parsePolicy(text);
    expect(result).toMatchObject({ ok: true, warnings: [{ code: 'unknown-answer', line: text.split('\n').findIndex((line) => line.includes(condition)) + 1 }] });
    const [warning] = result.warnings;
    expect(`${warning?.message} ${warning?.remedy}`).toContain(words);
    const line = text.split('\n')[(warning?.line ?? 1) - 1] ?? '';
    expect(warning?.column).toBe(line.indexOf(at) + 1);
  });

  test('nothing is warned of in conditions that can match', () => {
    expect(parsePolicy(sound).warnings).toEqual([]);
    for (const when of ['output.label == "7" && runnerUp != "1"', 'output.label.startsWith("x")', 'output.label == runnerUp']) expect(parsePolicy(sound.replace('when: touchesEdge', `when: ${when}`))).toMatchObject({ ok: true, warnings: [] });
  });

  test('warnings stand beside problems', () => {
    expect(parsePolicy(sound.replace('when: touchesEdge', 'when: output.label == "x"').replace('from: 0.75', 'from: 0.80'))).toMatchObject({ ok: false, problems: [{ code: 'tier-gap' }], warnings: [{ code: 'unknown-answer' }] });
  });

  test('YAML errors, aliases without end and anything that is no mapping come back as problems', () => {
    for (const text of ['a: [', '', '- 1', 'a: &a [1]\nb: *a', '\u0000', `a: ${'x'.repeat(300_000)}`]) expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  test('the published JSON Schema is the one that is checked', () => {
    expect(JSON.parse(readFileSync(join(root, 'schemas/policy.schema.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(policySchema)));
  });
});
