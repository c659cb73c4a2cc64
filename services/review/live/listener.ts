/** The one connection of a process that listens to what the instances of review tell each other. */

import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '@countersign/kit';
import { readPayload } from './notices.ts';
import type { Notice } from './notices.ts';
import { channel } from './store.ts';

export type ListenerOptions = {
  /** Of whatever role: to listen takes no right. */
  url: string;
  log: Log;
  onNotice(notice: Notice): void;
  /** From here on nothing is missed. */
  onListening(): void;
  /** What was told from here on is lost. */
  onLost(): void;
  pingMs?: number;
};

const retryMsMin = 100;
const retryMsMax = 5000;
/** A connection that died without a word is found within this time. */
const pingMsDefault = 10_000;

/** Listens until disposed; a lost connection is made again. */
export class NoticeListener implements AsyncDisposable {
  readonly #options: ListenerOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #first = Promise.withResolvers<void>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Resolves when it listened for the first time, or when that takes too long: a service goes without live updates rather than not at all. */
  async listening(deadlineMs: number): Promise<void> {
    await Promise.race([this.#first.promise, wait(deadlineMs, undefined, { ref: false })]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let retryMs = retryMsMin;
    while (!this.#stopping.signal.aborted) {
      const heard = await this.#listen();
      retryMs = heard ? retryMsMin : Math.min(retryMs * 2, retryMsMax);
      await wait(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** One connection, from making it to losing it; true where it listened for a while. */
  async #listen(): Promise<boolean> {
    const { url, log, onNotice, onListening, onLost, pingMs = pingMsDefault } = this.#options;
    const client = new pg.Client({ connectionString: url, application_name: 'countersign-review-live', keepAlive: true, connectionTimeoutMillis: pingMs, query_timeout: pingMs });
    const lost = Promise.withResolvers<unknown>();
    client.on('error', lost.resolve);
    client.on('end', () => lost.resolve(null));
    client.on('notification', ({ payload }) => onNotice(readPayload(payload ?? '')));
    let listening = false;
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      listening = true;
      onListening();
      this.#first.resolve();
      await this.#watch(client, lost.promise, pingMs);
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn({ err: error }, 'live updates lost their database connection; making it again');
    } finally {
      if (listening) onLost();
      // Of a connection that hangs nobody waits for a goodbye.
      await Promise.race([client.end().catch(() => undefined), wait(1000, undefined, { ref: false })]);
    }
    return listening;
  }

  /** Returns when asked to stop, throws when the connection is gone. */
  async #watch(client: pg.Client, lost: Promise<unknown>, pingMs: number): Promise<void> {
    const { signal } = this.#stopping;
    const gone = lost.then((error) => {
      throw error instanceof Error ? error : new Error('the connection ended');
    });
    // Also when nobody races with it any more.
    gone.catch(() => undefined);
    for (;;) {
      await Promise.race([gone, wait(pingMs, undefined, { signal }).catch(() => undefined)]);
      if (signal.aborted) return;
      // To listen again changes nothing, and tells whether somebody answers.
      await Promise.race([gone, client.query(`listen ${channel}`)]);
    }
  }
}
