import fc from 'fast-check';

/** A proposal as JSON in which everything is in order. */
export function json(decisionId: string) {
  return { system: 'mailroom', decisionId: `http-${decisionId}`, decisionType: 'digits.routing', input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: 'x' }] }, output: { label: '7' }, reasoning: { summary: 'It is a seven.' }, confidence: 0.9, provenance: { model: { name: 'm', version: '1' } }, action: { description: 'Route it.' } };
}

/** Each by a mistake that was made, or an attack that is known. */
const chosen: readonly unknown[] = [
  {}, [], { system: 1 }, { ...json('a'), confidence: 2 }, { ...json('b'), decisionId: 'x\u0000y' }, { ...json('c'), decisionId: '\ud800' }, { ...json('d'), proposedAt: 'tomorrow' }, { ...json('e'), extra: true },
  { ...json('f'), output: { label: '7', content: '***', mediaType: 'image/png' } }, { ...json('g'), reasoning: { summary: 'x'.repeat(900_000) } }, { ...json('h'), attributes: { deep: deep(200) } }, { ...json('i'), system: 'not-mine\u0000' },
];

const texts = ['system', 'decisionId', 'decisionType'] as const;
const objects = ['input', 'output', 'reasoning', 'provenance', 'action'] as const;
const noText = fc.oneof(fc.constant(''), fc.constant(null), fc.array(fc.jsonValue(), { minLength: 2 }), fc.dictionary(fc.string(), fc.jsonValue()), fc.string({ unit: 'binary' }).map((text) => `${text}\u0000`), fc.string().map((text) => `\udfff${text}`), fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.repeat(400)));
const noObject = fc.oneof(fc.constant(null), fc.double(), fc.string(), fc.boolean(), fc.array(fc.jsonValue()), fc.dictionary(fc.string().map((name) => `x${name}`), fc.jsonValue(), { minKeys: 1 }));
const whole = json('generated');

/** A proposal with one thing in it that cannot be, or no proposal at all. */
const generated: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 6 }),
  fc.constantFrom(...texts, ...objects).map((field) => Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field))),
  fc.tuple(fc.constantFrom(...texts), noText).map(([field, value]) => ({ ...whole, [field]: value })),
  fc.tuple(fc.constantFrom(...objects), noObject).map(([field, value]) => ({ ...whole, [field]: value })),
  fc.tuple(fc.string(), fc.jsonValue()).map(([name, value]) => ({ ...whole, [`x${name}`]: value })),
  // In JSON what is not finite becomes null, and a confidence may be that.
  fc.double({ min: 1.001, noNaN: true, noDefaultInfinity: true }).map((confidence) => ({ ...whole, confidence })),
  fc.array(fc.dictionary(fc.string().map((name) => `x${name}`), fc.jsonValue(), { minKeys: 1 }), { minLength: 1 }).map((parts) => ({ ...whole, input: { parts } })),
);

/** Bodies that are all to be refused, the same ones for the same seed. */
export function hostileBodies(count: number, seed: number): unknown[] {
  return [...chosen, ...fc.sample(generated, { numRuns: Math.max(0, count - chosen.length), seed })];
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}
