/** A place in the bytes that are read. */
type Tap = { bytes: Buffer; at: number; depth: number; items: number };
/** Steps over a value where it is not kept. */
type Read = (tap: Tap, keep: boolean) => unknown;
type Named = { read: Read };

const depthMax = 64;
const nameRule = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A reader of one record by its schema (Apache Avro 1.12, "Binary Encoding"), which gives the fields that are wanted. Schemas and bytes may
 * be hostile: whatever does not fit throws a `RangeError`, and neither time nor memory goes beyond what the bytes can pay for. Bytes that are
 * left over do not fit either, so that of several releases of a record one alone can read it.
 */
export function avroReader(schema: unknown, wanted: ReadonlySet<string>): (bytes: Buffer) => Record<string, unknown> {
  const { type, name, fields } = objectOf(schema);
  if (type !== 'record') throw new RangeError('The schema of an event is that of a record.');
  const names = new Map<string, Named>();
  const self: Named = { read: () => undefined };
  names.set(String(name), self);
  const readers = fieldsOf(fields, names);
  self.read = recordReader(readers);
  return (bytes) => {
    const tap: Tap = { bytes, at: 0, depth: 0, items: 0 };
    const value: Record<string, unknown> = {};
    for (const { field, read } of readers) {
      if (wanted.has(field)) value[field] = read(tap, true);
      else read(tap, false);
    }
    if (tap.at !== bytes.length) throw new RangeError(`The record ends ${bytes.length - tap.at} bytes before its payload does.`);
    return value;
  };
}

function readerOf(schema: unknown, names: Map<string, Named>): Read {
  if (Array.isArray(schema)) return unionReader(schema.map((branch) => readerOf(branch, names)));
  if (typeof schema === 'string') return primitives[schema] ?? namedReader(schema, names);
  const { type, name, fields, items, values, symbols } = objectOf(schema);
  switch (type) {
    case 'record': {
      const self: Named = { read: () => undefined };
      names.set(String(name), self);
      self.read = recordReader(fieldsOf(fields, names));
      return self.read;
    }
    case 'array': return listReader(readerOf(items, names));
    case 'map': return mapReader(readerOf(values, names));
    case 'enum': return enumReader(symbols);
    // A type in more words: {"type": "long", "logicalType": "timestamp-micros"}.
    default: return readerOf(type, names);
  }
}

const primitives: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (tap) => take(tap, 1)[0] === 1,
  int: readLong,
  long: readLong,
  float: (tap) => take(tap, 4).readFloatLE(),
  double: (tap) => take(tap, 8).readDoubleLE(),
  bytes: (tap) => take(tap, readLong(tap)),
  string: (tap, keep) => {
    const text = take(tap, readLong(tap));
    return keep ? text.toString('utf8') : '';
  },
};

/** A record that is named before it is whole (it may hold itself) is looked up when it is read. */
function namedReader(name: string, names: Map<string, Named>): Read {
  const named = names.get(name);
  if (named === undefined) throw new RangeError(`The schema names a type ${name} that it does not define.`);
  return (tap, keep) => named.read(tap, keep);
}

function recordReader(fields: ReadonlyArray<{ field: string; read: Read }>): Read {
  return (tap, keep) => within(tap, () => {
    const value: Record<string, unknown> = {};
    for (const { field, read } of fields) {
      const part = read(tap, keep);
      if (keep) value[field] = part;
    }
    return value;
  });
}

function fieldsOf(fields: unknown, names: Map<string, Named>): Array<{ field: string; read: Read }> {
  if (!Array.isArray(fields)) throw new RangeError('The schema of a record has a list of fields.');
  return fields.map((each) => {
    const { name, type } = objectOf(each);
    if (typeof name !== 'string' || !nameRule.test(name) || name === '__proto__') throw new RangeError('The schema has a field without a proper name.');
    return { field: name, read: readerOf(type, names) };
  });
}

function unionReader(branches: readonly Read[]): Read {
  return (tap, keep) => {
    const read = branches[readLong(tap)];
    if (read === undefined) throw new RangeError('The payload names a branch of a union that is not there.');
    return read(tap, keep);
  };
}

function enumReader(symbols: unknown): Read {
  return (tap) => (Array.isArray(symbols) ? (symbols[readLong(tap)] as unknown) : undefined);
}

function listReader(read: Read): Read {
  return (tap, keep) => within(tap, () => {
    const items: unknown[] = [];
    eachItem(tap, () => {
      const item = read(tap, keep);
      if (keep) items.push(item);
    });
    return items;
  });
}

function mapReader(read: Read): Read {
  return (tap, keep) => within(tap, () => {
    const values = new Map<unknown, unknown>();
    eachItem(tap, () => {
      const name = primitives['string']?.(tap, keep);
      const value = read(tap, keep);
      if (keep) values.set(name, value);
    });
    return values;
  });
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes. A count that the bytes cannot hold is refused before it is believed. */
function eachItem(tap: Tap, read: () => void): void {
  for (;;) {
    let count = readLong(tap);
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      if (readLong(tap) < 0) throw new RangeError('A block of a list has fewer than no bytes.');
    }
    // Also over all lists together, since there are schemas whose items take no bytes.
    tap.items += count;
    if (count > tap.bytes.length - tap.at || tap.items > tap.bytes.length) throw new RangeError('A list has more items than the payload has bytes.');
    for (; count > 0; count -= 1) read();
  }
}

/** Schemas may hold themselves, and so may what is read by them. */
function within<Value>(tap: Tap, read: () => Value): Value {
  tap.depth += 1;
  if (tap.depth > depthMax) throw new RangeError('The payload is nested too deep.');
  const value = read();
  tap.depth -= 1;
  return value;
}

function take(tap: Tap, length: number): Buffer {
  const end = tap.at + length;
  if (!(length >= 0 && end <= tap.bytes.length)) throw new RangeError('The payload ends before its record does.');
  const bytes = tap.bytes.subarray(tap.at, end);
  tap.at = end;
  return bytes;
}

/** Seven bits a byte, the lowest first, zigzag. Throws past 2^53, where JavaScript cannot count. */
function readLong(tap: Tap): number {
  let [value, factor] = [0, 1];
  for (let length = 0; length < 10; length += 1) {
    const byte = tap.bytes[tap.at];
    if (byte === undefined) break;
    tap.at += 1;
    value += (byte & 127) * factor;
    if (byte < 128) {
      if (value > 2 ** 53) break;
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    factor *= 128;
  }
  throw new RangeError('The payload has a number that is cut off, or too large.');
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new RangeError('The schema is not one of Avro.');
  return value as Record<string, unknown>;
}
