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
const end = Buffer.from([0xff, 0xff]);
/** Postgres counts from 2000. */
const epochUs = 946_684_800_000_000;
const chunkBytesMin = 65_536;

/**
 * Writes rows by `COPY ... (format binary)`: Postgres puts them into the table a page at a time, where an insert of the
 * same rows writes, logs and checks each by itself. Table and column names MUST be code, never input. What violates a
 * constraint fails the whole call: there is no `on conflict`.
 */
export async function copyRows<R>(client: PoolClient, table: string, columns: CopyColumns<R>, rows: readonly R[]): Promise<void> {
  if (rows.length === 0) return;
  const stream = client.query(copyFrom(`copy ${table} (${Object.keys(columns).join(', ')}) from stdin (format binary)`));
  await pipeline(encodeRows(Object.values(columns), rows), stream);
}

/** Rows in chunks: what is on its way is bounded, whatever the batch weighs. */
function* encodeRows<R>(columns: ReadonlyArray<CopyColumns<R>[string]>, rows: readonly R[]): Generator<Buffer> {
  let chunk = Buffer.allocUnsafe(chunkBytesMin);
  let at = header.copy(chunk);
  for (const row of rows) {
    const values = columns.map((column) => column.of(row));
    const bytes = sizeOfRow(columns, values);
    if (at + bytes > chunk.length) {
      yield chunk.subarray(0, at);
      chunk = Buffer.allocUnsafe(Math.max(chunkBytesMin, bytes));
      at = 0;
    }
    at = writeRow(chunk, at, columns, values);
  }
  yield chunk.subarray(0, at);
  yield end;
}

function sizeOfRow(columns: ReadonlyArray<{ type: CopyType }>, values: readonly Value[]): number {
  let bytes = 2 + 4 * values.length;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    if (value !== null) bytes += sizeOfElement(elementType(columns[index]?.type), value);
  }
  return bytes;
}

function writeRow(buffer: Buffer, start: number, columns: ReadonlyArray<{ type: CopyType }>, values: readonly Value[]): number {
  let at = buffer.writeInt16BE(values.length, start);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    // The length of a value stands before it and is known once it is written.
    const lengthAt = at;
    at += 4;
    if (value !== null) at = writeValue(buffer, at, columns[index]?.type, value);
    buffer.writeInt32BE(value === null ? -1 : at - lengthAt - 4, lengthAt);
  }
  return at;
}

function elementType(type: CopyType | undefined): ElementType {
  return type === 'timestamptz' || type === undefined ? 'bigint' : type;
}

function writeValue(buffer: Buffer, at: number, type: CopyType | undefined, value: ElementValues[ElementType]): number {
  return writeElement(buffer, at, elementType(type), type === 'timestamptz' ? (value as number) - epochUs : value);
}
