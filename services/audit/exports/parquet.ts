import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { AuditRecord } from '../records.ts';
import { microsecondsOf } from '../searches/filter.ts';
import type { BoundedFile } from './bounded-file.ts';
import { tableColumns } from './csv.ts';

type Column = (typeof tableColumns)[number];
/** Rows of a group stand in memory until it is written. */
const groupRowsMax = 5000;
const groupBytesMax = 8 * 1024 * 1024;

const instants: ReadonlySet<Column> = new Set(['recordedAt', 'occurredAt', 'publishedAt']);
const numbers: ReadonlySet<Column> = new Set(['offset', 'logIndex']);
const smallNumbers: ReadonlySet<Column> = new Set(['partition']);

/** The event as JSON text, instants in microseconds UTC: what DuckDB, Spark and pandas read without being told. */
const schema: ConstructorParameters<typeof ParquetWriter>[0]['schema'] = [
  { name: 'root', num_children: tableColumns.length },
  ...tableColumns.map((name) => {
    const optional = { name, repetition_type: 'OPTIONAL' } as const;
    if (instants.has(name)) return { ...optional, type: 'INT64', converted_type: 'TIMESTAMP_MICROS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } } as const;
    if (numbers.has(name)) return { ...optional, type: 'INT64' } as const;
    if (smallNumbers.has(name)) return { ...optional, type: 'INT32' } as const;
    if (name === 'erased') return { ...optional, type: 'BOOLEAN' } as const;
    return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  }),
];

/** A record whose event is its text already. */
type Row = Omit<AuditRecord, 'event'> & { event: string | null };

/** Writes records as Parquet, a group of rows at a time; answers how many. */
export async function writeParquet(file: BoundedFile, records: AsyncIterable<AuditRecord>): Promise<number> {
  const output = new FileWriter(file);
  const writer = new ParquetWriter({ writer: output, schema, createdBy: 'countersign' });
  let [rows, bytes, count]: [Row[], number, number] = [[], 0, 0];
  const flush = async () => {
    await writer.write({ columnData: tableColumns.map((name) => ({ name, data: rows.map((row) => valueOf(row, name)) })), rowGroupSize: rows.length });
    [rows, bytes] = [[], 0];
  };
  for await (const record of records) {
    const event = record.event === null ? null : JSON.stringify(record.event);
    rows.push({ ...record, event });
    bytes += event?.length ?? 0;
    count += 1;
    if (rows.length >= groupRowsMax || bytes >= groupBytesMax) await flush();
  }
  if (rows.length > 0) await flush();
  await writer.finish();
  await output.flush();
  return count;
}

function valueOf(row: Row, name: Column): string | number | bigint | boolean | null {
  const value = row[name];
  if (value === null) return null;
  if (instants.has(name)) return BigInt(microsecondsOf(String(value)));
  return numbers.has(name) ? BigInt(value) : value;
}

/** The library's writer over a file: what a group wrote leaves before the next begins. */
class FileWriter extends ByteWriter {
  readonly #file: BoundedFile;

  constructor(file: BoundedFile) {
    super();
    this.#file = file;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.getBytes());
    this.index = 0;
    await this.#file.write(bytes);
  }
}
