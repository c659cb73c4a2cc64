import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { writeElement, type ElementType, type ElementValues } from './element-types.ts';

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
const chunkBytes = 131_072;

/**
 * Writes rows by `COPY ... (format binary)`: Postgres puts them into the table a page at a time, where an insert of the
 * same rows writes, logs and checks each by itself. Each row is asked for when it is written, and not kept. Table and column names MUST be code, never
 * input. What violates a constraint fails the whole call: there is no `on conflict`.
 */
export async function copyRows<R>(client: PoolClient, table: string, columns: CopyColumns<R>, rows: Iterable<R>): Promise<void> {
  if (Array.isArray(rows) && rows.length === 0) return;
  const stream = client.query(copyFrom(`copy ${table} (${Object.keys(columns).join(', ')}) from stdin (format binary)`));
  const writer = new RowWriter(Object.values(columns));
  await pipeline(encodeRows(writer, rows), stream);
  // Postgres has answered, and so has all of it.
  for (const chunk of writer.chunks) if (spare.length < spareMax) spare.push(chunk);
}

/** Chunks that were sent, for the next call: to make them anew would be the larger part of the memory that a busy service asks for. */
const spare: Buffer[] = [];
const spareMax = 32;

/** Rows in chunks: what is on its way is bounded, whatever the batch weighs. */
function* encodeRows<R>(writer: RowWriter<R>, rows: Iterable<R>): Generator<Buffer> {
  for (const row of rows) {
    writer.write(row);
    const full = writer.takeFull();
    if (full !== null) yield full;
  }
  yield writer.end();
}

/** Writes row after row into chunks. One pass: how long text is in bytes is only known once it is written, so that room is made for the longest it can be. */
class RowWriter<R> {
  readonly #columns: ReadonlyArray<CopyColumns<R>[string]>;
  /** All that were written to, but those that one long row had for itself. */
  readonly chunks: Buffer[] = [];
  #chunk = this.#newChunk(chunkBytes);
  #at = header.copy(this.#chunk);
  /** Where the row in hand begins. */
  #row = 0;
  #full: Buffer | null = null;

  constructor(columns: ReadonlyArray<CopyColumns<R>[string]>) {
    this.#columns = columns;
  }

  /** The chunk that was filled before MUST have been taken. */
  write(row: R): void {
    this.#row = this.#at;
    this.#reserve(2);
    this.#at = this.#chunk.writeInt16BE(this.#columns.length, this.#at);
    for (const { type, of } of this.#columns) this.#writeValue(type, of(row));
  }

  /** Whole rows. */
  takeFull(): Buffer | null {
    const full = this.#full;
    this.#full = null;
    return full;
  }

  /** What is left, with the end of the rows. */
  end(): Buffer {
    return this.#chunk.subarray(0, this.#at + end.copy(this.#chunk, this.#at));
  }

  #writeValue(type: CopyType, value: Value): void {
    this.#reserve(4 + (value === null ? 0 : bytesMaxOf(value)));
    const start = this.#at + 4;
    const length = value === null ? -1 : this.#write(start, type, value) - start;
    this.#chunk.writeInt32BE(length, this.#at);
    this.#at = start + Math.max(0, length);
  }

  #write(at: number, type: CopyType, value: ElementValues[ElementType]): number {
    return type === 'timestamptz' ? writeElement(this.#chunk, at, 'bigint', (value as number) - epochUs) : writeElement(this.#chunk, at, type, value);
  }

  /** Goes on in a new chunk where this one has no room, with the row in hand. There is always room for the end. */
  #reserve(bytes: number): void {
    if (this.#at + bytes + end.length <= this.#chunk.length) return;
    const chunk = this.#chunk;
    const begun = this.#at - this.#row;
    this.#chunk = this.#newChunk(2 * (begun + bytes));
    chunk.copy(this.#chunk, 0, this.#row, this.#at);
    if (this.#row > 0) this.#full = chunk.subarray(0, this.#row);
    this.#row = 0;
    this.#at = begun;
  }

  #newChunk(bytes: number): Buffer {
    if (bytes > chunkBytes) return Buffer.allocUnsafeSlow(bytes);
    const chunk = spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
    this.chunks.push(chunk);
    return chunk;
  }
}

/** UTF-8 has at most three bytes for what is one unit of a string. */
function bytesMaxOf(value: ElementValues[ElementType]): number {
  if (typeof value === 'string') return 3 * value.length;
  return Buffer.isBuffer(value) ? value.length : 8;
}
