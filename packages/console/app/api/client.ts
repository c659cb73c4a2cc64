/** The typed way to `/v1`: bearer token, problem documents as errors, one renewal where a token was refused. */

import type { Session } from '../session/session.ts';
import { UnreachableError, readProblem } from './problem.ts';

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** A list is sent as one value after the other under its name. */
  query?: Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
  body?: unknown;
  /** The ETag of the claim or the row, sent as `If-Match`. */
  etag?: string;
  /** Only what is not there yet is made: sent as `If-None-Match: *`. */
  createOnly?: boolean;
  signal?: AbortSignal;
  /** Sent even while the page goes away. */
  keepalive?: boolean;
};

export type Answer<T> = { body: T; etag: string | null; headers: Headers };

/** Longer than this, and the network counts as gone. */
const timeoutMs = 20_000;

export class ApiClient {
  readonly #session: Session;
  readonly #fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly #onReach: (reached: boolean) => void;

  /** `onReach` is told after each request whether the server was there. */
  constructor(session: Session, fetch: (path: string, init: RequestInit) => Promise<Response>, onReach: (reached: boolean) => void) {
    this.#session = session;
    this.#fetch = fetch;
    this.#onReach = onReach;
  }

  /** The body of a successful answer. Throws `ProblemError`, `UnreachableError` or `SessionEndedError`. */
  async call<T>(call: Call): Promise<T> {
    return (await this.send<T>(call)).body;
  }

  /** As `call`, with the headers. */
  async send<T>(call: Call): Promise<Answer<T>> {
    const answer = await this.open(call);
    if (!answer.ok) throw await readProblem(answer);
    const body = (answer.status === 204 ? undefined : await answer.json()) as T;
    return { body, etag: answer.headers.get('etag'), headers: answer.headers };
  }

  /** The answer as it comes, whatever its status but 401. For streams. */
  async open(call: Call): Promise<Response> {
    const token = await this.#token();
    const answer = await this.#request(call, token);
    if (answer.status !== 401) return answer;
    this.#session.refused(token);
    return await this.#request(call, await this.#token());
  }

  async #token(): Promise<string> {
    try {
      return await this.#session.token();
    } catch (error) {
      if (error instanceof UnreachableError) this.#onReach(false);
      throw error;
    }
  }

  async #request({ method, path, query, body, etag, createOnly, signal, keepalive }: Call, token: string): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (etag !== undefined) headers['if-match'] = etag;
    if (createOnly === true) headers['if-none-match'] = '*';
    const init: RequestInit = { method, headers, credentials: 'omit', cache: 'no-store', signal: signal ?? AbortSignal.timeout(timeoutMs) };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (keepalive === true) init.keepalive = true;
    try {
      const answer = await this.#fetch(`${path}${queryText(query)}`, init);
      this.#onReach(true);
      return answer;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.#onReach(false);
      throw new UnreachableError('The server cannot be reached.', { cause: error });
    }
  }
}

function queryText(query: Call['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)])))}`;
}
