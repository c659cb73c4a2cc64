import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type AvroType =
  | string
  | AvroType[]
  | RecordSchema
  | { type: 'array'; items: AvroType }
  | { type: 'map'; values: AvroType }
  | { type: 'long'; logicalType: string };

export type RecordSchema = {
  type: 'record';
  name: string;
  namespace?: string;
  doc?: string;
  fields: Array<{ name: string; type: AvroType; default?: unknown; doc?: string }>;
};

/** Every schema of a folder, by name, sorted so that generated files are stable. */
export function loadSchemas(folder: string): RecordSchema[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordSchema);
}
