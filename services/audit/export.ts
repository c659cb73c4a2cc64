import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { Pool } from 'pg';
import type { Vault } from '@countersign/kit';
import { ownerOf } from './handlers.ts';
import { auditRecordOf, type AuditRecord } from './records.ts';
import { readEvents, type Cursor, type EventFilter } from './store.ts';

const pageRows = 500;
const csvColumns = ['recordedAt', 'occurredAt', 'publishedAt', 'eventId', 'record', 'topic', 'partition', 'offset', 'system', 'decisionId', 'decisionType', 'kind', 'reviewer', 'actor', 'policyVersion', 'valueDigest', 'logIndex', 'event'] as const;

/** Every event that matches, in order of recording, a page at a time: memory does not grow with the log. */
export async function* exportedRecords(pool: Pool, vault: Vault, filter: EventFilter): AsyncGenerator<AuditRecord> {
  let cursor: Cursor | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof readEvents>> = await readEvents(pool, filter, cursor, pageRows);
    await vault.prepare(page.filter(({ sealed }) => sealed !== null).map(ownerOf));
    for (const stored of page) yield await auditRecordOf(stored, vault);
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    cursor = { recordedAt: last.recordedAt, eventId: last.eventId };
  }
}

const chunkChars = 65_536;

/** The export as a stream that waits for its reader; `counted` learns how many records left. */
export function exportStream(records: AsyncIterable<AuditRecord>, format: 'jsonl' | 'csv', counted: (records: number) => void): Readable {
  return Readable.from(chunks(records, format, counted), { objectMode: false, highWaterMark: chunkChars });
}

/** Lines leave together: a write for each would cost more than making it. */
async function* chunks(records: AsyncIterable<AuditRecord>, format: 'jsonl' | 'csv', counted: (records: number) => void): AsyncGenerator<string> {
  let count = 0;
  let chunk = format === 'csv' ? stringify([[...csvColumns]]) : '';
  try {
    for await (const record of records) {
      count += 1;
      chunk += format === 'jsonl' ? `${JSON.stringify(record)}\n` : csvLine(record);
      if (chunk.length < chunkChars) continue;
      yield chunk;
      chunk = '';
    }
    if (chunk !== '') yield chunk;
  } finally {
    counted(count);
  }
}

function csvLine(record: AuditRecord): string {
  return stringify([csvColumns.map((column) => csvCell(column === 'event' ? JSON.stringify(record.event) : record[column]))]);
}

/** A cell that a spreadsheet would read as a formula is made text (OWASP: CSV injection). */
export function csvCell(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
