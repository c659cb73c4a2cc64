import { stringify } from 'csv-stringify/sync';
import type { AuditRecord } from '../records.ts';

/** What the tables of an export hold, in this order, whatever their format. */
export const tableColumns = ['recordedAt', 'occurredAt', 'publishedAt', 'eventId', 'record', 'topic', 'partition', 'offset', 'system', 'decisionId', 'decisionType', 'kind', 'reviewer', 'actor', 'policyVersion', 'valueDigest', 'logIndex', 'erased', 'event'] as const;

export const csvHeader = stringify([[...tableColumns]]);

/** A line of RFC 4180. */
export function csvLine(record: AuditRecord): string {
  return stringify([tableColumns.map((column) => csvCell(column === 'event' ? JSON.stringify(record.event) : record[column]))]);
}

/** A cell that a spreadsheet would read as a formula is made text (OWASP: CSV injection). */
export function csvCell(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}
