/** One open stream to one client: what is to be sent, and no more than the client can take. */

import type { Waiting } from '../desk/waiting.ts';
import type { TaskChange } from './notices.ts';

export type LiveMessage =
  | { event: 'work'; data: { waiting: { open: number; overdue: number; nextDueAt: string | null } } }
  | { event: 'task'; data: { taskId: string; change: TaskChange } }
  | { event: 'queues'; data: Record<string, never> };

/** The connection below; `send` resolves when the client can take more. */
export type Sink = { send(message: LiveMessage): Promise<void>; end(): void; destroy(): void };

/** Who reads; the queues are those of the register, and change with it. */
export type Reader = { personId: string; senior: boolean; queues: readonly string[]; works: boolean; supervises: boolean; sessionId: string | null };

/** Changes to one's own tasks that are not sent yet; whoever is behind further than that starts again. */
const tasksMax = 100;
/** A client that takes nothing for so long is gone, or will be better off with a new connection. */
const slowReaderMs = 10_000;

export type StreamOptions = { reader: Reader; sink: Sink; onClose(stream: LiveStream): void; slowReaderMs?: number };

/**
 * Holds at most one `work`, one `queues` and a bounded number of `task` messages: newer counts replace older ones. One message is on its
 * way at a time, so that a slow reader costs this much memory and is dropped. Nothing needs to be sent again: whoever connects anew is
 * told how things stand, and asks for their claims.
 */
export class LiveStream {
  readonly #sink: Sink;
  readonly #onClose: (stream: LiveStream) => void;
  readonly #slowReaderMs: number;
  #reader: Reader;
  #tasks: Array<{ taskId: string; change: TaskChange }> = [];
  #work: LiveMessage | null = null;
  #queues = false;
  #told = '';
  #sending = false;
  #tooSlow: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ reader, sink, onClose, slowReaderMs: patienceMs = slowReaderMs }: StreamOptions) {
    this.#reader = reader;
    this.#sink = sink;
    this.#onClose = onClose;
    this.#slowReaderMs = patienceMs;
  }

  get reader(): Reader {
    return this.#reader;
  }

  get closed(): boolean {
    return this.#closed;
  }

  requalify(queues: readonly string[]): void {
    this.#reader = { ...this.#reader, queues };
  }

  /** Says how much waits, unless that was said last. */
  tellWaiting({ open, overdue, nextDueAt }: Waiting): void {
    const waiting = { open, overdue, nextDueAt: nextDueAt === null ? null : new Date(Math.floor(nextDueAt / 1000)).toISOString() };
    const text = JSON.stringify(waiting);
    if (text === this.#told) return;
    this.#told = text;
    this.#work = { event: 'work', data: { waiting } };
    this.#pump();
  }

  tellTask(taskId: string, change: TaskChange): void {
    if (this.#tasks.length >= tasksMax) return this.drop();
    this.#tasks.push({ taskId, change });
    this.#pump();
  }

  tellQueues(): void {
    this.#queues = true;
    this.#pump();
  }

  /** Ends it in good order: the client may come again. */
  end(): void {
    if (this.#close()) this.#sink.end();
  }

  /** Cuts it off, without waiting for a client that does not read. */
  drop(): void {
    if (this.#close()) this.#sink.destroy();
  }

  #close(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#tasks = [];
    clearTimeout(this.#tooSlow);
    this.#onClose(this);
    return true;
  }

  #next(): LiveMessage | null {
    const task = this.#tasks.shift();
    if (task !== undefined) return { event: 'task', data: task };
    if (this.#work !== null) {
      const work = this.#work;
      this.#work = null;
      return work;
    }
    if (!this.#queues) return null;
    this.#queues = false;
    return { event: 'queues', data: {} };
  }

  #pump(): void {
    if (this.#sending || this.#closed) return;
    const message = this.#next();
    if (message === null) return;
    this.#sending = true;
    this.#tooSlow = setTimeout(() => this.drop(), this.#slowReaderMs);
    this.#sink.send(message).then(
      () => {
        clearTimeout(this.#tooSlow);
        this.#sending = false;
        this.#pump();
      },
      () => this.drop(),
    );
  }
}
