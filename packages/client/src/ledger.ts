import { decisionKey } from '@countersign/contracts';
import type { DecisionRef, Verdict } from './types.ts';
import { VerdictTimeoutError, type CountersignClientError, type RefusedError } from './errors.ts';

type Settled = { verdict: Verdict } | { refused: RefusedError };
type Waiter = { resolve(verdict: Verdict): void; reject(error: CountersignClientError): void };

/** What is known of each decision, bounded: the oldest is forgotten, and asking for it times out rather than guesses. */
export class VerdictLedger {
  readonly #settled = new Map<string, Settled>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** SHA-256 of the bytes this client sent, to tell its own refusals from those of others. */
  readonly #sent = new Map<string, string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** MUST be called before the bytes leave. A refusal of earlier bytes under the same id is forgotten. */
  sent(decision: DecisionRef, valueSha256: string): void {
    const key = decisionKey(decision.system, decision.decisionId);
    const known = this.#settled.get(key);
    if (known !== undefined && 'refused' in known) this.#settled.delete(key);
    this.#keep(this.#sent, valueSha256, key);
  }

  resolved(verdict: Verdict): void {
    const key = decisionKey(verdict.system, verdict.decisionId);
    const known = this.#settled.get(key);
    // The first verdict is the verdict; a refusal of what we proposed is stronger than a verdict on other content.
    if (known === undefined) this.#settle(key, { verdict });
  }

  refused(valueSha256: string, error: RefusedError): void {
    const key = this.#sent.get(valueSha256);
    if (key !== undefined) this.#settle(key, { refused: error });
  }

  async wait(wanted: DecisionRef, timeoutMs: number): Promise<Verdict> {
    const key = decisionKey(wanted.system, wanted.decisionId);
    const known = this.#settled.get(key);
    if (known !== undefined) {
      if ('refused' in known) throw known.refused;
      return known.verdict;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    const waiter = { resolve, reject };
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters.add(waiter));
    const timer = setTimeout(() => reject(new VerdictTimeoutError(wanted.system, wanted.decisionId, timeoutMs)), timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiters.delete(waiter);
      if (waiters.size === 0) this.#waiters.delete(key);
    }
  }

  /** Tells everybody who waits. */
  fail(error: CountersignClientError): void {
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(error);
  }

  #settle(key: string, settled: Settled): void {
    this.#keep(this.#settled, key, settled);
    for (const waiter of this.#waiters.get(key) ?? []) {
      if ('refused' in settled) waiter.reject(settled.refused);
      else waiter.resolve(settled.verdict);
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
