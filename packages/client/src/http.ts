import { SpanKind } from '@opentelemetry/api';
import { decisionIdentity, verdictEventId } from '@countersign/contracts';
import type { CountersignClient, DecisionRef, Receipt, Verdict, WantedVerdict } from './types.ts';
import { ChangedContentError } from './changed-content.ts';
import { CountersignClientError, otherContent, RefusedError, VerdictTimeoutError } from './errors.ts';
import { digestOverHttp, proposalEvent, proposalJson, type Proposal } from './proposal.ts';
import { answerBy, backOff } from './retry.ts';
import { activeTrace, inSpan, type TraceHeaders } from './trace.ts';

export type HttpOptions = {
  /** Where Countersign serves `/v1`. */
  url: string;
  /** A bearer token, or what fetches a fresh one for each request. */
  token: string | (() => string | Promise<string>);
  /** How long `propose` tries before it gives up; default 30,000. */
  proposeTimeoutMs?: number;
};

type Answer = { status: number; json: Record<string, unknown> };
/** One long poll: short enough for proxies that cut idle connections. */
const pollMsMax = 25_000;
const requestTimeoutMs = 10_000;
/** What is kept of the time for the answer of the last poll, which tells of other content, too. */
const answerMsMax = 1000;
/** Of how many decisions it is known what this client proposed last. */
const proposedMax = 100_000;

/** A client over HTTP: what it keeps between calls a receipt holds too, so a restart of either side loses nothing. */
export function createHttpClient(options: HttpOptions): CountersignClient {
  const closing = new AbortController();
  const base = baseOf(options.url);
  const proposed = new LatestContents(proposedMax);

  async function call(method: string, path: string, timeoutMs: number, headers: Record<string, string>, body?: object): Promise<Answer> {
    if (closing.signal.aborted) throw new CountersignClientError('closed', 'This client is closed.');
    const deadlineMs = Date.now() + timeoutMs;
    const token = typeof options.token === 'string' ? options.token : await answerBy(deadlineMs, Promise.resolve(options.token()), () => new Error('No token was given in time.'));
    const response = await fetch(`${base}${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(Math.max(0, Math.ceil(deadlineMs - Date.now())))]),
    });
    return { status: response.status, json: jsonOf(await response.text()) };
  }

  /** The answer, or undefined when there was none worth having and another attempt may fare better. */
  async function attempt(...request: Parameters<typeof call>): Promise<Answer | { failure: unknown }> {
    try {
      const answer = await call(...request);
      return answer.status >= 500 || answer.status === 429 ? { failure: answer.json['detail'] ?? `HTTP ${answer.status}` } : answer;
    } catch (failure) {
      if (failure instanceof CountersignClientError) throw failure;
      return { failure };
    }
  }

  async function send(proposal: Proposal, trace: TraceHeaders): Promise<Receipt> {
    const event = proposalEvent(proposal, Date.now());
    const contentDigest = digestOverHttp(event);
    const body = proposalJson(event);
    proposed.set(proposal, contentDigest);
    const deadlineMs = Date.now() + (options.proposeTimeoutMs ?? 30_000);
    for (let tries = 0; ; tries += 1) {
      const answer = await attempt('POST', '/v1/decisions', Math.min(requestTimeoutMs, deadlineMs - Date.now()), trace, body);
      if ('status' in answer) {
        if (answer.status === 202) return { system: proposal.system, decisionId: proposal.decisionId, traceparent: trace.traceparent, contentDigest };
        throw refusalOf(answer);
      }
      if (Date.now() >= deadlineMs) throw new CountersignClientError('unavailable', `Countersign at ${base} took no proposal in time: it may or may not have it. Propose again.`, answer.failure);
      await backOff(tries, deadlineMs, closing.signal);
    }
  }

  return {
    async propose(proposal: Proposal): Promise<Receipt> {
      const { system, decisionId } = proposal;
      const attributes = { 'http.request.method': 'POST', 'url.full': `${base}/v1/decisions`, 'countersign.decision': `${system}/${decisionId}` };
      return await inSpan('POST /v1/decisions', SpanKind.CLIENT, attributes, async (trace) => await send(proposal, trace));
    },
    async verdict({ system, decisionId, timeoutMs, traceparent, contentDigest }: WantedVerdict): Promise<Verdict> {
      const wanted = contentDigest ?? proposed.get({ system, decisionId });
      const trace = activeTrace() ?? (traceparent === undefined ? {} : { traceparent });
      const deadlineMs = Date.now() + timeoutMs;
      const path = `/v1/decisions/${encodeURIComponent(system)}/${encodeURIComponent(decisionId)}`;
      for (let tries = 0; ; ) {
        if (closing.signal.aborted) throw new CountersignClientError('closed', 'This client is closed.');
        const leftMs = Math.max(0, deadlineMs - Date.now());
        const waitMs = Math.floor(Math.min(pollMsMax, leftMs - Math.min(answerMsMax, leftMs / 10)));
        // Without any time it is asked once.
        const answer = await attempt('GET', `${path}?wait=${waitMs}ms`, timeoutMs <= 0 ? requestTimeoutMs : Math.min(leftMs, waitMs + requestTimeoutMs), trace);
        if ('status' in answer) {
          const accepted = said(answer.json['contentDigest']) ?? null;
          // Also without a verdict: there will be none on what is asked for.
          if (answer.status === 200 && wanted !== undefined && accepted !== null && accepted !== wanted) throw otherContent();
          if (answer.status === 200 && answer.json['state'] === 'resolved') return verdictOf({ system, decisionId }, accepted, answer.json['verdict'] as VerdictJson);
          // 404: not accepted yet. It may be on its way.
          if (answer.status !== 200 && answer.status !== 404) throw refusalOf(answer);
        }
        if (Date.now() >= deadlineMs) throw new VerdictTimeoutError(system, decisionId, timeoutMs);
        if ('failure' in answer) await backOff(tries++, deadlineMs, closing.signal);
      }
    },
    [Symbol.asyncDispose]: async () => closing.abort(),
  };
}

/** The digest of what was proposed last under an id, of the newest decisions. */
class LatestContents {
  readonly #digests = new Map<string, string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get({ system, decisionId }: DecisionRef): string | undefined {
    return this.#digests.get(decisionIdentity(system, decisionId));
  }

  set({ system, decisionId }: DecisionRef, digest: string): void {
    const key = decisionIdentity(system, decisionId);
    this.#digests.delete(key);
    this.#digests.set(key, digest);
    for (const oldest of this.#digests.keys()) {
      if (this.#digests.size <= this.#max) break;
      this.#digests.delete(oldest);
    }
  }
}

/** Told at once: a slip here would otherwise look like an outage, after the whole timeout. */
function baseOf(url: string): string {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new TypeError(`"${url}" is no http or https address such as http://localhost:8080.`);
  return url.replace(/\/$/, '');
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const said = (value: unknown) => (typeof value === 'string' ? value : undefined);

function refusalOf({ status, json }: Answer): CountersignClientError {
  const message = said(json['detail']) ?? said(json['title']) ?? `Countersign answered ${status}.`;
  if (status === 401 || status === 403) return new CountersignClientError('unauthorised', message);
  return new RefusedError(said(json['refusal']) ?? said(json['code']) ?? `http-${status}`, message, said(json['field']) ?? null);
}

type VerdictJson = { verdict: Verdict['verdict']; resolvedBy: string; basis: string; reason: string; outputLabel?: string | null; contentChanged?: boolean; resolvedAt: string };

/** Throws `ChangedContentError` for one on content that is not there; a release of Countersign that does not say so may mean just that. */
function verdictOf({ system, decisionId }: DecisionRef, contentDigest: string | null, json: VerdictJson): Verdict {
  const verdict: Verdict = {
    system, decisionId, eventId: verdictEventId(system, decisionId), verdict: json.verdict, outputLabel: json.outputLabel ?? null, modifiedOutput: null,
    resolvedBy: json.resolvedBy, basis: json.basis, reason: json.reason, resolvedAt: new Date(json.resolvedAt), contentDigest,
  };
  if (verdict.verdict === 'modified' && json.contentChanged !== false) throw new ChangedContentError(verdict);
  return verdict;
}
