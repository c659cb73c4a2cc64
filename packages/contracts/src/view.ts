import avro from 'avsc';
import { patchBlockCounts } from './block-counts.ts';
import { patchBytes } from './bytes-in-place.ts';
import type { EventTypes } from './generated/types.ts';
import { schemas } from './generated/schemas.ts';
import type { RecordName } from './topology.ts';

type Whole = string | number | boolean | bigint | null | undefined | Buffer | readonly unknown[] | Readonly<Record<string, string | number | boolean>>;

/** Fields that a reader asks for: a whole one, or fields of a nested record. */
export type FieldsOf<T> = { readonly [K in keyof T]?: T[K] extends Whole ? true : true | FieldsOf<T[K]> };

/** A value as a reader sees it that asked for some of its fields. */
export type ViewOf<T, F> = F extends true ? T : { [K in keyof F & keyof T]: ViewOf<T[K], F[K]> };

/** The fields that a reader asks for, of the records it does not need whole. */
export type Views = { readonly [R in RecordName]?: FieldsOf<EventTypes[R]> };

type Fields = { readonly [field: string]: true | Fields };

patchBlockCounts();
patchBytes();

const types = new Map<RecordName, avro.Type>();

/** The type that reads all of a record, made once. */
export function readerType(record: RecordName): avro.Type {
  let type = types.get(record);
  if (type === undefined) types.set(record, (type = avro.Type.forSchema(schemas[record])));
  return type;
}

/**
 * A type that reads some fields of a record and steps over the others, which costs a fraction of reading them. What is
 * stepped over is not checked beyond its length: views are for topics that only we write.
 */
export function viewType(record: RecordName, fields: Fields): avro.Type {
  return prune(readerType(record) as avro.types.RecordType, fields);
}

function prune(whole: avro.types.RecordType, wanted: Fields): avro.Type {
  const fields = Object.entries(wanted).map(([name, part]) => {
    const field = whole.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new TypeError(`${whole.name} has no field ${name}.`);
    return { name, type: part === true ? field.type : prune(field.type as avro.types.RecordType, part) };
  });
  return avro.Type.forSchema({ type: 'record', name: whole.name ?? '', fields } as unknown as avro.Schema);
}
