import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sizeOfElement, writeElement, type ElementType, type ElementValues } from './element-types.ts';

/** A column's type; `timestamptz` takes microseconds since 1970. */
type CopyType = ElementType | 'timestamptz';
type Value = ElementValues[ElementType] | null;
/** The columns of a table that are written, each with its type and how a row tells its value. */
export type CopyColumns<R> = Readonly<Record<string, { type: CopyType; of(row: R): Value }>>;

/** Signature, flags and the length of an extension that is not there (PostgreSQL: COPY, Binary Format). */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailerBytes = 2;
/** Postgres counts from 2000. */
const epochUs = 946_684_800_000_000n;

/**
 * Writes rows by `COPY ... (format binary)`: Postgres puts them into the table a page at a time, where an insert of the
 * same rows writes, logs and checks each by itself. Table and column names MUST be code, never input. What violates a
 * constraint fails the whole call: there is no `on conflict`.
 */
export async function copyRows<R>(client: PoolClient, table: string, columns: CopyColumns<R>, rows: readonly R[]): Promise<void> {
  if (rows.length === 0) return;
  const stream = client.query(copyFrom(`copy ${table} (${Object.keys(columns).join(', ')}) from stdin (format binary)`));
  await pipeline([encodeRows(Object.values(columns), rows)], stream);
}

function encodeRows<R>(columns: ReadonlyArray<CopyColumns<R>[string]>, rows: readonly R[]): Buffer {
  const values = rows.map((row) => columns.map((column) => column.of(row)));
  const sizes = new Int32Array(rows.length * columns.length);
  let bytes = header.length + trailerBytes + rows.length * (2 + 4 * columns.length);
  values.forEach((row, index) => row.forEach((value, place) => {
    bytes += sizes[index * columns.length + place] = value === null ? 0 : sizeOfElement(elementType(columns[place]?.type), value);
  }));
  const buffer = Buffer.allocUnsafe(bytes);
  let at = header.copy(buffer);
  values.forEach((row, index) => {
    at = buffer.writeInt16BE(columns.length, at);
    row.forEach((value, place) => {
      at = buffer.writeInt32BE(value === null ? -1 : (sizes[index * columns.length + place] ?? 0), at);
      if (value !== null) at = writeValue(buffer, at, columns[place]?.type, value);
    });
  });
  buffer.writeInt16BE(-1, at);
  return buffer;
}

function elementType(type: CopyType | undefined): ElementType {
  return type === 'timestamptz' || type === undefined ? 'bigint' : type;
}

function writeValue(buffer: Buffer, at: number, type: CopyType | undefined, value: ElementValues[ElementType]): number {
  return type === 'timestamptz' ? writeElement(buffer, at, 'bigint', BigInt(value as number) - epochUs) : writeElement(buffer, at, elementType(type), value);
}
