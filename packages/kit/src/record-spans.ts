import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { ConsumedRecord, RecordHeaders } from '@countersign/kafka';
import type { Tracing } from './telemetry.ts';
import { childOf, decisionTraceHeader, headersOf, isSampled, linkTo, remoteSpan } from './trace-context.ts';

const keyCharsMax = 300;

/** The spans of a batch: one for each record whose trace is recorded, none for the others. */
export type RecordSpans = {
  /** By index in the batch: the headers that what is produced because of a record carries; undefined where there is no span. */
  traces: ReadonlyArray<RecordHeaders | undefined>;
  /** Runs the handling; the span is active where the batch has only one record, since no line of a log is about many. */
  around<T>(handle: () => Promise<T>): Promise<T>;
  undecodable(index: number, reason: string): void;
  end(error?: unknown): void;
};

/**
 * Starts a "process" span (messaging conventions 1.45) for each record that carries a sampled `traceparent`. Its parent
 * is the span that the header names, so a trace goes on from record to record. The records of a batch are handled
 * together: each span lasts as long as the batch.
 */
export function startRecordSpans(tracing: Tracing, group: string, records: readonly ConsumedRecord[]): RecordSpans | undefined {
  const traces: Array<RecordHeaders | undefined> = [];
  const spans: Array<Span | undefined> = [];
  let any = false;
  for (const record of records) {
    const span = startSpan(tracing, group, record, records.length);
    // What the ratio left out goes on as such, so that nobody after us looks again.
    traces.push(span === undefined ? undefined : headersOf(span.spanContext()));
    spans.push(span);
    any ||= span !== undefined;
  }
  if (!any) return undefined;
  const [only] = spans;
  const active = records.length === 1 && only !== undefined ? trace.setSpan(context.active(), only) : undefined;
  return {
    traces,
    around: (handle) => (active === undefined ? handle() : context.with(active, handle)),
    undecodable: (index, reason) => {
      spans[index]?.setAttribute('error.type', 'undecodable').setStatus({ code: SpanStatusCode.ERROR, message: reason });
    },
    end: (error) => {
      for (const span of spans) if (span !== undefined) endSpan(span, error);
    },
  };
}

function startSpan({ tracer }: Tracing, group: string, record: ConsumedRecord, batchSize: number): Span | undefined {
  if (record.header('traceparent') === undefined) return undefined;
  const parent = remoteSpan(record.headers);
  if (parent === undefined || !isSampled(parent)) return undefined;
  const decision = remoteSpan(record.headers, decisionTraceHeader);
  const { topic, partition, offset, key } = record;
  return tracer.startSpan(`process ${topic}`, {
    kind: SpanKind.CONSUMER,
    attributes: {
      'messaging.system': 'kafka', 'messaging.operation.name': 'process', 'messaging.operation.type': 'process', 'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition), 'messaging.consumer.group.name': group, 'kafka.offset': Number(offset),
      'countersign.batch.size': batchSize, ...(key === null ? {} : { 'kafka.message.key': key.toString().slice(0, keyCharsMax) }),
    },
    ...(decision === undefined ? {} : { links: [linkTo(decision)] }),
  }, childOf(parent));
}

function endSpan(span: Span, error: unknown): void {
  if (error !== undefined) failSpan(span, error);
  span.end();
}

/** Marks the span that is active, if one is. */
export function failActiveSpan(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span !== undefined) failSpan(span, error);
}

/** The kind of an error is its name. */
export function failSpan(span: Span, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  span.recordException(failure);
  span.setAttribute('error.type', failure.name).setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}
