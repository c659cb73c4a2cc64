import { elements, sizeOfElement, writeElement, type ElementType, type ElementValues } from './element-types.ts';

const headerBytes = 20;

/**
 * An array as Postgres reads it in its binary format (`array_recv`): a column of many rows, without the escaping and
 * parsing that the text format costs on both sides. The parameter MUST be cast to `type[]` in the statement.
 * Throws `RangeError` for a number that the type cannot hold.
 */
export function arrayParameter<T extends ElementType>(type: T, values: ReadonlyArray<ElementValues[T] | null>): Buffer {
  const { oid, bytes: fixed } = elements[type];
  let size = headerBytes + 4 * values.length;
  let nulls = 0;
  const sizes = fixed === null ? new Int32Array(values.length) : undefined;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    if (value === null) nulls = 1;
    else if (sizes === undefined) size += fixed ?? 0;
    else size += sizes[index] = sizeOfElement(type, value);
  }
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(nulls, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = headerBytes;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    const bytes = sizes?.[index] ?? fixed ?? 0;
    at = writeElement(buffer, buffer.writeInt32BE(bytes, at), type, value);
  }
  return buffer;
}
