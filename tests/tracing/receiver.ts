import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type ReceivedSpan = {
  service: string;
  name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: Readonly<Record<string, string | number>>;
  links: ReadonlyArray<{ traceId: string; spanId: string }>;
  failed: boolean;
};

type Attribute = { key: string; value: { stringValue?: string; intValue?: number | string } };
type Export = {
  resourceSpans: Array<{
    resource: { attributes: Attribute[] };
    scopeSpans: Array<{ spans: Array<{ traceId: string; spanId: string; parentSpanId?: string; name: string; kind: number; attributes: Attribute[]; links?: Array<{ traceId: string; spanId: string }>; status: { code?: number } }> }>;
  }>;
};

/** A trace backend of its own: OTLP over HTTP as the protocol says, sharing no code with what it tests. */
export class TraceReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  readonly problems: string[] = [];
  readonly #server = createServer((request, response) => {
    text(request).then((body) => {
      if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') this.problems.push(`${request.url} ${request.headers['content-type']}`);
      else this.#take(JSON.parse(body) as Export);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).catch((error: unknown) => this.problems.push(String(error)));
  });

  static async listen(): Promise<TraceReceiver> {
    const receiver = new TraceReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The spans of one trace. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  #take({ resourceSpans }: Export): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(attributesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({
          service, name: span.name, kind: span.kind, traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId ?? '', attributes: attributesOf(span.attributes),
          links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })), failed: span.status.code === 2,
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function attributesOf(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.intValue === undefined ? (value.stringValue ?? '') : Number(value.intValue)]));
}
