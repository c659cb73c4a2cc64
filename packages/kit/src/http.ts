import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import fastify, { type FastifyBaseLogger, type FastifyContextConfig, type FastifyInstance, type FastifyPluginAsync, type FastifyReply, type FastifyRequest } from 'fastify';
import { acceptingApiKeys, ApiKeyError, apiKeySubject, type ApiKeyAccess } from './api-keys.ts';
import { createVerifier, type TrustedIssuer } from './auth.ts';
import { callerOf, DenialCounter } from './callers.ts';
import { requirePermission, type Identity } from './identity.ts';
import { contentPolicy, referencePolicy } from './content-policy.ts';
import { CountersignError, problemOf } from './errors.ts';
import type { Log } from './log.ts';
import { isOutage } from './network-fault.ts';
import { problemAnswer } from './openapi.ts';
import type { Permission } from './permissions.ts';
import { exposeReadiness, prometheusText } from './gauges.ts';
import { buildValidator, jsonProblem, requestProblem, type SchemaError } from './request-problems.ts';
import { failActiveSpan } from './record-spans.ts';
import { readinessOf, type RunningService } from './service.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every authenticated request. */
    identity: Identity;
  }
  interface FastifyContextConfig {
    /**
     * What the caller needs; a route without one is refused at start. `public`: nothing. `session`: the cookie of a person who
     * is signed in, which review's own plugin looks at; no other service may have such a route.
     */
    permission?: Permission | 'public' | 'session';
  }
  interface FastifyInstance {
    /** Records a denial that is no error of the request: somebody was sent away by a redirect. */
    recordDenial(request: FastifyRequest, permission: string, reason: string): void;
  }
}

/** Who was denied what. `actor` is who it was for sure, `apiKeyId` the key that was presented, by whomever. */
export type Denial = { identity: Identity | null; actor: string | null; apiKeyId: string | null; permission: string; method: string; path: string; reason: string };

export type HttpServerOptions = {
  log: Log;
  /** Whose tokens are trusted. */
  issuers: readonly TrustedIssuer[];
  /** Who may say from where a request came (`COUNTERSIGN_TRUSTED_PROXIES`). */
  trustedProxies: readonly string[];
  /** What `/readyz` asks. */
  services: () => readonly RunningService[];
  routes: readonly FastifyPluginAsync[];
  /** The API keys there are; without them none is accepted. */
  apiKeys?: ApiKeyAccess;
  /** Called for every denial that must be recorded: of one caller, no more than so many a minute (`callers.ts`). */
  onDenied(denial: Denial): void;
  bodyBytesMax?: number;
  /** How long requests in hand may take when the server closes, until their connections are cut. */
  closeMsMax?: number;
  version?: string;
};

/** Schemas allow ids of 300 characters at the most, and a character may be two UTF-16 units, which is what the router counts once it decoded them. */
const idUnitsMax = 600;

/** Compose and Kubernetes kill what has not ended after 30 s. */
const closeMsMaxDefault = 10_000;

/** A page to read and to try calls from; nothing of it comes from or goes to anybody else. */
const referencePage = {
  url: '/openapi.json', title: 'Countersign API', withDefaultFonts: false, telemetry: false, showDeveloperTools: 'never', hideClientButton: true, agent: { disabled: true }, mcp: { disabled: true },
} as const;

/** The HTTP server of one service, or of all in one process: authentication, problems, health, metrics, API reference. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const verify = acceptingApiKeys(createVerifier(options.issuers), options.apiKeys);
  const loggerInstance: FastifyBaseLogger = options.log.child({ part: 'http' }, { level: options.log.level === 'info' ? 'warn' : options.log.level });
  const app = fastify({
    loggerInstance,
    bodyLimit: options.bodyBytesMax ?? 1_000_000,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: idUnitsMax },
    trustProxy: [...options.trustedProxies],
    frameworkErrors: (error, request, reply) => void sendProblem(reply, new CountersignError('invalid-request', error.message), request.id),
    clientErrorHandler: answerNoHttp,
    ajv: { customOptions: { removeAdditional: false, allErrors: false, allowUnionTypes: true, strictTypes: false, verbose: true } },
    schemaController: { compilersFactory: { buildValidator } },
  });
  acceptEmptyBodies(app);
  app.decorateRequest('identity');
  const report = denialReporter(options);
  app.decorate('recordDenial', (request, permission, reason) => void report(request, permission, reason));
  app.addHook('onRoute', requireRoutePermission);
  app.addHook('preClose', async () => await Promise.resolve(closeAsTheyFinish(app, options.closeMsMax ?? closeMsMaxDefault)));
  app.addHook('onRequest', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission === 'public' || permission === 'session') return;
    request.identity = await verify(request.headers.authorization);
    requirePermission(request.identity, permission);
  });
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = toCountersignError(error);
    const waitS = reportRefusal(report, request, refusal);
    if (waitS > 0) void reply.header('retry-after', waitS);
    const known = waitS > 0 ? new CountersignError('too-many-requests', 'You were refused too often. The reason is in the answers before this one.') : refusal;
    const problem = problemOf(known, request.id);
    if (problem.status >= 500) {
      options.log.error({ err: error, requestId: request.id }, 'a request failed');
      failActiveSpan(error);
    }
    return await sendProblem(reply, known, request.id);
  });
  app.setNotFoundHandler(async (request, reply) => await sendProblem(reply, new CountersignError('not-found', `There is no ${request.method} ${request.url.split('?')[0]}.`), request.id));
  await app.register(helmet, contentPolicy());
  await app.register(rateLimit, { max: 6000, timeWindow: '1 minute', keyGenerator: callerOf, errorResponseBuilder: () => new CountersignError('too-many-requests', 'More than 6000 requests a minute.') });
  await registerDocs(app, options.version ?? '0.1.0');
  registerHealth(app, options);
  for (const plugin of options.routes) await app.register(plugin);
  return app;
}

async function registerDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Countersign', version, description: 'Accountable people over AI decisions. Errors are problem documents (RFC 9457) with a stable `code` and a `remedy`.' },
      components: { securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'countersign-session', description: 'A browser that is signed in; unsafe methods need the header x-csrf-token besides. The name has the prefix __Host- over https.' },
      } },
      security: [{ bearer: [] }],
    },
    // Every route can answer with a problem: said once, for all of them. A public one needs no token.
    transform: ({ schema, url, route }) => ({
      url,
      schema: schema.hide === true ? schema : {
        ...schema, response: { ...(schema.response as object | undefined), default: problemAnswer }, ...securityOf(route.config?.permission),
      },
    }),
  });
  // Named as the reader reached it, so that the calls of the reference page can be pasted into a shell.
  app.get('/openapi.json', { schema: { hide: true } }, (request) => ({ ...app.swagger(), servers: [{ url: `${request.protocol}://${request.host}` }] }));
  const nonce = randomBytes(16).toString('base64');
  const policy = referencePolicy(nonce);
  await app.register(reference, {
    routePrefix: '/docs', configuration: { ...referencePage, nonce },
    hooks: {
      onRequest: (_request, reply, done) => {
        void reply.header('content-security-policy', policy);
        done();
      },
    },
  });
}

/** Many clients name a content type for every POST, also where there is no body. */
function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, (error, value) => done(error === null ? null : jsonProblem(body as string), value));
  });
}

function registerHealth(app: FastifyInstance, { services, apiKeys }: HttpServerOptions): void {
  const hidden = { schema: { hide: true }, config: { rateLimit: false } } as const;
  const hide = exposeReadiness(services);
  app.addHook('onClose', () => {
    hide();
  });
  app.get('/healthz', hidden, () => ({ status: 'alive' }));
  app.get('/readyz', hidden, async (_request, reply) => {
    const parts = await Promise.all(services().map(async (service) => ({ service: service.name, ...(await readinessOf(service)) })));
    const reasons = apiKeys?.feed.reasons() ?? [];
    if (reasons.length > 0) parts.push({ service: 'access', ready: false, reasons });
    const ready = parts.length > 0 && parts.every((part) => part.ready);
    return await reply.code(ready ? 200 : 503).send({ ready, services: parts });
  });
  app.get('/metrics', hidden, async (_request, reply) => {
    const { contentType, text } = await prometheusText();
    return await reply.type(contentType).send(text);
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type ReportDenial = (request: FastifyRequest, permission: string, reason: string, key?: ApiKeyError | null) => number;

/** What the hook denies, or a handler, as another's system. Answers for how many seconds the caller has to stay away. */
function reportRefusal(report: ReportDenial, request: FastifyRequest, error: unknown): number {
  if (!(error instanceof CountersignError) || (error.code !== 'unauthenticated' && error.code !== 'forbidden')) return 0;
  const key = error instanceof ApiKeyError ? error : null;
  const permission = textOf(error.details['permission'] ?? request.routeOptions.config.permission);
  return report(request, permission, key?.refusal ?? textOf(error.details['refusal'] ?? error.code), key);
}

function denialReporter(options: HttpServerOptions): ReportDenial {
  const counter = new DenialCounter();
  return (request, permission, reason, key = null) => {
    const { record, waitS } = counter.count(callerOf(request), performance.now());
    if (record === 'no') return waitS;
    const identity = (request.identity as Identity | undefined) ?? null;
    const actor = identity?.subject ?? (key?.proven === true && key.keyId !== null ? apiKeySubject(key.keyId) : null);
    options.onDenied({ identity, actor, apiKeyId: key?.keyId ?? null, permission, method: request.method, path: request.url.split('?')[0] ?? '', reason: record === 'itself' ? reason : 'too-many-denials' });
    return waitS;
  };
}

/** A route of the API that says nothing of who may call it is a slip; one that a cookie opens stands in one of two places only. */
function requireRoutePermission({ url, config }: { url: string; config?: FastifyContextConfig }): void {
  const permission = config?.permission;
  if (permission === undefined && /^\/(v1|auth)\//.test(url)) throw new Error(`The route ${url} names no permission.`);
  if (permission === 'session' && !/^\/(v1\/session|auth)(\/|$)/.test(url)) throw new Error(`The route ${url} must not be opened by a cookie.`);
}

/**
 * Node closes the connections that are idle when a server stops; those that become so afterwards would be waited for, for as long as they are kept alive.
 * Those that never do are cut: what is stopped after the server must have its time before the process is killed.
 */
function closeAsTheyFinish({ server }: FastifyInstance, closeMsMax: number): void {
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const late = setTimeout(() => server.closeAllConnections(), closeMsMax);
  server.once('close', () => {
    clearInterval(idle);
    clearTimeout(late);
  });
}

function securityOf(permission: FastifyContextConfig['permission']): { security?: Array<Record<string, string[]>> } {
  return permission === 'public' ? { security: [] } : permission === 'session' ? { security: [{ session: [] }] } : {};
}

function sendProblem(reply: FastifyReply, error: unknown, requestId: string): FastifyReply {
  const problem = problemOf(error, requestId);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** Bytes that are no request never reach a handler; they get a problem document all the same. */
function answerNoHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = problemOf(new CountersignError(tooLarge ? 'too-large' : 'invalid-request', tooLarge ? 'The headers are larger than 16 kB.' : 'This is no HTTP request.'), randomUUID());
  const body = JSON.stringify(problem);
  const status = tooLarge ? '413 Content Too Large' : '400 Bad Request';
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  socket.destroySoon();
}

/** What Postgres says of a NUL in a text, and in a text inside JSON (PostgreSQL, appendix A). What it gives out itself never has one. */
const nulCodes: ReadonlySet<string> = new Set(['22021', '22P05']);

/** What fastify, its parsers and the database throw, in our own words. */
function toCountersignError(error: unknown): unknown {
  if (error instanceof CountersignError || !(error instanceof Error)) return error;
  const { validation, validationContext, code, statusCode } = error as Error & { validation?: SchemaError[]; validationContext?: string; code?: string; statusCode?: number };
  if (validation?.[0] !== undefined) return requestProblem(validationContext ?? 'body', validation[0]);
  if (code !== undefined && nulCodes.has(code)) return new CountersignError('invalid-request', 'A text of the request holds a NUL (U+0000), which cannot be kept.', { remedy: 'Leave the NUL out of every text, also of ids in the address, and send it again.' }, error);
  if (isOutage(error)) return new CountersignError('unavailable', 'What stores this cannot be reached now.', {}, error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new CountersignError('too-large', 'The body is larger than 1 MB.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new CountersignError('media-type', 'The body must be application/json.');
  if (statusCode !== undefined && statusCode < 500) return new CountersignError('invalid-request', error.message);
  return error;
}
