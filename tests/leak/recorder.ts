/** A reviewer's client that keeps everything the server lets it observe, as it came over the wire. */

import { Agent, request } from 'node:http';

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
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

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

  close(): void {
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
