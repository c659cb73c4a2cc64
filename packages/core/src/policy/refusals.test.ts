import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, stringify } from 'yaml';
import { classify } from '../classify.ts';
import type { PolicyDocument } from './document.ts';
import { parsePolicy, type PolicyResult } from './policy.ts';

const root = join(import.meta.dirname, '../../../..');
/** Cases of each property; many more in `npm run test:full`. */
const runs = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 10_000 : 300;
const schema = JSON.parse(readFileSync(join(root, 'schemas/policy.schema.json'), 'utf8')) as object;

/** Sound as it stands; each test breaks one thing of it. */
function document(change: (sound: PolicyDocument) => void = () => undefined): PolicyDocument {
  const sound: PolicyDocument = {
    decisionType: 'credit.application', systems: ['credit'], question: 'Should this person get the loan?', answers: [{ label: 'grant' }, { label: 'deny' }],
    attributes: { amount: 'double', region: 'string', repeat: 'boolean' },
    severity: { level: 'low', consequence95: 'A consequence that is written out in full.', rationale: 'A rationale that is written out in full.' },
    reversibility: { level: 'reversible', how: 'It is corrected.' }, point: 'after', afterAction: { window: '24h', lapse: 'alert' },
    tiers: [{ name: 'high', from: 0.9, to: 1, route: 'auto' }, { name: 'low', from: 0, to: 0.9, route: 'standard' }],
    rules: [{ id: 'large', when: 'amount > 100000.0', because: 'Much money.', set: { route: 'senior' } }],
    sla: { warnAt: 0.5, onExpiry: 'reject' }, spotCheckRate: 0.05, hiddenShare: 0.5,
    reasonCodes: [{ code: 'fine', label: 'Fine', for: 'approve' }, { code: 'wrong', label: 'Wrong', for: 'reject' }],
  };
  change(sound);
  return sound;
}

const check = (change?: (sound: PolicyDocument) => void): PolicyResult => parsePolicy(stringify(document(change)));
const level = (severity: PolicyDocument['severity']['level'], reversibility: PolicyDocument['reversibility']['level']) => (sound: PolicyDocument) => {
  sound.severity.level = severity;
  sound.reversibility.level = reversibility;
};
/** Everybody looks, so that only the point can be at fault. */
const staffed = (sound: PolicyDocument, point: PolicyDocument['point']) => {
  sound.point = point;
  sound.tiers = [{ name: 'high', from: 0, to: 1, route: 'standard' }];
};

describe('the check refuses', () => {
  const cases: Array<[string, (sound: PolicyDocument) => void, string, string]> = [];
  for (const severity of ['high', 'catastrophic'] as const) {
    for (const reversibility of ['costly', 'irreversible'] as const) {
      for (const point of ['after', 'hold'] as const) {
        cases.push([`${point} for ${severity} and ${reversibility}`, (sound) => (level(severity, reversibility)(sound), staffed(sound, point)), 'below-floor', 'before']);
      }
    }
  }
  for (const severity of ['low', 'moderate'] as const) {
    for (const reversibility of ['costly', 'irreversible'] as const) {
      cases.push([`after for ${severity} and ${reversibility}`, (sound) => (level(severity, reversibility)(sound), staffed(sound, 'after')), 'below-floor', 'hold']);
    }
  }
  cases.push(
    ['auto under a passive floor, reversible', (sound) => level('high', 'reversible')(sound), 'below-floor', 'standard or stricter'],
    ['auto under a passive floor, irreversible', (sound) => (level('low', 'irreversible')(sound), (sound.point = 'hold')), 'below-floor', 'standard or stricter'],
    ['auto under an active floor', (sound) => (level('catastrophic', 'irreversible')(sound), (sound.point = 'before')), 'below-floor', 'standard or stricter'],
    ['a tier that undercuts the floor', (sound) => (level('low', 'irreversible')(sound), staffed(sound, 'hold'), (sound.tiers = [{ name: 'high', from: 0, to: 1, route: 'standard', point: 'after' }])), 'below-floor', 'hold'],
    ['a rule that raises the severity and undercuts its floor', (sound) => (level('low', 'irreversible')(sound), staffed(sound, 'hold'), (sound.rules = [{ id: 'r', when: 'repeat', because: 'B.', set: { severity: 'high', point: 'hold' } }])), 'below-floor', 'before'],
    ['a rule that routes to nobody under a floor', (sound) => (level('low', 'irreversible')(sound), staffed(sound, 'hold'), (sound.rules = [{ id: 'r', when: 'repeat', because: 'B.', set: { route: 'auto' } }])), 'below-floor', 'standard'],
    ['after without a window', (sound) => delete sound.afterAction, 'window-missing', 'afterAction'],
    ['after without a window, though nobody looks', (sound) => (delete sound.afterAction, delete sound.rules, (sound.tiers = [{ name: 'high', from: 0, to: 1, route: 'auto' }])), 'window-missing', 'afterAction'],
    ['after with a window of nothing', (sound) => (sound.afterAction = { window: '0h', lapse: 'alert' }), 'window-missing', 'afterAction'],
    ['a rule to look afterwards without a window', (sound) => (staffed(sound, 'before'), delete sound.afterAction, (sound.rules = [{ id: 'r', when: 'repeat', because: 'B.', set: { point: 'after' } }])), 'window-missing', 'afterAction'],
    ['during', (sound) => (sound.point = 'during'), 'during-unsupported', 'before'],
    ['during in a tier', (sound) => (sound.tiers[0] = { name: 'high', from: 0.9, to: 1, route: 'standard', point: 'during' }), 'during-unsupported', 'before'],
    ['during in a rule', (sound) => (sound.rules = [{ id: 'r', when: 'repeat', because: 'B.', set: { point: 'during' } }]), 'during-unsupported', 'before'],
    ['during for what is instantaneous', (sound) => ((sound.instantaneous = true), (sound.point = 'during')), 'during-unsupported', 'before'],
    ['more exercises than hidden work among which they go unnoticed', (sound) => ((sound.calibration = { share: 0.1 }), (sound.hiddenShare = 0.14)), 'exercises-recognisable', 'hiddenShare'],
    ['a share of exercises above 0.2', (sound) => (sound.calibration = { share: 0.21 }), 'invalid', '0.2'],
    ['no spot checks', (sound) => (sound.spotCheckRate = 0), 'invalid', '0.02'],
    ['spot checks below 2 %', (sound) => (sound.spotCheckRate = 0.019), 'invalid', '0.02'],
    ['spot checks above 5 %', (sound) => (sound.spotCheckRate = 0.051), 'invalid', '0.05'],
    ['no re-reviews', (sound) => (sound.reReviewRate = 0), 'invalid', '0.01'],
    ['too little that is hidden', (sound) => (sound.hiddenShare = 0.09), 'invalid', '0.1'],
    ['a form that is drawn, not chosen', (sound) => (sound.form = 'hidden' as 'shown'), 'invalid', 'first-judge-then-see'],
    ['a disagreement that counts as nothing', (sound) => (sound.hiddenDisagreement = 'ignore' as 'modify'), 'invalid', 'adjudicate'],
    ['a disagreement where every answer is a decision', (sound) => ((sound.answers = [{ label: 'fine', meaning: 'approve' }, { label: 'harmful', meaning: 'reject' }]), (sound.hiddenDisagreement = 'adjudicate')), 'disagreement-impossible', 'hiddenDisagreement'],
    ['more than a fifth of exercises', (sound) => (sound.calibration = { share: 0.21 }), 'invalid', '0.2'],
    ['exercises without a share', (sound) => (sound.calibration = {} as { share: number }), 'field-missing', 'share'],
    ['a cap of nothing', (sound) => (sound.fatigue = { softCapPerHour: 0 }), 'invalid', '1'],
    ['a cap of half a judgement', (sound) => (sound.fatigue = { softCapPerHour: 1.5 }), 'invalid', ''],
    ['a gap between tiers', (sound) => ((sound.tiers[1] ?? { to: 0 }).to = 0.8), 'tier-gap', '0.8 to 0.9'],
    ['a gap below', (sound) => ((sound.tiers[1] ?? { from: 0 }).from = 0.1), 'tier-gap', '0 to 0.1'],
    ['a gap above', (sound) => ((sound.tiers[0] ?? { to: 0 }).to = 0.99), 'tier-gap', '0.99 to 1'],
    ['an overlap', (sound) => ((sound.tiers[1] ?? { to: 0 }).to = 0.95), 'tier-overlap', '0.95'],
    ['an empty tier', (sound) => sound.tiers.push({ name: 'medium', from: 0.9, to: 0.9, route: 'senior' }), 'tier-empty', 'to'],
    ['a tier twice', (sound) => ((sound.tiers[1] ?? { name: '' }).name = 'high'), 'duplicate', 'high'],
    ['an answer twice', (sound) => ((sound.answers[1] ?? { label: '' }).label = 'grant'), 'duplicate', 'grant'],
    ['an unknown attribute', (sound) => ((sound.rules?.[0] ?? { when: '' }).when = 'amuont > 1.0'), 'expression', 'amuont'],
    ['a type error', (sound) => ((sound.rules?.[0] ?? { when: '' }).when = 'amount > "1"'), 'expression', 'double'],
    ['a condition that is no condition', (sound) => ((sound.rules?.[0] ?? { when: '' }).when = 'amount + 1.0'), 'expression', 'true or false'],
    ['CEL that is none', (sound) => ((sound.rules?.[0] ?? { when: '' }).when = 'amount >'), 'expression', ''],
    ['a dual condition with an unknown attribute', (sound) => (sound.dual = { when: 'nobody == "x"' }), 'expression', 'nobody'],
    ['no code to approve with', (sound) => sound.reasonCodes.shift(), 'reason-code-missing', 'approve'],
    ['no code to reject with', (sound) => sound.reasonCodes.pop(), 'reason-code-missing', 'reject'],
    ['a severity without a reason', (sound) => (sound.severity.rationale = 'Because.'), 'invalid', '20'],
    ['one answer only', (sound) => sound.answers.pop(), 'invalid', '2'],
    ...['confidence', 'output', 'system', 'in', 'true', 'null', 'int', 'double', 'string', 'bool', 'type', '__proto__'].map((name): (typeof cases)[number] => [
      `an attribute named ${name}`, (sound) => (sound.attributes = Object.fromEntries([...Object.entries(sound.attributes ?? {}), [name, 'double']])), 'reserved-name', name,
    ]),
    ['a rule that lowers the severity', (sound) => (level('high', 'irreversible')(sound), staffed(sound, 'before'), (sound.rules = [{ id: 'r', when: 'repeat', because: 'B.', set: { severity: 'low', point: 'hold' } }])), 'severity-lowered', 'from high to low'],
    ['a hold in which nobody can veto', (sound) => (level('low', 'irreversible')(sound), staffed(sound, 'hold'), (sound.hold = '0s')), 'no-time', '0s'],
    ['a tier that is overdue at once', (sound) => (sound.tiers = [{ name: 'high', from: 0, to: 1, route: 'standard', slaMs: '0m' }]), 'no-time', '0m'],
    ['a shortest window beyond the window', (sound) => (sound.minimumReversalWindow = '2d'), 'window-too-short', 'Shorten'],
    ['more re-reviews than hidden work among which they go unnoticed', (sound) => ((sound.reReviewRate = 0.2), (sound.hiddenShare = 0.1)), 'exercises-recognisable', 'reReviewRate'],
    ['a pattern, which may take hours', (sound) => ((sound.rules?.[0] ?? { when: '' }).when = 'amount > 1.0 && region.matches("(a+)+b")'), 'pattern', 'startsWith'],
    ['a text with half of a character', (sound) => ((sound.rules?.[0] ?? { because: '' }).because = 'So \ud800 be it.'), 'invalid-text', 'half'],
    ['a text with U+0000', (sound) => ((sound.rules?.[0] ?? { because: '' }).because = 'So \0 be it.'), 'invalid-text', 'U+0000'],
    ['expiry by approval', (sound) => (sound.sla = { warnAt: 0.5, onExpiry: 'approve' as 'reject' }), 'invalid', 'escalate, reject'],
  );

  test.each(cases)('%s', (_what, change, code, mention) => {
    const result = check(change);
    const problems = result.ok ? [] : result.problems;
    const problem = problems.find((candidate) => candidate.code === code && `${candidate.message} ${candidate.remedy}`.includes(mention));
    expect({ problems, found: problem !== undefined }).toMatchObject({ found: true });
    // It points at a line that says something, and into it.
    const line = stringify(document(change)).split('\n')[(problem?.line ?? 0) - 1] ?? '';
    expect(line.trim()).not.toBe('');
    expect(problem?.column).toBeLessThanOrEqual(line.length + 1);
    expect(problem?.remedy.length).toBeGreaterThan(3);
  });

  test('nothing in what is sound, and warns of nothing: a region is no answer, and need be none', () => {
    expect(check((sound) => (sound.rules = [{ id: 'r', when: 'region == "north" || region in ["south"] || output.label == "deny"', because: 'B.', set: { route: 'senior' } }]))).toMatchObject({ ok: true, warnings: [] });
    expect(check()).toMatchObject({ ok: true });
    expect(check((sound) => ((sound.form = 'first-judge-then-see'), (sound.hiddenDisagreement = 'adjudicate'), (sound.calibration = { share: 0.2 }), (sound.fatigue = { softCapPerHour: 40 })))).toMatchObject({ ok: true, warnings: [] });
    expect(check((sound) => (level('low', 'irreversible')(sound), staffed(sound, 'hold')))).toMatchObject({ ok: true });
    expect(check((sound) => (level('catastrophic', 'irreversible')(sound), staffed(sound, 'before')))).toMatchObject({ ok: true });
  });
});

test('a dual condition is warned of like a rule, and a version in force with a warning stays the same version', () => {
  const odd = check((sound) => (sound.dual = { when: 'output.label == "refuse"' }));
  expect(odd).toMatchObject({ ok: true, warnings: [{ code: 'unknown-answer', message: 'output.label is never "refuse": that is none of the answers.' }] });
  expect(odd.ok && odd.policy.version).toMatch(/^sha256:/);
});

test('a version on record stays one, whatever was found wrong with such versions since, and has the same name', () => {
  const lowered = stringify(document((sound) => (level('high', 'irreversible')(sound), staffed(sound, 'before'), (sound.rules = [{ id: 'r', when: 'region.matches("a")', because: 'B.', set: { severity: 'low', point: 'before' } }]))));
  expect(parsePolicy(lowered)).toMatchObject({ ok: false, problems: [{ code: 'pattern' }, { code: 'severity-lowered' }] });
  expect(parsePolicy(lowered, { recorded: true })).toMatchObject({ ok: true, policy: { version: expect.stringMatching(/^sha256:/) } });
});

test('a key that stands twice is named at its place; of ten thousand problems the first hundred', () => {
  expect(parsePolicy('question: a\npoint: after\nquestion: b\n')).toMatchObject({ ok: false, problems: [{ line: 3, column: 1, code: 'yaml', message: 'question stands twice.' }] });
  const many = parsePolicy(Array.from({ length: 7000 }, (_, index) => `k${index}: 1`).join('\n'));
  expect(many.ok ? [] : many.problems).toHaveLength(100);
});

describe('whatever somebody writes', () => {
  const sound = stringify(document());

  test('comes back as a policy or as problems with a place and a remedy, never as an exception', () => {
    const piece = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('&a', '*a', '<<: *a', '!!binary', '!!js/function', '---', '...', '? ', '- ', '{', '[', "'", '"', '|', '>', '%YAML 9.9', '__proto__: 1', '1e999', '.nan', '0x1', '~', '\t', '\ufeff', '\u2028'));
    const edited = fc.tuple(fc.nat(sound.length), fc.nat(40), piece).map(([at, cut, text]) => sound.slice(0, at) + text + sound.slice(at + cut));
    fc.assert(fc.property(fc.oneof(edited, fc.string(), fc.json()), (text) => {
      const result = parsePolicy(text);
      if (result.ok) return;
      expect(result.problems.length).toBeGreaterThan(0);
      for (const { line, column, message, remedy } of result.problems) {
        expect([line >= 1, column >= 1, message !== '', remedy !== '']).toEqual([true, true, true, true]);
      }
    }), { numRuns: runs });
  }, 600_000);

  test('as a condition: it compiles to what is true or false, or is refused', () => {
    const word = fc.constantFrom('amount', 'region', 'repeat', 'confidence', 'output.label', 'output', '1', '1.0', '"x"', 'true', 'null', '[1]', '{}', '(', ')', '&&', '||', '!', '==', '<', '+', '-', '/', '%', '?', ':', '.', 'size', 'in', 'has(', 'matches("(")', 'a'.repeat(300));
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
      const result = check((policy) => ((policy.rules?.[0] ?? { when: '' }).when = words.join(' ')));
      if (!result.ok) return;
      const risk = classify({ system: 'credit', decisionType: 'credit.application', confidence: 0.5, outputLabel: 'grant', attributes: { amount: 1, region: 'x', repeat: true } }, result.policy);
      expect(['auto', 'standard', 'senior', 'dual']).toContain(risk.route);
    }), { numRuns: runs });
  }, 600_000);
});

describe('what a rule is given', () => {
  const soundPolicy = check((sound) => sound.rules?.push({ id: 'north', when: 'region == "north" || repeat', because: 'North.', set: { route: 'dual' } }));
  const facts = { system: 'credit', decisionType: 'credit.application', confidence: 0.95, outputLabel: 'grant' };
  const classOf = (attributes: Record<string, string | number | boolean>) => {
    if (!soundPolicy.ok) throw new Error(JSON.stringify(soundPolicy.problems));
    return classify({ ...facts, attributes }, soundPolicy.policy);
  };

  test('matches by what the case says', () => {
    expect(classOf({ amount: 1, region: 'north', repeat: false })).toMatchObject({ known: true, route: 'dual', matchedRules: [{ id: 'north' }] });
    expect(classOf({ amount: 100_001, region: 'south', repeat: false })).toMatchObject({ known: true, route: 'senior', matchedRules: [{ id: 'large' }] });
    expect(classOf({ amount: 1, region: 'south', repeat: false, more: 1 })).toMatchObject({ known: true, route: 'auto', matchedRules: [] });
  });

  test.each([
    ['lacks an attribute', { amount: 1, region: 'south' }],
    ['lacks one that the condition would not have reached', { amount: 1, region: 'north' }],
    ['has a text where a number is due', { amount: '1', region: 'south', repeat: false }],
    ['has a number where a text is due', { amount: 1, region: 7, repeat: false }],
    ['has a text where a truth is due', { amount: 1, region: 'south', repeat: 'false' }],
  ])('a case that %s is looked at by two people', (_what, attributes) => {
    expect(classOf(attributes)).toMatchObject({ known: false, route: 'dual', point: 'before' });
  });
});

describe('the published JSON Schema', () => {
  // Strict: keywords that no validator knows, or that cannot apply, are errors here.
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
  const folders = ['examples/policies', 'examples/policies/templates'].map((folder) => join(root, folder));
  const files = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name)));

  test('is one, and there are policies to hold against it', () => {
    expect(new Ajv2020().validateSchema(schema)).toBe(true);
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  test.each(files)('accepts %s, which is sound besides and tells editors where the schema is', (file) => {
    const text = readFileSync(file, 'utf8');
    validate(parse(text));
    expect(validate.errors).toBeNull();
    expect(parsePolicy(text)).toMatchObject({ ok: true });
    const [, path] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    expect(join(file, '..', path ?? 'nowhere')).toBe(join(root, 'schemas/policy.schema.json'));
  });

  test('describes every field that an editor completes', () => {
    const bare: string[] = [];
    const visit = (node: Record<string, unknown>, path: string): void => {
      for (const [name, field] of Object.entries((node['properties'] ?? {}) as Record<string, Record<string, unknown>>)) {
        if (typeof field['description'] !== 'string' || field['description'].length < 4) bare.push(`${path}.${name}`);
        visit(field, `${path}.${name}`);
        if (field['items'] !== undefined) visit(field['items'] as Record<string, unknown>, `${path}.${name}[]`);
      }
    };
    visit(schema as Record<string, unknown>, 'policy');
    expect(bare).toEqual([]);
  });
});
