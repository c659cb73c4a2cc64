/** A value by its name. */
export type Values = Record<string, unknown>;

/** Where reading stands. `text` is the bytes as Latin-1: text that is plain ASCII is cut out of it. */
type Tap = { readonly bytes: Buffer; readonly text: string; at: number };
/** Reads one value; gives something only if it is to be kept. */
type Read = (tap: Tap, keep: boolean) => unknown;
type Field = { name: string; read: Read };

const nameRule = /^[A-Za-z][A-Za-z0-9_]*$/;
const ascii = /^[\x00-\x7f]*$/;

/**
 * A reader of one record by its schema (Apache Avro 1.12, "Binary Encoding"), which gives the fields that are wanted, in the order in which they are; `undefined`
 * for those that it has not. It knows what our schemas have in them, and no more. The bytes may be hostile: what does not fit throws a `RangeError`, and neither
 * time nor memory goes beyond what they can pay for. Bytes that are left over do not fit either, so that of several releases of a record one alone can read it.
 */
export function avroReader(schema: unknown, wanted: readonly string[]): (bytes: Buffer, from?: number) => unknown[] {
  const { type, fields } = objectOf(schema);
  if (type !== 'record') throw new RangeError('The schema of an event is that of a record.');
  const reads = avroFields(fields).map(({ name, read }) => ({ read, place: wanted.indexOf(name) }));
  const none = wanted.map((): unknown => undefined);
  return (bytes, from = 0) => {
    const tap = { bytes, text: bytes.toString('latin1'), at: from };
    const values = none.slice();
    for (const { read, place } of reads) {
      const value = read(tap, place >= 0);
      if (place >= 0) values[place] = value;
    }
    if (tap.at !== bytes.length) throw new RangeError(`The record ends ${bytes.length - tap.at} bytes before its payload does.`);
    return values;
  };
}

function readerOf(schema: unknown): Read {
  if (Array.isArray(schema)) return unionReader(schema.map(readerOf));
  const { type, fields, items, values } = typeof schema === 'string' ? { type: schema } as Values : objectOf(schema);
  switch (type) {
    case 'record': return recordReader(avroFields(fields));
    case 'array': return listReader(readerOf(items), (list) => list);
    case 'map': return listReader(entryReader(readerOf(values)), (entries) => new Map(entries as Array<[unknown, unknown]>));
    case 'null': return () => null;
    case 'boolean': return (tap) => tap.bytes[skip(tap, 1)] === 1;
    // Also in more words: {"type": "long", "logicalType": "timestamp-micros"}.
    case 'int': case 'long': return readLong;
    case 'double': return (tap) => tap.bytes.readDoubleLE(skip(tap, 8));
    case 'bytes': return (tap) => tap.bytes.subarray(skip(tap, readLong(tap)), tap.at);
    case 'string': return readText;
    default: throw new RangeError(`The schema has a type ${String(type)} that no schema of ours has.`);
  }
}

function avroFields(fields: unknown): Field[] {
  if (!Array.isArray(fields)) throw new RangeError('The schema of a record has a list of fields.');
  return fields.map((each: unknown) => {
    const { name, type } = objectOf(each);
    if (typeof name !== 'string' || !nameRule.test(name)) throw new RangeError('The schema has a field without a proper name.');
    return { name, read: readerOf(type) };
  });
}

function recordReader(fields: readonly Field[]): Read {
  return (tap, keep) => {
    const value: Values = {};
    for (const { name, read } of fields) {
      const part = read(tap, keep);
      if (keep) value[name] = part;
    }
    return value;
  };
}

function unionReader(branches: readonly Read[]): Read {
  return (tap, keep) => {
    const read = branches[readLong(tap)];
    if (read === undefined) throw new RangeError('The payload names a branch of a union that is not there.');
    return read(tap, keep);
  };
}

function entryReader(read: Read): Read {
  return (tap, keep) => [readText(tap, keep), read(tap, keep)];
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes. A count that the bytes cannot hold is refused before it is believed. */
function listReader(readItem: Read, made: (items: unknown[]) => unknown): Read {
  return (tap, keep) => {
    const items: unknown[] = [];
    for (let count = readLong(tap); count !== 0; count = readLong(tap)) {
      if (count < 0 && readLong(tap) < 0) throw new RangeError('A block of a list has fewer than no bytes.');
      if (Math.abs(count) > tap.bytes.length - tap.at) throw new RangeError('A list has more items than the payload has bytes.');
      for (let left = Math.abs(count); left > 0; left -= 1) {
        const item = readItem(tap, keep);
        if (keep) items.push(item);
      }
    }
    return made(items);
  };
}

/** Goes on behind so many bytes; gives where they begin. */
function skip(tap: Tap, length: number): number {
  const from = tap.at;
  if (!(length >= 0 && from + length <= tap.bytes.length)) throw new RangeError('The payload ends before its record does.');
  tap.at = from + length;
  return from;
}

function readText(tap: Tap, keep: boolean): string {
  const from = skip(tap, readLong(tap));
  if (!keep) return '';
  const text = tap.text.slice(from, tap.at);
  return ascii.test(text) ? text : tap.bytes.toString('utf8', from, tap.at);
}

/** Seven bits a byte, the lowest first, zigzag. Throws past 2^53, where JavaScript cannot count. */
function readLong(tap: Tap): number {
  // Most are lengths and branches of unions, and have one byte.
  const first = tap.bytes[tap.at] ?? 255;
  if (first < 128) {
    tap.at += 1;
    return (first >>> 1) ^ -(first & 1);
  }
  for (let value = 0, factor = 1; factor <= 2 ** 63; factor *= 128) {
    const byte = tap.bytes[skip(tap, 1)] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128 && value <= 2 ** 53) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    if (byte < 128) break;
  }
  throw new RangeError('The payload has a number that is too large.');
}

function objectOf(value: unknown): Values {
  if (typeof value !== 'object' || value === null) throw new RangeError('The schema is not one of Avro.');
  return value as Values;
}
