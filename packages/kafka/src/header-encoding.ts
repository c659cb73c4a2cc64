import { sizeOfVarint, writeVarint } from './varint.ts';

const valuesMax = 64;
const namesMax = 64;

/** Whole encoded headers, by name and value: nearly all are the same few in every record. */
const known = new Map<string, Map<string, Buffer>>();

function knownHeader(name: string, value: string | Buffer): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  let values = known.get(name);
  const found = values?.get(value);
  if (found !== undefined) return found;
  if (values === undefined) {
    if (known.size >= namesMax) return undefined;
    known.set(name, (values = new Map<string, Buffer>()));
  }
  // What differs in every record fills its share once, and is written anew from then on.
  if (values.size >= valuesMax) return undefined;
  const bytes = Buffer.allocUnsafe(sizeOfField(name) + sizeOfField(value));
  writeField(bytes, writeField(bytes, 0, name), value);
  values.set(value, bytes);
  return bytes;
}

/** Bytes of one header: its name and value, each behind its length. */
export function sizeOfHeader(name: string, value: string | Buffer): number {
  return knownHeader(name, value)?.length ?? sizeOfField(name) + sizeOfField(value);
}

/** Writes one header and returns where the next one begins. */
export function writeHeader(buffer: Buffer, start: number, name: string, value: string | Buffer): number {
  const bytes = knownHeader(name, value);
  if (bytes === undefined) return writeField(buffer, writeField(buffer, start, name), value);
  buffer.set(bytes, start);
  return start + bytes.length;
}

export function sizeOfField(field: Buffer | string | null): number {
  if (field === null) return 1;
  const bytes = Buffer.byteLength(field);
  return sizeOfVarint(bytes) + bytes;
}

export function writeField(buffer: Buffer, start: number, field: Buffer | string | null): number {
  if (field === null) return writeVarint(buffer, start, -1);
  const bytes = Buffer.byteLength(field);
  const at = writeVarint(buffer, start, bytes);
  if (typeof field === 'string') buffer.write(field, at);
  else buffer.set(field, at);
  return at + bytes;
}
