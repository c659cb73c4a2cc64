import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { Vault } from '@countersign/kit';
import { ownerOf } from '../audited.ts';
import { auditRecordOf, type AuditRecord } from '../records.ts';
import type { Cursor, EventFilter } from '../searches/filter.ts';
import { readEvents } from '../store.ts';
import { csvHeader, csvLine } from './csv.ts';

const pageRows = 500;

/**
 * Every event that matches, in order of recording, a page at a time: memory does not grow with the log. Without `disclose` what is
 * sealed stays so: `event` is `null`, though nothing was erased.
 */
export async function* exportedRecords(pool: Pool, vault: Vault, filter: EventFilter, disclose = true): AsyncGenerator<AuditRecord> {
  let cursor: Cursor | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof readEvents>> = await readEvents(pool, filter, cursor, pageRows);
    if (disclose) await vault.prepare(page.filter(({ sealed }) => sealed !== null).map(ownerOf));
    for (const stored of page) yield disclose || stored.sealed === null ? await auditRecordOf(stored, vault) : { ...(await auditRecordOf({ ...stored, sealed: null }, vault)), erased: false };
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    cursor = { recordedAt: last.recordedAt, eventId: last.eventId };
  }
}

/** What left. */
export type Streamed = { records: number; bytes: number; sha256: string };

/** Nothing did: the digest is that of no bytes. */
export const nothingStreamed: Streamed = { records: 0, bytes: 0, sha256: createHash('sha256').digest('hex') };

const chunkChars = 65_536;

/** The export as a stream that waits for its reader; `streamed` learns what left, also where the reader went away. */
export function exportStream(records: AsyncIterable<AuditRecord>, format: 'jsonl' | 'csv', streamed: (streamed: Streamed) => void): Readable {
  return Readable.from(chunks(records, format, streamed), { objectMode: false, highWaterMark: chunkChars });
}

/** Lines leave together: a write for each would cost more than making it. */
async function* chunks(records: AsyncIterable<AuditRecord>, format: 'jsonl' | 'csv', streamed: (streamed: Streamed) => void): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let [count, bytes] = [0, 0];
  let chunk = format === 'csv' ? csvHeader : '';
  const packed = () => {
    const buffer = Buffer.from(chunk);
    hash.update(buffer);
    bytes += buffer.length;
    chunk = '';
    return buffer;
  };
  try {
    for await (const record of records) {
      count += 1;
      chunk += format === 'jsonl' ? `${JSON.stringify(record)}\n` : csvLine(record);
      if (chunk.length >= chunkChars) yield packed();
    }
    if (chunk !== '') yield packed();
  } finally {
    streamed({ records: count, bytes, sha256: hash.digest('hex') });
  }
}
