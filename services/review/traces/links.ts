/**
 * A wait for a person ends a trace. What the person does, or the deadline, belongs to a trace of its own, with a link to the one the
 * decision came in with: a trace that stays open for days is of no use, and a request of a person is about many decisions.
 */

import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span, SpanContext } from '@opentelemetry/api';
import { decisionKey } from '@countersign/contracts';
import { activeTrace, childOf, decisionTraceHeader, headersOf, isSampled, linkTo, remoteSpan, withDecision } from '@countersign/kit';
import type { Received, Tracing } from '@countersign/kit';
import type { RecordHeaders } from '@countersign/kafka';
import type { DecisionKey } from '../cases/case.ts';
import type { ReviewEvent } from '../events.ts';
import type { Sql } from '../sql.ts';
import type { Timer } from '../timers/store.ts';
import { insertTraces, readTraces } from './store.ts';

/** An event with the trace it was emitted in, if in one. */
export type Emitted = { event: ReviewEvent; trace: RecordHeaders | undefined };

/** The recorded trace that is active, as a row keeps it; `null` where there is none. */
export function activeTraceparent(): string | null {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSampled(span) ? (headersOf(span)['traceparent'] ?? null) : null;
}

/** What this needs to know of a routed or selected decision. */
type Arrived = Pick<Received, 'trace'> & { event: { record: string; value: { system: string | null; decisionId: string | null; route: string } } };

/** Keeps the recorded traces of decisions that wait for a person. */
export async function rememberTraces(sql: Sql, events: readonly Arrived[]): Promise<void> {
  const traces = events.flatMap(({ event: { record, value }, trace: headers }) => {
    const waits = record !== 'DecisionRouted' || value.route !== 'auto';
    const span = waits ? remoteSpan(headers) : undefined;
    if (span === undefined || !isSampled(span) || value.system === null || value.decisionId === null) return [];
    return [{ system: value.system, decisionId: value.decisionId, traceparent: headersOf(span)['traceparent'] ?? '' }];
  });
  await insertTraces(sql, traces);
}

/** Gives each event the trace of the request that caused it, and links the two. Reads nothing where nothing is recorded. */
export async function linkEvents(tracing: Tracing, sql: Sql, emitted: readonly Emitted[]): Promise<ReadonlyArray<RecordHeaders | undefined>> {
  const loose = emitted.flatMap(({ event, trace: headers }) => (isLinked(headers) ? [] : keyOf(event)));
  if (!tracing.enabled || loose.length === 0) return emitted.map(({ trace: headers }) => headers);
  const linked = new Map((await readTraces(sql, loose)).flatMap((row) => {
    const decision = remoteSpan(row);
    return decision === undefined ? [] : [[decisionKey(row.system, row.decisionId), linkActive(tracing, decision)] as const];
  }));
  return emitted.map(({ event, trace: headers }) => (isLinked(headers) ? headers : (linked.get(event.key) ?? headers)));
}

const isLinked = (headers: RecordHeaders | undefined) => headers?.[decisionTraceHeader] !== undefined;

function keyOf({ value }: ReviewEvent): DecisionKey[] {
  return value.system === null || value.decisionId === null ? [] : [{ system: value.system, decisionId: value.decisionId }];
}

/** The headers of what happens to a decision now. A request that is not recorded itself gets a span for it: the decision is. */
function linkActive({ tracer }: Tracing, decision: SpanContext): RecordHeaders | undefined {
  const active = trace.getActiveSpan();
  if (active?.isRecording() === true) {
    active.addLink(linkTo(decision));
    return context.with(withDecision(context.active(), decision), activeTrace);
  }
  const span = tracer.startSpan('review', { root: true, links: [linkTo(decision)] });
  span.end();
  return context.with(withDecision(trace.setSpan(ROOT_CONTEXT, span), decision), activeTrace);
}

/**
 * Runs what a deadline does in a span of its own: in the trace of the request that set it, where there is one (a judgement becomes final), else
 * in a new trace; linked to the decision's. Deadlines of decisions that are not recorded are not recorded.
 */
export async function traceDeadline(tracing: Tracing, sql: Sql, timer: Timer, run: () => Promise<void>): Promise<void> {
  if (!tracing.enabled) return await run();
  const [row] = await readTraces(sql, [timer]);
  const decision = row === undefined ? undefined : remoteSpan(row);
  const parent = timer.traceparent === null ? undefined : remoteSpan({ traceparent: timer.traceparent });
  if (decision === undefined && parent === undefined) return await run();
  const span = startSpan(tracing, timer, decision, parent);
  const active = trace.setSpan(ROOT_CONTEXT, span);
  try {
    await context.with(decision === undefined ? active : withDecision(active, decision), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

function startSpan({ tracer }: Tracing, timer: Timer, decision: SpanContext | undefined, parent: SpanContext | undefined): Span {
  return tracer.startSpan(`deadline ${timer.kind}`, {
    attributes: { 'countersign.deadline': timer.kind, 'countersign.decision': decisionKey(timer.system, timer.decisionId) },
    ...(decision === undefined ? {} : { links: [linkTo(decision)] }),
  }, parent === undefined ? ROOT_CONTEXT : childOf(parent));
}
