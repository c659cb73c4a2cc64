import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs, on standard output unless told otherwise, with the trace they belong to, named as OpenTelemetry names it; tokens and secrets are never written. */
export function createLog(name: string, level: string, destination: DestinationStream = pino.destination(1)): Log {
  return pino({
    name,
    level,
    redact: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token'],
    mixin: () => {
      const context = trace.getActiveSpan()?.spanContext();
      return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
    },
  }, destination);
}
