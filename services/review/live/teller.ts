/** Tells the other instances, and this one, what changed: after the commit, and what comes together in one go. */

import type { Notice } from './notices.ts';
import { mergeNotices, payloadsOf } from './notices.ts';

/**
 * A notification inside a transaction would have all commits that notify wait for one another (PostgreSQL holds one lock a database for it). Sent
 * behind the commit, it is lost where the process dies in between: whoever was connected to it connects again anyway, the others look every few
 * seconds, and a claim that is gone shows at the next heartbeat.
 */
export class Teller implements AsyncDisposable {
  readonly #send: (payloads: readonly string[]) => Promise<void>;
  readonly #onLost: (error: unknown) => void;
  #waiting: Notice[] = [];
  #sending: Promise<void> | null = null;

  /** `onLost` is called with what could not be told. */
  constructor(send: (payloads: readonly string[]) => Promise<void>, onLost: (error: unknown) => void) {
    this.#send = send;
    this.#onLost = onLost;
  }

  tell(notice: Notice): void {
    if (payloadsOf(notice).length === 0) return;
    this.#waiting.push(notice);
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when what there was to tell is told, or lost. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drained();
  }

  async #sendAll(): Promise<void> {
    // One at a time: what changes meanwhile goes with the next.
    while (this.#waiting.length > 0) {
      const notices = this.#waiting;
      this.#waiting = [];
      await this.#send(payloadsOf(mergeNotices(notices))).catch(this.#onLost);
    }
    this.#sending = null;
  }
}
