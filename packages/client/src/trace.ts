import { randomBytes } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';

/** The caller's trace where one runs (W3C Trace Context), else a new one: a decision always has a trace. */
export function currentTraceparent(): string {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'] ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
