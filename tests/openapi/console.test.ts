/** What the console takes the API for, held against what the API says of itself. Neither is written from the other. */

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kindChoices, recordChoices } from '../../packages/console/app/screens/record/choices.ts';
import { TestStack } from '../harness/stack.ts';
import { readConsoleCalls } from './console-calls.ts';
import type { ConsoleCall, ConsoleCalls } from './console-calls.ts';
import { unreadable, unsendable } from './console-fit.ts';
import type { Schema } from './console-fit.ts';

type Media = { schema?: Schema };
type Operation = { parameters?: Array<{ name: string; in: string; schema?: Schema }>; requestBody?: { content: Record<string, Media> }; responses: Record<string, { content?: Record<string, Media> }> };

let stack: TestStack;
let paths: Record<string, Record<string, Operation>>;
let console: ConsoleCalls;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start();
  ({ paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: typeof paths });
  console = readConsoleCalls(join(import.meta.dirname, '../..'));
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

function operationsOf({ method, path }: ConsoleCall): Operation[] {
  return Object.entries(paths).flatMap(([name, operations]) => (path.test(name) ? (operations[method.toLowerCase()] ?? []) : []));
}

function differencesOf(call: ConsoleCall): string[] {
  const [operation, ...further] = operationsOf(call);
  if (operation === undefined || further.length > 0) return [`${further.length === 0 ? 'no' : 'no single'} route is ${call.method} ${call.path.source}`];
  const bodySchema = operation.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2')).flatMap(([, { content }]) => content?.['application/json']?.schema ?? []);
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return [
    ...call.query.filter((name) => !known.includes(name)).map((name) => `query.${name}: is not taken`),
    ...(call.body === null ? [] : bodySchema === undefined ? ['body: is not taken'] : unsendable(call.body, bodySchema)),
    ...(call.answer === null ? [] : answers.length === 0 ? ['answer: there is none'] : answers.flatMap((schema) => unreadable(console.checker, call.answer ?? never(), schema))),
  ];
}

function never(): never {
  throw new Error('looked at already');
}

function differences(): string[] {
  return console.calls.flatMap((call) => differencesOf(call).map((difference) => `${call.where} ${call.method} ${call.path.source} ${difference}`));
}

test('the console asks for what there is, sends what is taken, and reads what is answered', () => {
  expect(console.calls.length).toBeGreaterThan(40);
  expect(console.calls.filter(({ answer }) => answer !== null).length).toBeGreaterThan(30);
  expect(differences()).toEqual([]);
});

test('a search of the record can be narrowed only to what the log knows', () => {
  const known = (name: string) => (paths['/v1/audit/events']?.['get']?.parameters ?? []).flatMap((parameter) => (parameter.name === name ? (parameter.schema?.items?.enum ?? parameter.schema?.enum ?? []) : []));
  expect(recordChoices.flatMap(({ items }) => items).filter((record) => !known('record').includes(record))).toEqual([]);
  expect(kindChoices.map(({ value }) => value).filter((kind) => !known('kind').includes(kind))).toEqual([]);
});

type Plant = [what: string, path: string, method: string, plant: (operation: Operation) => void, noticed: RegExp];
const answerOf = (operation: Operation): Schema => operation.responses['200']?.content?.['application/json']?.schema ?? never();
const itemOf = (operation: Operation, name: string): Schema => answerOf(operation).properties?.[name]?.items ?? never();

const plants: Plant[] = [
  ['a field that is gone', '/v1/reviews/tasks', 'get', (one) => delete itemOf(one, 'tasks').properties?.['reservedForName'], /reservedForName: is not described/],
  ['a field that may be missing', '/v1/people', 'get', (one) => (itemOf(one, 'people').required = ['personId']), /people\[\]\.name: can be missing/],
  ['a field that became null', '/v1/reviews/me', 'get', (one) => Object.assign(answerOf(one).properties?.['claimsMax'] ?? never(), { type: ['integer', 'null'] }), /claimsMax: can be null/],
  ['a field of another kind', '/v1/reviews/history', 'get', (one) => Object.assign(itemOf(one, 'judgements').properties?.['reasonCodes'] ?? never(), { type: 'string' }), /reasonCodes: can be string/],
  ['a state that nobody knows', '/v1/api-keys', 'get', (one) => Object.assign(itemOf(one, 'keys').properties?.['state'] ?? never(), { enum: ['active', 'asleep'] }), /state: can be asleep/],
  ['a body with one more duty', '/v1/reviews/tasks/{taskId}/reassign', 'post', (one) => Object.assign(one.requestBody?.content['application/json']?.schema ?? never(), { required: ['to', 'reason', 'until'] }), /body\.until: is required/],
  ['a body that takes less', '/v1/api-keys', 'post', (one) => delete one.requestBody?.content['application/json']?.schema?.properties?.['expiresInDays'], /body\.expiresInDays: is not taken/],
  ['a query that is not taken', '/v1/reviews/people', 'get', (one) => (one.parameters = []), /query\.queue: is not taken/],
  ['a route that is gone', '/v1/reviews/findings', 'get', (one) => Object.assign(paths, { '/v1/reviews/findings': {}, '/v1/reviews/errors': { get: one } }), /no route is GET/],
  ['an answer that is gone', '/v1/reviews/drafts', 'get', (one) => (one.responses = {}), /answer: there is none/],
];

test.each(plants)('notices %s', (_what, path, method, plant, noticed) => {
  const before = structuredClone(paths);
  plant(paths[path]?.[method] ?? never());
  const found = differences();
  paths = before;
  expect(found.join('\n')).toMatch(noticed);
});
