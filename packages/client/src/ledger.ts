import { decisionIdentity } from '@countersign/contracts';
import type { DecisionRef, Verdict, WantedVerdict } from './types.ts';
import { otherContent, RefusedError, VerdictTimeoutError, type CountersignClientError } from './errors.ts';
import { answerBy } from './retry.ts';

/** `content`: the digest of what it waits for a verdict on, where it names one. */
type Waiter = { content: string | undefined; resolve(verdict: Verdict): void; reject(error: CountersignClientError): void };

/** What was proposed under an id: `content` is the digest of it, `label` the output it asks to carry out. */
export type SentContent = { content: string; label: string };

type Entry = {
  verdict: Verdict | undefined;
  /** What this client proposed last; a verdict is asked for that. */
  latest: SentContent | undefined;
  /** Contents this client sent that were not refused. */
  standing: Set<string>;
  refusals: Map<string, RefusedError>;
};

/**
 * What is known of each decision, bounded: the oldest is forgotten, and asking for it times out rather than guesses. A
 * verdict belongs to the content that was accepted, which is not always the one that was proposed last.
 */
export class VerdictLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** By SHA-256 of the bytes this client sent, to tell its own refusals from those of others. */
  readonly #sent = new Map<string, { key: string; content: string }>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** MUST be called before the bytes leave. A refusal of the same content before is forgotten. */
  sent(decision: DecisionRef, valueSha256: string, proposed: SentContent): void {
    const key = decisionIdentity(decision.system, decision.decisionId);
    const entry = this.#entry(key);
    entry.latest = proposed;
    entry.standing.add(proposed.content);
    entry.refusals.delete(proposed.content);
    this.#keep(this.#sent, valueSha256, { key, content: proposed.content });
  }

  resolved(verdict: Verdict): void {
    const key = decisionIdentity(verdict.system, verdict.decisionId);
    const entry = this.#entry(key);
    // The first verdict is the verdict.
    entry.verdict ??= verdict;
    this.#tell(key, entry);
  }

  refused(valueSha256: string, error: RefusedError): void {
    const sent = this.#sent.get(valueSha256);
    if (sent === undefined) return;
    const entry = this.#entry(sent.key);
    entry.standing.delete(sent.content);
    entry.refusals.set(sent.content, error);
    this.#tell(sent.key, entry);
  }

  /** The verdict is asked for the content that `contentDigest` names, or else on what was sent last. */
  async wait({ system, decisionId, timeoutMs, contentDigest: content }: WantedVerdict, deadlineMs = Date.now() + timeoutMs): Promise<Verdict> {
    const key = decisionIdentity(system, decisionId);
    const entry = this.#entries.get(key);
    const known = entry === undefined ? undefined : answerOf(entry, content);
    if (known instanceof RefusedError) throw known;
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    const waiter = { content, resolve, reject };
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters.add(waiter));
    try {
      return await answerBy(deadlineMs, promise, () => new VerdictTimeoutError(system, decisionId, timeoutMs));
    } finally {
      waiters.delete(waiter);
      if (waiters.size === 0) this.#waiters.delete(key);
    }
  }

  /** Tells everybody who waits. */
  fail(error: CountersignClientError): void {
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(error);
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? { verdict: undefined, latest: undefined, standing: new Set(), refusals: new Map() };
    this.#keep(this.#entries, key, entry);
    return entry;
  }

  #tell(key: string, entry: Entry): void {
    for (const waiter of this.#waiters.get(key) ?? []) {
      const answer = answerOf(entry, waiter.content);
      if (answer instanceof RefusedError) waiter.reject(answer);
      else if (answer !== undefined) waiter.resolve(answer);
    }
  }

  #keep<V>(map: Map<string, V>, key: string, value: V): void {
    map.delete(key);
    map.set(key, value);
    for (const oldest of map.keys()) {
      if (map.size <= this.#max) break;
      map.delete(oldest);
    }
  }
}

/** The answer to what is asked for, or to what was proposed last; undefined while it could be the answer to something else. */
function answerOf({ verdict, latest, standing, refusals }: Entry, asked: string | undefined): Verdict | RefusedError | undefined {
  const content = asked ?? latest?.content;
  const refusal = content === undefined ? undefined : refusals.get(content);
  if (verdict === undefined || content === undefined) return refusal ?? verdict;
  if (verdict.contentDigest !== null) return verdict.contentDigest === content ? verdict : (refusal ?? otherContent());
  // It does not say which content it is on.
  if (refusal !== undefined) return refusal;
  // Of several contents under one id all but one are refused: which one the verdict is on shows when they are.
  if (standing.size > 1) return undefined;
  // Approved for other content, of an earlier run or of somebody else: the refusal of ours is on its way.
  if (content === latest?.content && verdict.verdict === 'approved' && verdict.outputLabel !== null && verdict.outputLabel !== latest.label) return undefined;
  return verdict;
}
