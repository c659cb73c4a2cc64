/** W3C Trace Context in the headers of records and requests. What comes from outside is checked; what is malformed is ignored. */

import { context, createContextKey, isSpanContextValid, ROOT_CONTEXT, trace, TraceFlags, type Context, type Link, type SpanContext } from '@opentelemetry/api';
import { parseTraceParent, TraceState } from '@opentelemetry/core';
import type { RecordHeaders } from '@countersign/kafka';

/** Names the trace of the decision where a person or a deadline acted on it later, in a trace of their own. */
export const decisionTraceHeader = 'countersign-decision-traceparent';

type Headers = Readonly<Record<string, string | Buffer | readonly string[] | undefined>>;

const traceparentChars = 55;
const tracestateCharsMax = 512;
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const printable = /^[\x20-\x7e]+$/;

function textOf(header: Headers[string]): string | undefined {
  return typeof header === 'string' ? header : Buffer.isBuffer(header) ? header.toString('latin1') : undefined;
}

const dash = 45;
const zero = 48;
const hexDigits = Uint8Array.from({ length: 256 }, (_, code) => ((code >= 48 && code <= 57) || (code >= 97 && code <= 102) ? 1 : 0));

/** Lower-case hexadecimal digits from `start` to `end`, and not all of them zero unless `zeros`. */
function isHex(bytes: Buffer, start: number, end: number, zeros: boolean): boolean {
  let any = zeros;
  for (let index = start; index < end; index += 1) {
    const code = bytes[index] ?? 0;
    if (hexDigits[code] !== 1) return false;
    any ||= code !== zero;
  }
  return any;
}

/** Asked for every record, also where nothing is traced: bytes are looked at as they are. */
function isTraceparent(header: Headers[string]): header is string | Buffer {
  if (header === undefined || header.length !== traceparentChars) return false;
  if (typeof header === 'string') return traceparentPattern.test(header);
  if (!Buffer.isBuffer(header)) return false;
  if (header[0] !== zero || header[1] !== zero || header[2] !== dash || header[35] !== dash || header[52] !== dash) return false;
  return isHex(header, 3, 35, false) && isHex(header, 36, 52, false) && isHex(header, 53, 55, true);
}

/** The well-formed `traceparent` of some headers, if they have one. */
export function traceparentOf(headers: Headers, name = 'traceparent'): string | undefined {
  const header = headers[name];
  return isTraceparent(header) ? textOf(header) : undefined;
}

/** Hands on the trace headers that are well-formed. */
export function copyTrace(from: Headers, to: Record<string, string | Buffer>): void {
  const { traceparent, tracestate, [decisionTraceHeader]: decision } = from;
  if (!isTraceparent(traceparent)) return;
  to['traceparent'] = traceparent;
  const state = tracestate === undefined ? undefined : tracestateOf(from);
  if (state !== undefined) to['tracestate'] = state;
  if (isTraceparent(decision)) to[decisionTraceHeader] = decision;
}

function tracestateOf(headers: Headers): string | undefined {
  const text = textOf(headers['tracestate']);
  return text !== undefined && text.length <= tracestateCharsMax && printable.test(text) ? text : undefined;
}

/** The span that some headers name, as a remote one. */
export function remoteSpan(headers: Headers, name = 'traceparent'): SpanContext | undefined {
  const traceparent = traceparentOf(headers, name);
  const span = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (span === null) return undefined;
  const tracestate = name === 'traceparent' ? tracestateOf(headers) : undefined;
  return { ...span, isRemote: true, ...(tracestate === undefined ? {} : { traceState: new TraceState(tracestate) }) };
}

/** The context to start a child of a remote span in. */
export function childOf(parent: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

export function isSampled(span: Pick<SpanContext, 'traceFlags'>): boolean {
  return (span.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The headers that make a record or request belong to a span. */
export function headersOf(span: SpanContext): Record<string, string> {
  const tracestate = span.traceState?.serialize() ?? '';
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}`, ...(tracestate === '' ? {} : { tracestate }) };
}

/** The link from what happened later to the trace of its decision. */
export function linkTo(decision: SpanContext): Link {
  return { context: decision, attributes: { 'countersign.link': 'decision' } };
}

const decisionKey = createContextKey('countersign decision trace');

/** A context whose records also say which decision they are about. */
export function withDecision(parent: Context, decision: SpanContext): Context {
  return parent.setValue(decisionKey, headersOf(decision)['traceparent']);
}

/** The headers of the span that is active, if one is. */
export function activeTrace(): RecordHeaders | undefined {
  const active = context.active();
  const span = trace.getSpanContext(active);
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const decision = active.getValue(decisionKey);
  return typeof decision === 'string' ? { ...headersOf(span), [decisionTraceHeader]: decision } : headersOf(span);
}
