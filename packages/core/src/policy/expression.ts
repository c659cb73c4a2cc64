import { Environment } from '@marcbachmann/cel-js';
import type { AttributeType } from './document.ts';

/** What a rule sees of a case. */
export type RuleFacts = {
  confidence: number;
  outputLabel: string;
  attributes: Readonly<Record<string, string | number | boolean>>;
};

export type Expression = (facts: RuleFacts) => boolean;
export type ExpressionError = { message: string; offset: number };

const celTypes: Readonly<Record<AttributeType, string>> = { string: 'string', double: 'double', boolean: 'bool' };

/** Names the rules have besides the declared attributes. */
export const builtInNames = ['confidence', 'output', 'system'] as const;

/** Compiles CEL expressions over the declared attributes, `confidence` (0..1) and `output.label`. */
export function expressionCompiler(attributes: Readonly<Record<string, AttributeType>>) {
  const environment = new Environment();
  environment.registerVariable('confidence', 'double');
  environment.registerVariable('output', { schema: { label: 'string' } });
  for (const [name, type] of Object.entries(attributes)) environment.registerVariable(name, celTypes[type]);
  return (text: string): { expression: Expression } | { error: ExpressionError } => {
    const checked = environment.check(text);
    if (!checked.valid) return { error: { message: firstLine(checked.error?.message), offset: offsetOf(checked.error) } };
    if (checked.type !== 'bool') return { error: { message: `It gives ${checked.type}, but a condition must be true or false.`, offset: 0 } };
    const program = environment.parse(text);
    return {
      expression: (facts) => {
        const missing = Object.keys(attributes).find((name) => !Object.hasOwn(facts.attributes, name) && text.includes(name));
        if (missing !== undefined) throw new Error(`The decision lacks the attribute ${missing}.`);
        const result: unknown = program({ ...facts.attributes, confidence: facts.confidence, output: { label: facts.outputLabel } });
        if (typeof result !== 'boolean') throw new Error('The condition gave neither true nor false.');
        return result;
      },
    };
  };
}

const firstLine = (message: string | undefined) => (message ?? 'It is no valid CEL expression.').split('\n')[0]?.trim() ?? '';

function offsetOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0;
  const range: unknown = 'range' in error ? error.range : undefined;
  if (typeof range === 'object' && range !== null && 'start' in range && typeof range.start === 'number') return range.start;
  return 0;
}
