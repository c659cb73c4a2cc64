import { context, diag, DiagLogLevel, trace, type Attributes, type Context, type Link, type SpanKind, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, BatchSpanProcessor, ParentBasedSampler, SamplingDecision, TraceIdRatioBasedSampler, TracerProvider, type ReadableSpan, type Sampler, type SamplingResult, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { ServiceName } from '@countersign/contracts';
import type { Log } from './log.ts';
import { SettingsError, type CommonSettings } from './settings.ts';
import { isSampled } from './trace-context.ts';

/** Spans of one service. Nothing is recorded, and nothing is spent, unless `enabled`. */
export type Tracing = AsyncDisposable & { readonly enabled: boolean; readonly tracer: Tracer };

const exportEveryMs = 1000;
const exportTimeoutMs = 4000;
const spansQueuedMax = 8192;
const sayAgainMs = 60_000;
const problemCharsMax = 500;

/**
 * Starts the tracing of one service, or nothing where `COUNTERSIGN_OTLP_URL` is not set. Each service has a provider of
 * its own, also where all share a process: `service.name` belongs to the resource, a resource to the provider, and a
 * trace must look the same in one process and in seven. Disposing it sends what is left, for four seconds at the most, and not
 * at all where the last attempt failed: nobody waits for a trace backend that is down.
 */
export function startTracing(service: ServiceName, settings: Pick<CommonSettings, 'otlpUrl' | 'traceRatio'>, log: Log, instanceId: string): Tracing {
  if (settings.otlpUrl === null) return { enabled: false, tracer: trace.getTracer('countersign'), [Symbol.asyncDispose]: () => Promise.resolve() };
  useAsyncContext(log);
  const exporter = new WatchedExporter(new OTLPTraceExporter({ url: tracesUrl(settings.otlpUrl), timeoutMillis: exportTimeoutMs }));
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `countersign-${service}`, 'service.namespace': 'countersign', 'service.instance.id': instanceId }),
    sampler: sampler(settings.traceRatio),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: exportEveryMs, exportTimeoutMillis: exportTimeoutMs, maxQueueSize: spansQueuedMax })],
  });
  return {
    enabled: true,
    tracer: provider.getTracer('countersign'),
    [Symbol.asyncDispose]: async () => {
      const sent = provider.shutdown().catch((error: unknown) => log.warn({ err: error }, 'the last spans could not be sent'));
      if (!exporter.failing) await sent;
    },
  };
}

/** Knows how the last attempt to send went. */
class WatchedExporter implements SpanExporter {
  failing = false;
  readonly #exporter: SpanExporter;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.#exporter.export(spans, (result) => {
      this.failing = result.error !== undefined;
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }
}

/** An endpoint may be given with or without the path that OTLP/HTTP defines for traces. */
function tracesUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new SettingsError([`COUNTERSIGN_OTLP_URL must be an http or https URL, not "${text}".`]);
  if (!url.pathname.endsWith('/v1/traces')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

let contextIsSet = false;

/** Once a process: the active span follows awaits, and the SDK's own troubles reach the log. */
function useAsyncContext(log: Log): void {
  if (contextIsSet) return;
  contextIsSet = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  let saidMs = -Infinity;
  const warn = (problem: string) => {
    if (performance.now() - saidMs < sayAgainMs) return;
    saidMs = performance.now();
    log.warn({ problem: problem.slice(0, problemCharsMax) }, 'traces cannot be sent, or not all; said once a minute at the most');
  };
  diag.setLogger({ error: warn, warn, info: () => undefined, debug: () => undefined, verbose: () => undefined }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/**
 * Follows the parent; the ratio bounds what begins here and what comes in sampled. It depends on the trace id alone, so
 * all services keep or leave the same traces, and no outsider makes us record more than we chose to.
 */
function sampler(ratio: number): Sampler {
  const byRatio = new TraceIdRatioBasedSampler(ratio);
  return new ParentBasedSampler({ root: new LinkedSampler(byRatio), remoteParentSampled: byRatio, remoteParentNotSampled: new AlwaysOffSampler() });
}

/** A trace that begins as the continuation of a recorded one, after a person's wait, is recorded too. */
class LinkedSampler implements Sampler {
  readonly #otherwise: Sampler;

  constructor(otherwise: Sampler) {
    this.#otherwise = otherwise;
  }

  shouldSample(parent: Context, traceId: string, name: string, kind: SpanKind, attributes: Attributes, links: Link[]): SamplingResult {
    if (links.some((link) => isSampled(link.context))) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    return this.#otherwise.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `Linked(${this.#otherwise.toString()})`;
  }
}
