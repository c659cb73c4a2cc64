/** Everybody who is connected to this instance, and what they are told. */

import type { Log } from '@countersign/kit';
import { CountersignError } from '@countersign/kit';
import { readOpenTasks } from '../desk/store.ts';
import { waitingFor } from '../desk/waiting.ts';
import { readPerson } from '../people/store.ts';
import type { Sql } from '../sql.ts';
import { readNow } from '../timers/store.ts';
import type { Notice } from './notices.ts';
import { LiveStream } from './stream.ts';
import type { Reader, Sink } from './stream.ts';

/** Several tabs and devices of one person; of more the oldest ends. */
const streamsPerPersonMax = 6;
const streamsMax = 5000;
/** Changes closer together than this are told at once. Under load a look costs more, and is taken less often. */
const lookMsMin = 150;
const lookMsMax = 800;
/** Time passes without a notice: tasks come back from being put aside, reservations end, deadlines pass. */
const idleLookMs = 5000;
/** Supervisors fetch a lot at a hint. */
const queuesHintMs = 750;

export class Hub implements AsyncDisposable {
  readonly #sql: Sql;
  readonly #log: Log;
  readonly #streams = new Set<LiveStream>();
  readonly #idle: NodeJS.Timeout;
  #listening = false;
  #lookMs = lookMsMin;
  #look: NodeJS.Timeout | null = null;
  #looking = false;
  #lookAgain = false;
  #lookedAtMs = 0;
  #hint: NodeJS.Timeout | null = null;
  #hintedAtMs = 0;
  #closed = false;

  constructor(sql: Sql, log: Log) {
    this.#sql = sql;
    this.#log = log;
    this.#idle = setInterval(() => this.#lookSoon(), idleLookMs);
    this.#idle.unref();
  }

  /** Opens a stream, which is told first how things stand. Throws `unavailable` while changes cannot be heard. */
  open(reader: Reader, sink: Sink): LiveStream {
    this.requireListening();
    const stream = new LiveStream({ reader, sink, onClose: (closed) => this.#streams.delete(closed) });
    const others = [...this.#streams].filter((other) => other.reader.personId === reader.personId);
    for (const other of others.slice(0, Math.max(0, others.length - streamsPerPersonMax + 1))) other.end();
    this.#streams.add(stream);
    if (reader.supervises) stream.tellQueues();
    this.#lookSoon();
    return stream;
  }

  requireListening(): void {
    if (this.#closed || !this.#listening) throw new CountersignError('unavailable', 'Live updates are not to be had now.');
    if (this.#streams.size >= streamsMax) throw new CountersignError('unavailable', `${streamsMax} clients are connected already.`);
  }

  get size(): number {
    return this.#streams.size;
  }

  hear(notice: Notice): void {
    for (const { taskId, personId, change } of notice.tasks) {
      for (const stream of this.#of(personId)) stream.tellTask(taskId, change);
    }
    for (const stream of [...this.#streams]) {
      if (stream.reader.sessionId !== null && notice.sessions.includes(stream.reader.sessionId)) stream.end();
    }
    for (const personId of new Set(notice.people)) {
      if (this.#of(personId).length > 0) void this.#requalify(personId);
    }
    if (!notice.queues) return;
    this.#hintSoon();
    this.#lookSoon();
  }

  /** From now on nothing is missed. */
  listening(): void {
    this.#listening = true;
  }

  /** Something may have been missed: everybody connects again and is told anew. */
  lost(): void {
    this.#listening = false;
    this.endAll();
  }

  endAll(): void {
    for (const stream of [...this.#streams]) stream.end();
  }

  /** No stream is opened any more, and those that are open end. */
  close(): void {
    this.#closed = true;
    this.endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    clearInterval(this.#idle);
    if (this.#look !== null) clearTimeout(this.#look);
    if (this.#hint !== null) clearTimeout(this.#hint);
    await Promise.resolve();
  }

  #of(personId: string): LiveStream[] {
    return [...this.#streams].filter(({ reader }) => reader.personId === personId);
  }

  async #requalify(personId: string): Promise<void> {
    try {
      const person = await readPerson(this.#sql, personId);
      for (const stream of this.#of(personId)) {
        if (person?.active === true) stream.requalify(person.queues);
        else if (stream.reader.works) stream.end();
      }
      this.#lookSoon();
    } catch (error) {
      // They are told again when they come again.
      this.#log.warn({ err: error, personId }, 'a changed person could not be read; their streams end');
      for (const stream of this.#of(personId)) stream.end();
    }
  }

  /** At once where nothing was told lately, and together with what follows where something was. */
  #hintSoon(): void {
    if (this.#hint !== null || this.#closed) return;
    const waitMs = Math.max(0, this.#hintedAtMs + queuesHintMs - performance.now());
    this.#hint = setTimeout(() => {
      this.#hint = null;
      this.#hintedAtMs = performance.now();
      for (const stream of this.#streams) if (stream.reader.supervises) stream.tellQueues();
    }, waitMs);
  }

  #lookSoon(): void {
    if (this.#closed || ![...this.#streams].some(({ reader }) => reader.works)) return;
    if (this.#looking) this.#lookAgain = true;
    if (this.#looking || this.#look !== null) return;
    const waitMs = Math.max(0, this.#lookedAtMs + this.#lookMs - performance.now());
    this.#look = setTimeout(() => {
      this.#look = null;
      void this.#lookNow();
    }, waitMs);
  }

  async #lookNow(): Promise<void> {
    this.#looking = true;
    const begunMs = performance.now();
    try {
      const now = await readNow(this.#sql);
      const tasks = await readOpenTasks(this.#sql);
      for (const stream of this.#streams) if (stream.reader.works) stream.tellWaiting(waitingFor(stream.reader, tasks, now));
    } catch (error) {
      // The next look makes good for it.
      this.#log.warn({ err: error }, 'what waits could not be read for live updates');
    }
    this.#looking = false;
    this.#lookedAtMs = performance.now();
    this.#lookMs = Math.min(lookMsMax, Math.max(lookMsMin, (this.#lookedAtMs - begunMs) * 5));
    if (!this.#lookAgain) return;
    this.#lookAgain = false;
    this.#lookSoon();
  }
}
