import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Log } from '@countersign/kit';
import { RefusedLogError } from './comparison.ts';
import { Sequencer, type SequencerDeps } from './sequencer.ts';
import { sequencedRowsMax } from './sequencing.ts';
import { hasBatches, holdSequencerSession, readState, takeSequencerLock } from './store.ts';

export type AuditLogDeps = SequencerDeps & { pool: Pool; log: Log; waits?: Partial<Waits> };
export type Waits = {
  /** Between two looks of the one who leads: what comes in meanwhile is sequenced together. */
  pollMs: number;
  /** Between two tries to take the lead. */
  takeoverMs: number;
  /** After a failure. */
  retryMs: number;
  /** Between two looks at the file of keys. */
  keysMs: number;
};

const waitsDefault: Waits = { pollMs: 200, takeoverMs: 1000, retryMs: 1000, keysMs: 5000 };
const drainPollMs = 10;

/**
 * Keeps the Merkle log: of all instances of audit the one that holds the lock sequences and signs, the others wait to take over. What fails is tried
 * again from the state in the database; what contradicts itself waits for a person, and is looked at again all the same.
 */
export class AuditLog implements AsyncDisposable {
  readonly #deps: AuditLogDeps;
  readonly #waits: Waits;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #wake = Promise.withResolvers<void>();
  #urgent = false;
  #leading = false;
  #failure: Error | null = null;
  #keysProblem: string | null = null;
  #keysLookedMs = 0;

  constructor(deps: AuditLogDeps) {
    this.#deps = deps;
    this.#waits = { ...waitsDefault, ...deps.waits };
    this.#running = this.#run();
  }

  /** Whether this instance is the one. */
  get leading(): boolean {
    return this.#leading;
  }

  /** Whether the log contradicts what was published, so that nothing is signed. */
  get refused(): boolean {
    return this.#failure instanceof RefusedLogError;
  }

  /** Why it cannot go on, for readiness; empty where it goes on, or another instance does. */
  reasons(): string[] {
    return [...(this.#failure === null ? [] : [`the Merkle log stands still: ${this.#failure.message}`]), ...(this.#keysProblem === null ? [] : [this.#keysProblem])];
  }

  /** Resolves when all that is recorded is sequenced, signed and anchored, by whichever instance; does not wait for the next checkpoint to be due. */
  async drain(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const waiting = await hasBatches(this.#deps.pool);
      const { size, anchoredSize } = await readState(this.#deps.pool);
      if (!waiting && size === anchoredSize) return;
      if (performance.now() > deadline) throw new Error(`The Merkle log is not at its end after ${deadlineMs} ms. ${this.reasons().join(' ')}`.trim());
      this.#urgent = true;
      this.#wake.resolve();
      await wait(drainPollMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wake.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping()) {
      let waitMs = this.#waits.takeoverMs;
      try {
        await this.#lead();
        this.#failure = null;
      } catch (error) {
        waitMs = this.#waits.retryMs;
        this.#fail(error instanceof Error ? error : new Error(String(error)));
      }
      if (!this.#stopping()) await wait(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Resolves at once where another instance holds the lock; otherwise leads until it is told to stop, and rejects when it cannot. */
  async #lead(): Promise<void> {
    const client = await this.#deps.pool.connect();
    let held = false;
    try {
      held = await takeSequencerLock(client);
      if (held) await this.#follow(client);
    } finally {
      this.#leading = false;
      // The lock ends with the connection.
      client.release(held);
    }
  }

  async #follow(client: PoolClient): Promise<void> {
    await holdSequencerSession(client);
    const sequencer = await Sequencer.open(client, this.#deps);
    this.#leading = true;
    this.#failure = null;
    this.#deps.log.info({ size: sequencer.size }, 'this instance keeps the Merkle log');
    let signedMs = -Infinity;
    while (!this.#stopping()) {
      const urgent = this.#urgent;
      this.#urgent = false;
      const rows = await sequencer.sequence();
      // Behind: signing can wait for a fuller hand, but no longer than it is due.
      const behind = rows >= sequencedRowsMax;
      const dueMs = signedMs + this.#deps.config.checkpointIntervalMs - performance.now();
      if (sequencer.grown && (dueMs <= 0 || (urgent && !behind))) {
        await this.#lookAtKeys(sequencer);
        signedMs = performance.now();
        await sequencer.publish();
      }
      if (!behind) await this.#sleep(this.#waits.pollMs);
    }
    // The next one to lead finds little to do, and fewer rows stand unprotected.
    await sequencer.sequence();
    await sequencer.publish();
  }

  async #lookAtKeys(sequencer: Sequencer): Promise<void> {
    if (performance.now() - this.#keysLookedMs < this.#waits.keysMs) return;
    this.#keysLookedMs = performance.now();
    try {
      await sequencer.refreshKeys();
      this.#keysProblem = null;
    } catch (error) {
      this.#keysProblem = `the file of log keys is refused, those before it stay in use: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #fail(error: Error): void {
    if (error.message !== this.#failure?.message) {
      if (error instanceof RefusedLogError) this.#deps.log.fatal({ err: error }, 'the Merkle log contradicts what was published; nothing is signed');
      else this.#deps.log.warn({ err: error }, 'the Merkle log cannot go on; trying again');
    }
    this.#failure = error;
  }

  async #sleep(waitMs: number): Promise<void> {
    await Promise.race([this.#wake.promise, wait(waitMs)]);
    this.#wake = Promise.withResolvers();
  }

  #stopping(): boolean {
    return this.#stop.signal.aborted;
  }
}
