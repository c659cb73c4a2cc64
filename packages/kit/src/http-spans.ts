import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { RecordHeaders } from '@countersign/kafka';
import type { Tracing } from './telemetry.ts';
import { activeTrace, childOf, copyTrace, remoteSpan } from './trace-context.ts';

const serverErrorMin = 500;

/**
 * Gives each request to a service's routes a server span, by that service's provider. Runs after authentication, which is the
 * server's own: who is turned away makes no spans. Hand-written: the routes of seven services may share one server.
 */
export function traceRequests(tracing: Tracing, routes: FastifyPluginAsync): FastifyPluginAsync {
  if (!tracing.enabled) return routes;
  return async (app) => {
    const running = new WeakMap<FastifyRequest, { span: Span; active: Context }>();
    app.addHook('onRequest', (request, reply, done) => {
      const span = startSpan(tracing, request);
      running.set(request, { span, active: trace.setSpan(context.active(), span) });
      // Also when the caller hangs up.
      reply.raw.once('close', () => endSpan(span, reply));
      done();
    });
    // Reading the body leaves the async context of earlier hooks.
    app.addHook('preHandler', (request, _reply, done) => {
      const current = running.get(request);
      if (current === undefined) done();
      else context.with(current.active, done);
    });
    await app.register(routes);
  };
}

function startSpan({ tracer }: Tracing, request: FastifyRequest): Span {
  const parent = remoteSpan(request.headers);
  const route = request.routeOptions.url ?? '';
  return tracer.startSpan(`${request.method} ${route}`, {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': request.method, 'http.route': route, 'url.path': request.url.split('?')[0] ?? '', 'url.scheme': request.protocol },
  }, parent === undefined ? ROOT_CONTEXT : childOf(parent));
}

function endSpan(span: Span, reply: FastifyReply): void {
  const { statusCode, writableFinished } = reply.raw;
  if (!writableFinished) span.setAttribute('error.type', 'aborted').setStatus({ code: SpanStatusCode.ERROR, message: 'The caller hung up before the answer.' });
  else {
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= serverErrorMin) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** The trace of what a request produces: its server span, or without one the well-formed trace its caller sent. */
export function requestTrace(request: FastifyRequest): RecordHeaders {
  const own = activeTrace();
  if (own !== undefined) return own;
  const theirs: Record<string, string | Buffer> = {};
  copyTrace(request.headers, theirs);
  return theirs;
}
