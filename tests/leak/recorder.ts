/** A reviewer's client that keeps everything the server lets it observe, as it came over the wire. */

import { Agent, request } from 'node:http';
import type { ClientRequest } from 'node:http';

/** One request and its answer. `at` is the client's clock in microseconds: it goes with the simulated weeks. */
export type Exchange = {
  personId: string;
  at: number;
  method: string;
  path: string;
  status: number;
  /** Names and values in the order they came. */
  rawHeaders: readonly string[];
  body: Buffer;
  latencyMs: number;
};

export type Asked = { status: number; headers: ReadonlyMap<string, string>; json: Record<string, unknown> };

/** Connections are kept, as a browser keeps them. */
export class Recorder {
  readonly exchanges: Exchange[] = [];
  readonly #base: URL;
  readonly #streams: ClientRequest[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(base: string) {
    this.#base = new URL(base);
  }

  async ask(personId: string, at: number, authorization: string, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Asked> {
    const exchange = { personId, at, method, path, ...(await this.#send(authorization, method, path, body, headers)) };
    this.exchanges.push(exchange);
    const text = exchange.body.toString('utf8');
    const named = new Map(pairsOf(exchange.rawHeaders).map(([name, value]) => [name.toLowerCase(), value]));
    return { status: exchange.status, headers: named, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /** Keeps what a live stream says, as it says it, under the name of each event; resolves when the stream is open. */
  async follow(personId: string, nowUs: () => number, authorization: string): Promise<void> {
    const path = '/v1/reviews/events';
    await new Promise<void>((resolve, reject) => {
      const sent = request(new URL(path, this.#base), { agent: false, headers: { authorization, accept: 'text/event-stream' } }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`events answered ${answer.statusCode}`));
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          const blocks = `${text}${chunk}`.split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) this.exchanges.push({ personId, at: nowUs(), method: 'SSE', path: `${path} ${/^event: (.*)$/m.exec(block)?.[1] ?? ''}`, status: 200, rawHeaders: [], body: Buffer.from(/^data: (.*)$/m.exec(block)?.[1] ?? ''), latencyMs: 0 });
        });
        answer.on('error', () => undefined);
        resolve();
      });
      this.#streams.push(sent);
      sent.on('error', reject);
      sent.end();
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#agent.destroy();
  }

  #send(authorization: string, method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Pick<Exchange, 'status' | 'rawHeaders' | 'body' | 'latencyMs'>> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#base), { method, agent: this.#agent, headers: { authorization, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, rawHeaders: answer.rawHeaders, body: Buffer.concat(chunks), latencyMs: performance.now() - begun }));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

export function pairsOf(rawHeaders: readonly string[]): Array<[name: string, value: string]> {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [rawHeaders[index * 2] ?? '', rawHeaders[index * 2 + 1] ?? '']);
}
