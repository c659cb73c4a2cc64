import { trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createLog } from '@countersign/kit';
import { createClient, type CountersignClient, type CountersignKafkaClient } from '../../packages/client/src/index.ts';
import { startServices } from '../../packages/stack/src/embedded/stack.ts';
import { digitsPolicy } from '../client/decision.ts';
import { TestStack, until } from '../harness/stack.ts';
import { TraceReceiver, type ReceivedSpan } from './receiver.ts';

export type LogLine = Readonly<Record<string, unknown>> & { msg: string };

/** All services with a trace backend, a pipeline with an SDK of its own, and what the services logged. */
export class TracedStack implements AsyncDisposable {
  readonly receiver: TraceReceiver;
  readonly stack: TestStack;
  readonly log: LogLine[];
  readonly pipeline: Tracer;
  readonly kafka: CountersignKafkaClient;
  readonly http: CountersignClient;
  readonly #provider: TracerProvider;

  private constructor(parts: Pick<TracedStack, 'receiver' | 'stack' | 'log' | 'kafka' | 'http'> & { provider: TracerProvider }) {
    this.receiver = parts.receiver;
    this.stack = parts.stack;
    this.log = parts.log;
    this.kafka = parts.kafka;
    this.http = parts.http;
    this.#provider = parts.provider;
    this.pipeline = parts.provider.getTracer('pipeline');
  }

  static async start(): Promise<TracedStack> {
    const receiver = await TraceReceiver.listen();
    const stack = await TestStack.prepare({ COUNTERSIGN_OTLP_URL: receiver.url });
    const log: LogLine[] = [];
    stack.services = await startServices({
      settings: stack.settings, env: { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true', COUNTERSIGN_REVIEW_UNDO_MS: '0', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0', ...stack.logEnv }, onCrash: (_service, error) => stack.crashes.push(error),
      log: createLog('test', 'warn', { write: (line) => void log.push(JSON.parse(line) as LogLine) }),
    });
    await stack.activatePolicy(digitsPolicy);
    await until('the policy on the topic', async () => ((await stack.query<{ count: string }>('select count(*) from risk.outbox'))[0]?.count === '0' ? true : undefined));
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'pipeline' }), spanProcessors: [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` }) })],
    });
    trace.setGlobalTracerProvider(provider);
    const kafka = await createClient({ kafka: { brokers: stack.settings.brokers, registryUrl: stack.settings.registryUrl, topicPrefix: stack.settings.topicPrefix } });
    const http = await createClient({ http: { url: stack.services.url, token: () => stack.token('pipe', 'pipeline') } });
    return new TracedStack({ receiver, stack, log, kafka, http, provider });
  }

  /** Names a span by who, what and beneath whom, without the prefix and version of topics. */
  describe(span: ReceivedSpan): string {
    const named = ({ service, name }: ReceivedSpan) => `${service.replace('countersign-', '')}: ${name.replace(this.stack.settings.topicPrefix, '').replace(/\.v1$/, '')}`;
    const parent = this.receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
    return `${named(span)} < ${parent === undefined ? (span.parentSpanId === '' ? 'nothing' : 'outside') : named(parent)}`;
  }

  /**
   * Waits until a trace has `count` different spans besides those of a spot check, which is by chance, and of waiting; describes them. What was
   * delivered or tried again counts once.
   */
  async trace(traceId: string, count: number): Promise<string[]> {
    const seen = () => [...new Set(this.receiver.trace(traceId).map((span) => this.describe(span)).filter((text) => !/spotchecks|GET /.test(text)))];
    await until(`${count} spans`, () => (seen().length >= count ? true : undefined)).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(seen(), null, 1)}`);
    });
    return seen().sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kafka[Symbol.asyncDispose]();
    await this.http[Symbol.asyncDispose]();
    await this.stack[Symbol.asyncDispose]();
    await this.#provider.shutdown();
    trace.disable();
    await this.receiver[Symbol.asyncDispose]();
  }
}
