/** What JSON Schema finds wrong with a request, in words for whoever wrote it. */

import AjvCompiler from '@fastify/ajv-compiler';
import { nearestName } from '@countersign/core';
import { CountersignError } from './errors.ts';

/** An error of ajv with `verbose` on, as far as the words need it. */
export type SchemaError = {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Readonly<Record<string, unknown>>;
  data?: unknown;
  parentSchema?: { properties?: object; examples?: readonly unknown[] };
};

/**
 * Addresses and headers are text, so that numbers in them are read from it. A JSON body says what it means: a missing
 * confidence sent as "" must not become null, nor `true` a certainty, nor an attribute that is null an empty text.
 */
export const buildValidator: ReturnType<typeof AjvCompiler> = (schemas, options) => {
  const compilerOf = (coerceTypes: 'array' | false) => AjvCompiler()(schemas, { customOptions: { ...options?.customOptions, coerceTypes } });
  const [body, text] = [compilerOf(false), compilerOf('array')];
  // Declared as a schema, it is the route's: schema, method, url and part.
  return (route) => ((route as { httpPart?: string }).httpPart === 'body' ? body : text)(route);
};

/** `part` is where fastify found it: `body`, `querystring`, `headers` or `params`. */
export function requestProblem(part: string, error: SchemaError): CountersignError {
  const path = error.instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (part === 'body' && path.length === 0 && error.keyword === 'type') {
    const detail = error.data === undefined || error.data === null ? 'The body is empty.' : 'The body is no JSON object.';
    return new CountersignError('invalid-request', detail, { field: '', remedy: 'Send a JSON object; /docs shows one for each call.' });
  }
  const { missingProperty, additionalProperty } = error.params;
  const inner = missingProperty ?? additionalProperty;
  const field = fieldOf(typeof inner === 'string' ? [...path, inner] : path);
  return new CountersignError('invalid-request', sentenceOf(error, path.length === 0 ? wholes[part] ?? 'The request' : fieldOf(path), field), { field });
}

const wholes: Readonly<Record<string, string>> = { body: 'The body', querystring: 'The query', headers: 'The headers', params: 'The address' };

/** As refusals write it: `input.parts[0].content`. */
export function fieldOf(path: readonly string[]): string {
  return path.reduce((whole, step) => (/^\d+$/.test(step) ? `${whole}[${step}]` : whole === '' ? step : `${whole}.${step}`), '');
}

function sentenceOf({ keyword, params, message, parentSchema }: SchemaError, whole: string, field: string): string {
  const example = typeof parentSchema?.examples?.[0] === 'string' ? ` such as ${parentSchema.examples[0]}` : '';
  switch (keyword) {
    case 'required': return `${whole} lacks ${String(params['missingProperty'])}.`;
    case 'additionalProperties': return unknownSentence(String(params['additionalProperty']), whole, Object.keys(parentSchema?.properties ?? {}));
    case 'enum': return `${field} must be one of: ${(params['allowedValues'] as readonly unknown[]).join(', ')}.`;
    case 'type': return `${field} must be ${[params['type']].flat().map((type) => typeNames[String(type)] ?? String(type)).join(' or ')}.`;
    case 'pattern': return `${field} must match ${String(params['pattern'])}${example === '' ? '' : `,${example}`}.`;
    case 'format': return `${field} must be a ${formatNames[String(params['format'])] ?? String(params['format'])}${example}.`;
    case 'minLength': return params['limit'] === 1 ? `${field} must not be empty.` : `${field} must have at least ${String(params['limit'])} characters.`;
    default: return `${field === '' ? whole : field} ${message ?? 'is not valid'}.`;
  }
}

const typeNames: Readonly<Record<string, string>> = { number: 'a number', integer: 'a whole number', string: 'a string', boolean: 'true or false', object: 'an object', array: 'a list', null: 'null' };
const formatNames: Readonly<Record<string, string>> = { 'date-time': 'time in RFC 3339 with its zone, such as 2026-01-31T12:00:00Z', uuid: 'UUID' };

function unknownSentence(name: string, whole: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `${whole} must not have ${name}.${near === undefined ? ` It may have ${known.join(', ')}.` : ` Did you mean ${near}?`}`;
}

/** Where the parser stumbled, from the message of the platform: the only thing about broken JSON that helps. */
export function jsonProblem(text: string): CountersignError {
  let where = 'It names __proto__ or constructor';
  try {
    JSON.parse(text);
  } catch (error) {
    where = error instanceof Error ? error.message : '';
  }
  return new CountersignError('invalid-request', `The body is not valid JSON. ${where}.`, { remedy: 'Send JSON in UTF-8, each name and text in double quotes.' });
}
