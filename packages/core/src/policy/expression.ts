import { Environment } from '@marcbachmann/cel-js';
import { comparisonsIn, patternsIn, type Comparison } from './comparisons.ts';
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

const javaScriptTypes: Readonly<Record<AttributeType, string>> = { string: 'string', double: 'number', boolean: 'boolean' };

/** Literals, and what rules may see one day. */
const keptNames = ['true', 'false', 'null', 'system'];

/** An environment with what the rules have besides the attributes, and the names that no attribute may have. */
function environmentOf(attributes: Readonly<Record<string, AttributeType>>): { environment: Environment; reserved: string[] } {
  const environment = new Environment();
  environment.registerVariable('confidence', 'double');
  environment.registerVariable('output', { schema: { label: 'string' } });
  const reserved = Object.entries(attributes).flatMap(([name, type]) => {
    try {
      environment.registerVariable(name, celTypes[type]);
      // Words of CEL itself can be registered and never be read.
      return keptNames.includes(name) || !environment.check(name).valid ? [name] : [];
    } catch {
      return [name];
    }
  });
  return { environment, reserved };
}

/** The declared names that mean something else already. */
export function reservedNames(attributes: Readonly<Record<string, AttributeType>>): string[] {
  return environmentOf(attributes).reserved;
}

/** Compiles CEL expressions over the declared attributes, `confidence` (0..1) and `output.label`. */
export function expressionCompiler(attributes: Readonly<Record<string, AttributeType>>) {
  const { environment } = environmentOf(attributes);
  return (text: string): { expression: Expression; comparisons: Comparison[]; patterns: number[] } | { error: ExpressionError } => {
    const checked = environment.check(text);
    if (!checked.valid) return { error: { message: firstLine(checked.error?.message), offset: offsetOf(checked.error) } };
    if (checked.type !== 'bool') return { error: { message: `It gives ${checked.type}, but a condition must be true or false.`, offset: 0 } };
    const program = environment.parse(text);
    const used = Object.entries(attributes).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
    return {
      comparisons: comparisonsIn(program.ast),
      patterns: patternsIn(program.ast),
      expression: (facts) => {
        // Also where CEL would not look: a condition that ends early must not hide that the case is incomplete.
        for (const [name, type] of used) {
          if (!Object.hasOwn(facts.attributes, name)) throw new Error(`The decision lacks the attribute ${name}.`);
          if (typeof facts.attributes[name] !== javaScriptTypes[type]) throw new Error(`The attribute ${name} is no ${type}.`);
        }
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
