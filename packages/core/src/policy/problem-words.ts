/** What the parsers of YAML, JSON Schema and CEL find wrong, in words for whoever writes policies. */

import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Finding } from './document.ts';
import { nearestName } from './nearest-name.ts';

/** Line and column are told beside the message, so that they need not stand in it. */
export function yamlMessage(message: string): string {
  const [first = ''] = message.split('\n');
  const sentence = first.replace(/:? at line \d+, column \d+:?$/, '');
  return sentence === '' ? 'This is no YAML.' : sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** An error of ajv that ran with `verbose`. */
export function schemaFinding(error: ErrorObject): Finding {
  const path = error.instancePath.split('/').slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  const name = path.length === 0 ? 'the policy' : path.join('.');
  if (error.keyword === 'additionalProperties') {
    const unknown = String(error.params['additionalProperty']);
    const near = nearestName(unknown, Object.keys((error.parentSchema?.['properties'] ?? {}) as object));
    return { path: [...path, unknown], code: 'unknown-field', message: `${unknown} is no field of ${name}.`, remedy: near === undefined ? 'Remove it.' : `Did you mean ${near}?` };
  }
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return { path, code: 'field-missing', message: `${name} lacks ${missing}.`, remedy: `Add ${missing}.` };
  }
  return { path, code: 'invalid', ...wordsOf(error, name) };
}

function wordsOf({ keyword, params, message, data, parentSchema = {} }: ErrorObject, name: string): Pick<Finding, 'message' | 'remedy'> {
  const described = typeof parentSchema['description'] === 'string' ? parentSchema['description'] : '';
  // One word, such as "Point.", would only repeat the field's name.
  const meaning = described.includes(' ') ? ` ${described}` : '';
  switch (keyword) {
    case 'enum': {
      const allowed = params['allowedValues'] as string[];
      const near = typeof data === 'string' ? nearestName(data, allowed) : undefined;
      return { message: `${name} must be one of: ${allowed.join(', ')}.`, remedy: near === undefined ? `Choose one of them.${meaning}` : `Did you mean ${near}?` };
    }
    case 'minimum':
    case 'maximum':
      return { message: `${name} must lie between ${String(parentSchema['minimum'])} and ${String(parentSchema['maximum'])}, not at ${String(data)}.`, remedy: `Write a number between them.${meaning}` };
    case 'pattern':
      if (String(params['pattern']).includes('(ms|s|m|h|d)')) return { message: `${name} is no duration.`, remedy: `Write it as 90s, 30m, 24h or 7d, in one piece.${meaning}` };
      break;
    case 'type':
      if (params['type'] === 'string' && (typeof data === 'number' || typeof data === 'boolean')) return { message: `${name} must be a text; without quotes YAML reads a ${typeof data}.`, remedy: `Put it in quotes: "${String(data)}".` };
      break;
    default:
  }
  return { message: `${name} ${message ?? 'is invalid'}.`, remedy: meaning === '' ? 'See docs/policy.md for what is allowed.' : `What it is:${meaning}` };
}

/** `names` are what a condition may test. */
export function expressionWords(message: string, names: readonly string[]): Pick<Finding, 'message' | 'remedy'> {
  const sentence = message.endsWith('.') ? message : `${message}.`;
  const unknown = /^Unknown variable: ([A-Za-z_]\w*)/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = nearestName(unknown, names);
    return { message: sentence, remedy: near === undefined ? `Declare ${unknown} under attributes.` : `Did you mean ${near}? Otherwise declare ${unknown} under attributes.` };
  }
  if (/^no such overload/.test(message)) return { message: sentence, remedy: 'Compare numbers with numbers (0.25, 100.0) and texts with texts ("north").' };
  return { message: sentence, remedy: 'Correct the condition: it is CEL, such as amount > 100000.0 && region == "north".' };
}
