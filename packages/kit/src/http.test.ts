import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ProduceError } from '@countersign/kafka';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { tokenAudience } from './auth.ts';
import { denialsMax } from './callers.ts';
import { CountersignError, problemOf, type ErrorCode } from './errors.ts';
import { createHttpServer, type HttpServerOptions } from './http.ts';
import { createLog } from './log.ts';
import type { Readiness, RunningService } from './service.ts';

const issuer = 'https://issuer.example';
const folder = mkdtempSync(join(tmpdir(), 'countersign-http-'));
const jwks = join(folder, 'jwks.json');
const codes: readonly ErrorCode[] = [
  'invalid-request', 'decision-refused', 'unauthenticated', 'forbidden', 'not-found', 'conflict', 'state-conflict', 'precondition-failed', 'precondition-required', 'too-large',
  'media-type', 'policy-invalid', 'unprocessable', 'too-many-requests', 'unavailable', 'internal', 'erased', 'evidence-mismatch',
];
let key: KeyObject;
let app: FastifyInstance;
let url: string;
let readiness: Array<() => Readiness | Promise<Readiness>>;
const outages = new Map<string, Error>([
  ['kafka', new ProduceError('Kafka did not acknowledge 1 records.')],
  ['postgres', Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })],
  ['connection', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
  ['address', Object.assign(new Error('getaddrinfo EAI_AGAIN postgres'), { code: 'EAI_AGAIN' })],
  ['route', Object.assign(new Error('connect EHOSTUNREACH 10.0.0.1:5432'), { code: 'EHOSTUNREACH' })],
  ['pool', new Error('Connection terminated unexpectedly')],
]);
const denials: Array<Parameters<HttpServerOptions['onDenied']>[0]> = [];

const serviceOf = (index: number): RunningService => ({
  name: `service-${index}`, readiness: () => readiness[index]?.() ?? { ready: true, reasons: [] }, drain: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve(),
});

beforeAll(async () => {
  key = generateKeyPairSync('ed25519').privateKey;
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...key.export({ format: 'jwk' }), d: undefined, alg: 'EdDSA' }] }));
  app = await createHttpServer({
    log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => readiness.map((_, index) => serviceOf(index)), onDenied: (denial) => denials.push(denial),
    routes: [async (routes) => {
      const schema = { body: { type: 'object', required: ['count'], additionalProperties: false, properties: { count: { type: 'integer', minimum: 1 } } } };
      routes.post('/v1/things', { config: { permission: 'reviews.work' }, schema }, (request) => ({ by: request.identity.subject }));
      const decision = { type: 'object', required: ['confidence'], additionalProperties: false, properties: {
        confidence: { type: ['number', 'null'] }, id: { type: 'string', minLength: 1 }, verdict: { enum: ['approved', 'rejected'] }, at: { type: 'string', format: 'date-time' },
        attributes: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }, parts: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
      } };
      const query = { type: 'object', additionalProperties: false, properties: { limit: { type: 'integer' }, record: { type: 'array', items: { type: 'string' } } } };
      routes.post('/v1/decided', { config: { permission: 'public' }, schema: { body: decision, querystring: query } }, (request) => ({ body: request.body, query: request.query }));
      routes.post('/v1/bare', { config: { permission: 'reviews.work' }, schema: {} }, (request) => ({ by: request.identity.subject }));
      routes.get('/v1/not-yours', { config: { permission: 'reviews.work' }, schema: {} }, () => {
        throw new CountersignError('forbidden', 'That is not yours.', { refusal: 'not-yours' });
      });
      routes.get('/v1/errors/:code', { config: { permission: 'public' }, schema: {} }, (request) => {
        const { code } = request.params as { code: ErrorCode | 'bug' | 'nul' };
        const outage = outages.get(code);
        if (outage !== undefined) throw outage;
        if (code === 'nul') throw Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: '22021' });
        if (code === 'bug') throw new TypeError('password=hunter2 is undefined');
        throw new CountersignError(code, `This is ${code}.`, { field: 'a.b' });
      });
      await Promise.resolve();
    }],
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  denials.length = 0;
  readiness = [];
});

const tokenOf = async (...roles: string[]) => await new SignJWT({ roles }).setProtectedHeader({ alg: 'EdDSA' }).setSubject('rita').setIssuer(issuer).setAudience(tokenAudience).setExpirationTime('1m').sign(key);

async function problemFrom(response: Response): Promise<Record<string, unknown>> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({ status: response.status, type: `urn:countersign:error:${String(problem['code'])}` });
  for (const member of ['title', 'detail', 'remedy', 'requestId']) expect(problem[member]).toEqual(expect.stringMatching(/.{4}/));
  return problem;
}

async function post(body: string | undefined, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${url}/v1/things`, { method: 'POST', headers: { authorization: `Bearer ${await tokenOf('reviewer')}`, 'content-type': 'application/json', ...headers }, ...(body === undefined ? {} : { body }) });
}

describe('every error is a problem document', () => {
  test.each(codes)('%s', async (code) => {
    const problem = await problemFrom(await fetch(`${url}/v1/errors/${code}`));
    expect(problem).toMatchObject({ code, detail: `This is ${code}.`, field: 'a.b', status: problemOf(new CountersignError(code, 'x'), 'r').status });
  });

  test('a bug says nothing of its inside', async () => {
    const problem = await problemFrom(await fetch(`${url}/v1/errors/bug`));
    expect(problem).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test('a NUL that the database refuses is the caller’s to leave out', async () => {
    const problem = await problemFrom(await fetch(`${url}/v1/errors/nul`));
    expect(problem).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('NUL'), remedy: expect.stringContaining('Leave the NUL out') });
  });

  test.each<[string, () => Promise<Response>, ErrorCode]>([
    ['an unknown address', () => fetch(`${url}/v2/nothing`), 'not-found'],
    ['an unknown method', () => fetch(`${url}/v1/errors/x`, { method: 'DELETE' }), 'not-found'],
    ['an address that cannot be decoded', () => fetch(`${url}/v1/errors/%zz`), 'invalid-request'],
    ['no token', () => fetch(`${url}/v1/things`, { method: 'POST' }), 'unauthenticated'],
    ['broken JSON', () => post('{"count":'), 'invalid-request'],
    ['a prototype in JSON', () => post('{"__proto__":{"count":1}}'), 'invalid-request'],
    ['no body', () => post(undefined, { 'content-type': 'application/json' }), 'invalid-request'],
    ['a wrong field', () => post('{"count":0}'), 'invalid-request'],
    ['a field too many', () => post('{"count":1,"more":1}'), 'invalid-request'],
    ['another media type', () => post('count=1', { 'content-type': 'application/x-www-form-urlencoded' }), 'media-type'],
    ['a body beyond the limit', () => post(JSON.stringify({ count: 1, pad: 'x'.repeat(1_000_001) })), 'too-large'],
  ])('%s', async (_what, send, code) => {
    expect((await problemFrom(await send()))['code']).toBe(code);
  });

  test('a refused field is named', async () => {
    expect((await problemFrom(await post('{"count":0}')))['field']).toBe('count');
  });

  test('bytes that are no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
      socket.write('THIS IS NO HTTP\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('a body means what it says', () => {
  const decide = async (body: unknown, query = '') => await fetch(`${url}/v1/decided${query}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });

  test.each<[string, unknown, string, string]>([
    ['an empty text is no missing number', { confidence: '' }, 'confidence', 'confidence must be a number or null.'],
    ['a text of digits is no number', { confidence: '0.9' }, 'confidence', 'confidence must be a number or null.'],
    ['true is no certainty', { confidence: true }, 'confidence', 'confidence must be a number or null.'],
    ['a number is no id', { confidence: 1, id: 9007199254740993 }, 'id', 'id must be a string.'],
    ['null is no empty text', { confidence: 1, attributes: { age: null } }, 'attributes.age', 'attributes.age must be a string or a number or true or false.'],
    ['a field of an entry is named by its place', { confidence: 1, parts: [{ name: 'a' }, {}] }, 'parts[1].name', 'parts[1] lacks name.'],
    ['one thing is no list', { confidence: 1, parts: { name: 'a' } }, 'parts', 'parts must be a list.'],
    ['a slip is put right', { confidense: 1, confidence: 1 }, 'confidense', 'The body must not have confidense. Did you mean confidence?'],
    ['what is missing is named', {}, 'confidence', 'The body lacks confidence.'],
    ['the words to choose from are named', { confidence: 1, verdict: 'aproved' }, 'verdict', 'verdict must be one of: approved, rejected.'],
    ['an empty text', { confidence: 1, id: '' }, 'id', 'id must not be empty.'],
    ['a time without its zone', { confidence: 1, at: '2026-01-31T12:00:00' }, 'at', 'at must be a time in RFC 3339 with its zone, such as 2026-01-31T12:00:00Z.'],
    ['a list is no object', [], '', 'The body is no JSON object.'],
    ['nothing at all', '', '', 'The body is empty.'],
  ])('%s', async (_what, body, field, detail) => {
    expect(await problemFrom(await decide(body))).toMatchObject({ code: 'invalid-request', field, detail });
  });

  test('broken JSON says where it breaks', async () => {
    expect((await problemFrom(await decide('{"confidence": 1,}')))['detail']).toMatch(/^The body is not valid JSON\. .*position 17/);
  });

  test('an address is text: its numbers and lists are read from it', async () => {
    const answer = await decide({ confidence: null }, '?limit=5&record=A');
    expect([answer.status, await answer.json()]).toEqual([200, { body: { confidence: null }, query: { limit: 5, record: ['A'] } }]);
    expect(await problemFrom(await decide({ confidence: 1 }, '?limt=5'))).toMatchObject({ field: 'limt', detail: 'The query must not have limt. Did you mean limit?' });
  });
});

test('the API description names the address it was asked at, so that its examples can be pasted', async () => {
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0', servers: [{ url }] });
  const proxied = await fetch(`${url}/openapi.json`, { headers: { 'x-forwarded-host': 'api.example.org', 'x-forwarded-proto': 'https' } });
  expect(await proxied.json()).toMatchObject({ servers: [{ url: 'https://api.example.org' }] });
});

describe('who may', () => {
  test('a token with the role passes, and the handler knows who it is', async () => {
    const response = await post('{"count":1}');
    expect([response.status, await response.json()]).toEqual([200, { by: 'rita' }]);
    expect(denials).toEqual([]);
  });

  test('a field that is missing, or one too many, is named', async () => {
    expect(await (await post('{}')).json()).toMatchObject({ code: 'invalid-request', field: 'count' });
    expect(await (await post('{"count":1,"extra":2}')).json()).toMatchObject({ code: 'invalid-request', field: 'extra' });
  });

  test.each([...outages.keys()])('an outage of %s is said to be one, without its inside', async (code) => {
    const answer = await fetch(`${url}/v1/errors/${code}`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable', detail: 'What stores this cannot be reached now.' }]);
  });

  test('a call without a body may name a content type all the same', async () => {
    const answer = await fetch(`${url}/v1/bare`, { method: 'POST', headers: { authorization: `Bearer ${await tokenOf('reviewer')}`, 'content-type': 'application/json' } });
    expect([answer.status, await answer.json()]).toEqual([200, { by: 'rita' }]);
  });

  test('a missing role is refused before the body is read, and the denial is recorded', async () => {
    const problem = await problemFrom(await post('{"count":', { authorization: `Bearer ${await tokenOf('auditor')}` }));
    expect(problem).toMatchObject({ code: 'forbidden', permission: 'reviews.work' });
    expect(denials).toMatchObject([{ identity: { subject: 'rita' }, permission: 'reviews.work', method: 'POST', path: '/v1/things', reason: 'forbidden' }]);
  });

  test('no identity is refused with the scheme to use, and recorded without the query', async () => {
    const response = await fetch(`${url}/v1/things?secret=1`, { method: 'POST' });
    expect((await problemFrom(response))['code']).toBe('unauthenticated');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(denials).toMatchObject([{ identity: null, path: '/v1/things', reason: 'unauthenticated' }]);
  });

  test('a handler that refuses somebody is recorded as well, with the reason it gives', async () => {
    const response = await fetch(`${url}/v1/not-yours`, { headers: { authorization: `Bearer ${await tokenOf('reviewer')}` } });
    expect(await problemFrom(response)).toMatchObject({ code: 'forbidden', refusal: 'not-yours' });
    expect(denials).toMatchObject([{ identity: { subject: 'rita' }, permission: 'reviews.work', method: 'GET', path: '/v1/not-yours', reason: 'not-yours' }]);
  });

  test('whoever is refused without end is told to stay away, is on record so many times and no more, and stands in nobody else’s way', async () => {
    const server = await createHttpServer({
      log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => [], onDenied: (denial) => denials.push(denial),
      routes: [async (routes) => await Promise.resolve(void routes.get('/v1/things', { config: { permission: 'reviews.work' } }, () => 'x'))],
    });
    const ask = async (authorization?: string) => await server.inject({ url: '/v1/things', headers: authorization === undefined ? {} : { authorization } });
    const good = `Bearer ${await tokenOf('reviewer')}`;
    const statuses = [];
    for (let call = 0; call < 1000; call += 1) statuses.push((await ask(call % 2 === 0 ? undefined : `Bearer made-up-${call}`)).statusCode);
    expect(statuses).toEqual([...Array<number>(denialsMax).fill(401), ...Array<number>(1000 - denialsMax).fill(429)]);
    expect(denials.map(({ reason }) => reason)).toEqual([...Array<string>(denialsMax).fill('unauthenticated'), 'too-many-denials']);
    const refused = await ask();
    expect([refused.json(), Number(refused.headers['retry-after'])]).toEqual([expect.objectContaining({ code: 'too-many-requests' }), expect.any(Number)]);
    expect((await ask(good)).statusCode).toBe(200);
    // Whoever is known is counted for themselves.
    expect((await ask(`Bearer ${await tokenOf('auditor')}`)).statusCode).toBe(403);
    expect(denials.at(-1)).toMatchObject({ actor: 'rita', reason: 'forbidden' });
    await server.close();
  });

  test('a limit of requests is of a person, whatever tokens they carry, and not of an address', async () => {
    const server = await createHttpServer({
      log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => [], onDenied: () => undefined,
      routes: [async (routes) => await Promise.resolve(void routes.get('/v1/things', { config: { permission: 'reviews.work' } }, () => 'x'))],
    });
    const left = async (subject: string, id: string) => {
      const token = await new SignJWT({ roles: ['reviewer'], jti: id }).setProtectedHeader({ alg: 'EdDSA' }).setSubject(subject).setIssuer(issuer).setAudience(tokenAudience).setExpirationTime('1m').sign(key);
      return Number((await server.inject({ url: '/v1/things', headers: { authorization: `Bearer ${token}` } })).headers['x-ratelimit-remaining']);
    };
    expect([await left('rita', 'a'), await left('rita', 'b'), await left('ravi', 'c')]).toEqual([5999, 5998, 5999]);
    await server.close();
  });

  test('what a cookie opens stands under two addresses only', async () => {
    await expect(createHttpServer({
      log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => [], onDenied: () => undefined,
      routes: [async (routes) => {
        routes.get('/v1/people', { config: { permission: 'session' } }, () => 'x');
        await Promise.resolve();
      }],
    })).rejects.toThrow('must not be opened by a cookie');
  });

  test('a route under /v1 that names no permission does not start', async () => {
    await expect(createHttpServer({
      log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => [], onDenied: () => undefined,
      routes: [async (routes) => {
        routes.get('/v1/open', () => 'x');
        await Promise.resolve();
      }],
    })).rejects.toThrow('names no permission');
  });
});

test('where a request came from is what a trusted proxy says, and nobody behind it', async () => {
  const server = await createHttpServer({
    log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['10.4.0.0/16'], services: () => [], onDenied: () => undefined,
    routes: [async (routes) => await Promise.resolve(void routes.get('/v1/where', { config: { permission: 'public' } }, (request) => ({ address: request.ip, protocol: request.protocol })))],
  });
  const from = async (remoteAddress: string, said: string) => (await server.inject({ url: '/v1/where', remoteAddress, headers: { 'x-forwarded-for': said, 'x-forwarded-proto': 'https' } })).json<unknown>();
  expect(await from('10.4.0.9', '203.0.113.9')).toEqual({ address: '203.0.113.9', protocol: 'https' });
  expect(await from('10.4.0.9', '8.8.8.8, 10.1.2.3')).toEqual({ address: '10.1.2.3', protocol: 'https' });
  expect(await from('10.1.2.3', '8.8.8.8')).toEqual({ address: '10.1.2.3', protocol: 'http' });
  await server.close();
});

describe('a server that closes', () => {
  const serverWith = async (answer: () => unknown, closeMsMax: number) => {
    const asked = Promise.withResolvers<void>();
    const server = await createHttpServer({
      log: createLog('test', 'silent'), issuers: [{ issuer, jwks }], trustedProxies: ['loopback'], services: () => [], onDenied: () => undefined, closeMsMax,
      routes: [async (routes) => await Promise.resolve(void routes.get('/v1/slow', { config: { permission: 'public' } }, async () => {
        asked.resolve();
        return await answer();
      }))],
    });
    const answered = fetch(`${await server.listen({ host: '127.0.0.1', port: 0 })}/v1/slow`).then(async (response) => await response.text(), () => 'cut');
    await asked.promise;
    return { server, answered };
  };

  test('lets what is in hand finish', async () => {
    const result = Promise.withResolvers<string>();
    const { server, answered } = await serverWith(() => result.promise, 60_000);
    const closed = server.close();
    result.resolve('done');
    await closed;
    expect(await answered).toBe('done');
  });

  test('does not wait for what does not end', async () => {
    const { server, answered } = await serverWith(() => new Promise(() => undefined), 50);
    await server.close();
    expect(await answered).toBe('cut');
  });
});

describe('what a page may do', () => {
  const policyOf = async (path: string): Promise<Record<string, string>> => {
    const policy = (await fetch(`${url}${path}`)).headers.get('content-security-policy') ?? '';
    const named: Record<string, string> = {};
    for (const [name = '', ...sources] of policy.split(';').map((directive) => directive.split(' '))) named[name] = sources.join(' ');
    return named;
  };

  test('is run and load own files, in nobody’s frame', async () => {
    for (const path of ['/healthz', '/v1/nothing', '/v1/errors/conflict', '/openapi.json']) {
      expect(await policyOf(path)).toEqual({ 'default-src': "'self'", 'base-uri': "'none'", 'object-src': "'none'", 'frame-ancestors': "'none'", 'form-action': "'self'", 'img-src': "'self' data: blob:" });
    }
  });

  test('includes, for the API reference, the one script inside it', async () => {
    const page = await fetch(`${url}/docs/`);
    const [, nonce = ''] = /'nonce-([^']+)'/.exec((await policyOf('/docs/'))['script-src'] ?? '') ?? [];
    const inline = [...(await page.text()).matchAll(/<script([^>]*)>[^<]/g)].map(([, attributes]) => attributes);
    expect(inline.length).toBeGreaterThan(0);
    for (const attributes of inline) expect(attributes).toContain(`nonce="${nonce}"`);
    expect((await policyOf('/docs/js/scalar.js'))['frame-ancestors']).toBe("'none'");
  });
});

describe('/readyz', () => {
  const ask = async () => {
    const response = await fetch(`${url}/readyz`);
    return { status: response.status, body: (await response.json()) as { ready: boolean; services: Array<{ service: string; ready: boolean; reasons: string[] }> } };
  };

  test('is ready when every service is, and alive whatever they are', async () => {
    readiness = [() => ({ ready: true, reasons: [] }), () => ({ ready: true, reasons: [] })];
    expect((await ask()).status).toBe(200);
    readiness = [() => ({ ready: true, reasons: [] }), () => ({ ready: false, reasons: ['no partitions'] })];
    expect(await ask()).toMatchObject({ status: 503, body: { ready: false, services: [{ ready: true }, { service: 'service-1', ready: false, reasons: ['no partitions'] }] } });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('is not ready without any service, nor when one cannot tell', async () => {
    expect((await ask()).status).toBe(503);
    readiness = [() => Promise.reject(new Error('lost')), () => ({ ready: true, reasons: [] })];
    expect(await ask()).toMatchObject({ status: 503, body: { services: [{ ready: false, reasons: ['lost'] }, { ready: true }] } });
  });

  test('is not ready when one does not answer', async () => {
    readiness = [() => new Promise<Readiness>(() => undefined)];
    expect(await ask()).toMatchObject({ status: 503, body: { services: [{ ready: false }] } });
  }, 20_000);
});
