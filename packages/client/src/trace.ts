import { randomBytes } from 'node:crypto';
import { context, isSpanContextValid, SpanStatusCode, trace, type Attributes, type SpanContext, type SpanKind } from '@opentelemetry/api';

/** Headers of W3C Trace Context. */
export type TraceHeaders = { traceparent: string; tracestate?: string };

/**
 * Runs a call in a span of the application's OpenTelemetry SDK. Where the application has none, no span is recorded, and the headers start a
 * new trace that Countersign may record: a decision always has a trace.
 */
export async function inSpan<T>(name: string, kind: SpanKind, attributes: Attributes, run: (headers: TraceHeaders) => Promise<T>): Promise<T> {
  const span = trace.getTracer('@countersign/client').startSpan(name, { kind, attributes });
  try {
    return await run(headersOf(span.spanContext()) ?? { traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01` });
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    span.recordException(failure);
    span.setAttribute('error.type', failure.name).setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    throw error;
  } finally {
    span.end();
  }
}

/** The trace that is active in the application, if one is. */
export function activeTrace(): TraceHeaders | undefined {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? undefined : headersOf(span);
}

function headersOf(span: SpanContext): TraceHeaders | undefined {
  if (!isSpanContextValid(span)) return undefined;
  const tracestate = span.traceState?.serialize() ?? '';
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}`, ...(tracestate === '' ? {} : { tracestate }) };
}
