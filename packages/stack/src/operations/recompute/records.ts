import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { RecordName } from '@countersign/contracts';

/** A line of the exported audit log, as far as draws need it. `event` is `null` where its subject was erased. */
export type LoggedRecord = {
  recordedAt: string;
  occurredAt: string;
  eventId: string;
  record: string;
  system: string | null;
  decisionId: string | null;
  decisionType: string | null;
  kind: string | null;
  policyVersion: string | null;
  event: Record<string, unknown> | null;
};

/** The audit log, read as often as needed: one kind of record after the other, so that none has to be kept. */
export type RecordSource = {
  read(record: RecordName): AsyncIterable<LoggedRecord>;
  /** An instant in microseconds: whatever was recorded before it is read by every later `read`. */
  end(): Promise<number>;
};

/** A file of `/v1/audit/export`, in JSON Lines. Throws `RangeError` with the line that is none. */
export function fileSource(file: string): RecordSource {
  const lines = () => linesOf(createReadStream(file), file);
  const end = async () => {
    let lastMs = -Infinity;
    for await (const { recordedAt } of lines()) lastMs = Math.max(lastMs, Date.parse(recordedAt));
    return lastMs * 1000;
  };
  return { read: (record) => only(record, lines()), end };
}

export type HttpSourceOptions = { url: string; token: string; filter: Readonly<Record<string, string>> };

const reason = 'Recomputing the draws of samples and forms';

/** A running Countersign. Every call is an export, and on record as one. */
export function httpSource({ url, token, filter }: HttpSourceOptions): RecordSource {
  async function* read(record: RecordName): AsyncIterable<LoggedRecord> {
    // Policies and keys belong to no decision: no filter applies to them.
    const query = new URLSearchParams({ record, format: 'jsonl', disclose: 'true', reason, ...(record.startsWith('Decision') || record === 'SpotCheckSelected' ? filter : {}) });
    const response = await fetch(`${url}/v1/audit/export?${query.toString()}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok || response.body === null) throw new Error(`${url} does not give the export of ${record}: ${response.status} ${await response.text()}`);
    yield* only(record, linesOf(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), url));
  }
  const end = async () => {
    const response = await fetch(`${url}/healthz`);
    await response.body?.cancel();
    // By the clock of the log, not of whoever reads it.
    return Date.parse(response.headers.get('date') ?? '') * 1000;
  };
  return { read, end };
}

async function* linesOf(input: Readable, name: string): AsyncGenerator<LoggedRecord> {
  // A stream that fails does not end the loop over its lines: it is told here.
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  input.once('error', failed.reject);
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (let number = 1; ; number += 1) {
    const next = await Promise.race([lines.next(), failed.promise]);
    if (next.done === true) break;
    if (next.value.trim() !== '') yield parsed(next.value, `${name}, line ${number}`);
  }
  if (input.errored !== null) throw input.errored;
}

function parsed(line: string, place: string): LoggedRecord {
  try {
    const value = JSON.parse(line) as LoggedRecord;
    if (typeof value.record === 'string' && typeof value.eventId === 'string') return value;
  } catch {
    // The one message below says it for every line that is none of ours.
  }
  throw new RangeError(`${place} is no record of an audit export in JSON Lines.`);
}

async function* only(record: RecordName, records: AsyncIterable<LoggedRecord>): AsyncGenerator<LoggedRecord> {
  for await (const logged of records) if (logged.record === record) yield logged;
}
