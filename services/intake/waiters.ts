import type { Pool } from 'pg';
import { decisionIdentity } from '@countersign/contracts';
import { CountersignError } from '@countersign/kit';
import { findResolved } from './store.ts';

type Waiter = { system: string; decisionId: string; wake: () => void };
/** Another instance may have stored the verdict: everybody who waits is looked up in one query this often. */
const lookEveryMs = 200;

/** Callers that wait for a verdict: woken by this instance's consumer, or found in the read model. */
export class VerdictWaiters implements Disposable {
  readonly #waiting = new Map<string, Set<Waiter>>();
  readonly #max: number;
  readonly #look: NodeJS.Timeout;
  #count = 0;
  #closed = false;
  /** A slow database must not be asked ever more at once. */
  #isLooking = false;

  constructor(pool: Pool, max: number, onError: (error: unknown) => void) {
    this.#max = max;
    this.#look = setInterval(() => {
      const keys = [...this.#waiting.values()].flatMap((waiters) => [...waiters].slice(0, 1));
      if (keys.length === 0 || this.#isLooking) return;
      this.#isLooking = true;
      void findResolved(pool, keys).then((resolved) => resolved.forEach((key) => this.wake(key.system, key.decisionId)), onError).finally(() => (this.#isLooking = false));
    }, lookEveryMs);
    this.#look.unref();
  }

  wake(system: string, decisionId: string): void {
    for (const waiter of this.#waiting.get(decisionIdentity(system, decisionId)) ?? []) waiter.wake();
  }

  /** Whether nobody waits here any more: who asked is answered with what there is. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when a verdict may be there, the time is over, the caller is gone, or nobody waits any more. */
  async wait(system: string, decisionId: string, waitMs: number, gone: AbortSignal): Promise<void> {
    if (this.#closed) return;
    if (this.#count >= this.#max) throw new CountersignError('too-many-requests', `${this.#max} callers wait already. Ask again without wait.`);
    const key = decisionIdentity(system, decisionId);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { system, decisionId, wake: resolve };
    const waiters = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiters.add(waiter));
    this.#count += 1;
    const timer = setTimeout(resolve, waitMs);
    gone.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    this.#count -= 1;
    waiters.delete(waiter);
    if (waiters.size === 0) this.#waiting.delete(key);
  }

  /** Sends everybody home, and lets nobody wait: a server that closes waits for those it has. */
  close(): void {
    this.#closed = true;
    for (const waiters of this.#waiting.values()) for (const waiter of waiters) waiter.wake();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#look);
    this.close();
  }
}
