import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusalCodes } from '@countersign/core';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { TestStack, until } from '../harness/stack.ts';
import { digitsPolicy } from '../client/decision.ts';
import { proposal, proposed } from '../harness/proposal.ts';

type Media = { schema?: Record<string, unknown>; example?: unknown; examples?: Record<string, { value: unknown }> };
type Answer = { description?: string; content?: Record<string, Media> };
type Operation = {
  summary?: string; tags?: string[]; security?: unknown[]; parameters?: Array<{ name: string; in: string; description?: string; schema?: object }>;
  requestBody?: { content: Record<string, Media> }; responses: Record<string, Answer>;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

let stack: TestStack;
let document: Document;
let operations: Array<{ name: string; path: string; method: string; operation: Operation }>;

beforeAll(async () => {
  stack = await TestStack.prepare();
  const { url } = await stack.start();
  document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, method, operation })));
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose](), 60_000);

const publicRoutes = ['GET /v1/policies/schema', 'GET /v1/session', 'GET /auth/sign-in', 'GET /auth/callback', 'GET /.well-known/jwks.json', 'GET /v1/audit/log/checkpoint', 'GET /v1/audit/log/tile/{level}/{*}', 'GET /v1/audit/log/keys', 'POST /v1/audit/log/cosignatures', 'GET /v1/audit/verifier', 'GET /v1/audit/verifier/plain'];

const ajv = new Ajv2020({ strict: false, validateFormats: false, allowUnionTypes: true });

/** Examples, wherever OpenAPI lets them stand. */
function examplesOf({ schema, example, examples }: Media): unknown[] {
  const inSchema = (schema?.['examples'] ?? (schema?.['example'] === undefined ? [] : [schema['example']])) as unknown[];
  return [...(example === undefined ? [] : [example]), ...Object.values(examples ?? {}).map((one) => one.value), ...inSchema];
}

/** Every route at once: a failure names all that lack something. */
function lacking(look: (operation: Operation) => boolean): string[] {
  return operations.filter(({ operation }) => !look(operation)).map(({ name }) => name);
}

/** A browser that is sent onward got what it asked for. */
const successes = ({ responses }: Operation) => Object.entries(responses).filter(([status]) => /^(2\d\d|302)$/.test(status));
const withoutContent = (status: string) => status === '204' || status === '302';

/** Where nginx sends a path: the first pattern of its map that matches, in the order of the file. */
function proxiedTo(path: string): string | undefined {
  const patterns = [...readFileSync(join(import.meta.dirname, '../../infra/docker/nginx/default.conf'), 'utf8').matchAll(/^ {2}~(\S+) +"?(\w*)"?;$/gm)];
  return patterns.find(([, pattern]) => new RegExp(pattern ?? '').test(path))?.[2] ?? 'review';
}

describe('the OpenAPI document', () => {
  test('is what containers serve too: the proxy sends every route to the service that has it', () => {
    const services: Readonly<Record<string, string>> = { decisions: 'intake', outcomes: 'intake', policies: 'risk', audit: 'audit', erasures: 'audit', 'legal-holds': 'audit', retention: 'audit', metrics: 'metrics' };
    const astray = operations.filter(({ path, operation }) => proxiedTo(path) !== (services[operation.tags?.[0] ?? ''] ?? 'review')).map(({ name, path, operation }) => `${name} (${operation.tags?.[0]}) -> ${proxiedTo(path)}`);
    expect(astray).toEqual([]);
  });

  test('holds every route that is served', () => {
    const served = pathsOf(stack.services?.http.printRoutes({ commonPrefix: false }) ?? '').filter((path) => path.startsWith('/v1/') || path.startsWith('/auth/'));
    expect(served.length).toBeGreaterThan(30);
    for (const path of served) expect(Object.keys(document.paths)).toContain(path);
    expect(document.openapi).toMatch(/^3\.1/);
    expect(operations.length).toBeGreaterThanOrEqual(30);
  });

  test('says of every route what it is for, and where it belongs', () => {
    expect(lacking(({ summary, tags }) => (summary ?? '').length >= 5 && tags?.length === 1)).toEqual([]);
  });

  test('describes every parameter', () => {
    expect(lacking(({ parameters }) => (parameters ?? []).every(({ description }) => (description ?? '').length > 2))).toEqual([]);
  });

  test('has for every route an answer with a schema, or one without content', () => {
    expect(lacking((operation) => successes(operation).length > 0 && successes(operation).every(([status, { description, content }]) =>
      (description ?? '').length > 3 && description !== 'Default Response' && (withoutContent(status) || Object.values(content ?? {}).some(({ schema }) => schema?.['type'] !== undefined))))).toEqual([]);
  });

  test('has for every answer an example that fits its schema', () => {
    expect(lacking((operation) => successes(operation).every(([status, { content }]) => withoutContent(status) || Object.values(content ?? {}).every((media) => examplesOf(media).length > 0)))).toEqual([]);
    for (const { name, operation } of operations) for (const [status, { content }] of successes(operation)) if (!withoutContent(status)) for (const media of Object.values(content ?? {})) expectFits(`${name} ${status}`, media);
  });

  test('has for every body an example that fits its schema', () => {
    expect(lacking(({ requestBody }) => Object.values(requestBody?.content ?? {}).every((media) => examplesOf(media).length > 0))).toEqual([]);
    for (const { name, operation } of operations) for (const media of Object.values(operation.requestBody?.content ?? {})) expectFits(`${name} body`, media);
  });

  test('shows refusal codes that there are', () => {
    const shown = operations.flatMap(({ operation }) => Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {}).flatMap(examplesOf)))
      .flatMap((example) => (example as { refusals?: Array<{ code: string }> }).refusals ?? []).map(({ code }) => code);
    expect(shown).not.toEqual([]);
    for (const code of shown) expect(refusalCodes).toContain(code);
  });

  test('says of every route that it can answer with a problem, and of public ones that they need no token', () => {
    expect(lacking(({ responses }) => responses['default']?.content?.['application/problem+json']?.schema?.['required'] !== undefined)).toEqual([]);
    expect(operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name)).toEqual(expect.arrayContaining(publicRoutes));
    expect(operations.filter(({ operation }) => operation.security?.length === 0)).toHaveLength(publicRoutes.length);
    const byCookie = operations.filter(({ operation }) => operation.security?.some((one) => Object.hasOwn(one as object, 'session')));
    expect(byCookie.map(({ path }) => path).filter((path) => !/^\/(auth|v1\/session)\//.test(path))).toEqual([]);
    expect(byCookie.length).toBeGreaterThanOrEqual(5);
  });
});

describe('what is answered', () => {
  test('fits what is documented, over the life of a decision', async () => {
    const version = await stack.activatePolicy(digitsPolicy);
    const attributes = { inkShare: 0.3, margin: 0.8, runnerUp: '1', touchesEdge: false };
    await until('the policy is pinned', async () => {
      const id = `openapi-${Date.now()}`;
      await stack.producer.send([proposed(stack, proposal(id, { attributes }))]);
      return await until('a pin', async () => (await stack.query<{ policy_version: string }>('select policy_version from intake.pins where decision_id = $1', [id]))[0]?.policy_version) === version ? true : undefined;
    });
    const claimed = await until('a task', async () => {
      const answer = await ask('rita', 'reviewer', 'post', '/v1/reviews/claims', {}, {});
      return answer.json['outcome'] === 'claimed' ? answer : undefined;
    });
    const { taskId, etag } = claimed.json['claim'] as { taskId: string; etag: string };
    const [pinned] = await stack.query<{ decision_id: string }>('select decision_id from intake.pins order by accepted_at limit 1');
    const decision = { system: 'mailroom', decisionId: pinned?.decision_id ?? '' };
    await ask('rita', 'reviewer', 'get', '/v1/reviews/claims', {});
    await ask('rita', 'reviewer', 'post', '/v1/reviews/tasks/{taskId}/heartbeat', { taskId }, { focused: true, activeMs: 10 }, { 'if-match': etag });
    await ask('rita', 'reviewer', 'get', '/v1/reviews/history', {});
    await ask('sue', 'supervisor', 'get', '/v1/reviews/queues', {});
    await ask('sue', 'supervisor', 'get', '/v1/reviews/findings', {});
    await ask('sue', 'supervisor', 'get', '/v1/reviews/decisions/{system}/{decisionId}', decision);
    await ask('root', 'admin', 'get', '/v1/people', {});
    await ask('root', 'admin', 'get', '/v1/people/{personId}', { personId: 'rita' });
    const made = await ask('root', 'admin', 'post', '/v1/api-keys', {}, { name: 'openapi', systems: ['mailroom'], expiresInDays: 1 });
    await ask('root', 'admin', 'post', '/v1/api-keys/{keyId}/rotate', { keyId: String(made.json['keyId']) }, { overlapHours: 1 });
    await ask('root', 'admin', 'post', '/v1/api-keys/{keyId}/revoke', { keyId: String(made.json['keyId']) }, { reason: 'test' });
    await ask('root', 'admin', 'get', '/v1/api-keys', {});
    await ask('pipe', 'pipeline', 'get', '/v1/decisions/{system}/{decisionId}', decision);
    await ask('pipe', 'pipeline', 'post', '/v1/outcomes', {}, { ...decision, outcome: '7' });
    await ask('ada', 'policy-author', 'get', '/v1/policies', {});
    await ask('ada', 'policy-author', 'get', '/v1/policies/versions/{version}', { version });
    await ask('ada', 'policy-author', 'get', '/v1/policies/history/{decisionType}', { decisionType: 'digits.routing' });
    await ask('ada', 'policy-author', 'post', '/v1/policies/check', {}, { text: 'systems: 1' });
    await ask('ada', 'policy-author', 'post', '/v1/policies/drafts', {}, { text: 'systems: 1' });
    await ask('ada', 'policy-author', 'get', '/v1/policies/drafts', {});
    await stack.services?.drain(30_000);
    await ask('olga', 'auditor', 'get', '/v1/audit/events', {});
    await ask('olga', 'auditor', 'get', '/v1/audit/decisions', {});
    await ask('olga', 'auditor', 'get', '/v1/audit/decisions/{system}/{decisionId}', decision);
    await ask('olga', 'auditor', 'get', '/v1/audit/decisions/{system}/{decisionId}/presentations', decision);
    await ask('olga', 'auditor', 'get', '/v1/audit/saved-searches', {});
    await ask('olga', 'auditor', 'post', '/v1/audit/exports', {}, { kind: 'case', filter: decision, formats: ['csv'], disclose: false, reason: 'To see whether it fits' });
    await ask('olga', 'auditor', 'get', '/v1/audit/exports', {});
    await ask('olga', 'auditor', 'get', '/v1/metrics/oversight', {});
  }, 120_000);

  test('a problem fits the problem that is documented', async () => {
    const { status, text } = await stack.call('ada', 'policy-author', 'GET', '/v1/policies/versions/nowhere');
    const media = document.paths['/v1/policies']?.['get']?.responses['default']?.content?.['application/problem+json'];
    expect(status).toBe(404);
    expect(ajv.validate(media?.schema as AnySchema, JSON.parse(text))).toBe(true);
  });
});

/** Every address in the tree that the router prints: a branch continues the one it hangs on. */
function pathsOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S+)( \(|$)/.exec(line);
    if (found === null) return [];
    const depth = (found[1] ?? '').length / 4;
    const path = `${above[depth - 1] ?? ''}${found[2]}`;
    above[depth] = path;
    return found[3] === ' (' ? [path.replace(/:(\w+)/g, '{$1}')] : [];
  });
}

/** Calls a documented route and holds the answer against its schema: nothing undocumented, nothing of another type. */
async function ask(person: string, role: string, method: 'get' | 'post', path: string, params: Record<string, string>, body?: object, headers?: Record<string, string>) {
  const operation = document.paths[path]?.[method];
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const answer = await stack.call(person, role, method.toUpperCase(), url, body, headers);
  const schema = operation?.responses[String(answer.status)]?.content?.['application/json']?.schema;
  expect({ path, status: answer.status, documented: schema !== undefined, answer: schema === undefined ? answer.text : '' }).toMatchObject({ documented: true });
  expect({ path, fits: ajv.validate(closed(schema) as AnySchema, answer.json), errors: ajv.errors }).toEqual({ path, fits: true, errors: null });
  return answer;
}

/** The schema with every object that names its properties closed, so that an undocumented field shows. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, name === 'examples' || name === 'example' ? value : closed(value)]));
  return 'properties' in own && Object.keys(own['properties'] as object).length > 0 ? { ...own, additionalProperties: false } : own;
}

function expectFits(what: string, media: Media): void {
  for (const example of examplesOf(media)) {
    expect({ what, fits: ajv.validate((media.schema ?? {}) as AnySchema, example), errors: ajv.errors }).toEqual({ what, fits: true, errors: null });
  }
}
