/** Server-sent events over `fetch`, since `EventSource` cannot carry a bearer token. Reconnects by itself. */

import { SessionEndedError } from './problem.ts';

export type LiveEvent = { event: string; data: string };

/** Splits what arrives into events (HTML Standard, section 9.2). Comments are heartbeats and give nothing. */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  push(text: string): LiveEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): LiveEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const [field, raw] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #dispatch(): LiveEvent[] {
    const found = this.#data.length === 0 ? [] : [{ event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') }];
    this.#event = '';
    this.#data = [];
    return found;
  }
}

export type LiveParts = {
  open(signal: AbortSignal): Promise<Response>;
  onEvent(event: LiveEvent): void;
  /** True when a stream stands, false when it broke. After it stood again, everything may have changed. */
  onState(connected: boolean): void;
};

const silenceMsMax = 45_000;
const pauseMsMax = 15_000;

/** Follows the stream until the signal. A silent stream counts as broken: a proxy may have dropped it without a word. */
export async function followEvents(parts: LiveParts, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await readStream(parts, signal, () => (failures = 0));
    } catch (error) {
      if (error instanceof SessionEndedError) failures = Math.max(failures, 3);
    }
    if (signal.aborted) return;
    parts.onState(false);
    failures += 1;
    await pause(Math.min(pauseMsMax, 500 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2), signal);
  }
}

async function readStream(parts: LiveParts, signal: AbortSignal, onBytes: () => void): Promise<void> {
  const broken = new AbortController();
  const either = AbortSignal.any([signal, broken.signal]);
  let watch = setTimeout(() => broken.abort(), silenceMsMax);
  try {
    const answer = await parts.open(either);
    if (!answer.ok || answer.body === null) throw new Error(`The stream answered ${answer.status}.`);
    parts.onState(true);
    const parser = new EventStreamParser();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      clearTimeout(watch);
      watch = setTimeout(() => broken.abort(), silenceMsMax);
      onBytes();
      for (const event of parser.push(chunk.value)) parts.onEvent(event);
    }
  } finally {
    clearTimeout(watch);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      window.removeEventListener('online', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    window.addEventListener('online', done);
  });
}
