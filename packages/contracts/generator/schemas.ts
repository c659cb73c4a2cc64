import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
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

const text = (schema: RecordSchema) => JSON.stringify(schema);

/** Of the records whose baseline is not today's schema: what they were written with before, newest first. */
export function earlierSchemas(folder: string, today: readonly RecordSchema[]): Record<string, RecordSchema[]> {
  const retired = existsSync(join(folder, 'earlier')) ? loadSchemas(join(folder, 'earlier')).reverse() : [];
  const known = [...loadSchemas(join(folder, 'baseline')), ...retired];
  const entries = today.map((schema) => [schema.name, known.filter((old) => old.name === schema.name && text(old) !== text(schema))] as const);
  return Object.fromEntries(entries.filter(([, earlier]) => earlier.length > 0));
}

/** Keeps each baseline that is about to be replaced by another, numbered by release. */
export function retireBaseline(folder: string, today: readonly RecordSchema[]): void {
  const baseline = loadSchemas(join(folder, 'baseline'));
  const changed = baseline.filter((old) => today.some((schema) => schema.name === old.name && text(schema) !== text(old)));
  if (changed.length === 0) return;
  mkdirSync(join(folder, 'earlier'), { recursive: true });
  for (const { name } of changed) {
    const release = readdirSync(join(folder, 'earlier')).filter((file) => file.startsWith(`${name}.`)).length + 1;
    copyFileSync(join(folder, 'baseline', `${name}.avsc`), join(folder, 'earlier', `${name}.${String(release).padStart(3, '0')}.avsc`));
  }
}
