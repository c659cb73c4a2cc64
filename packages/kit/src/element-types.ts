/** Element types by their object ids in `pg_type`, with the bytes of those that have a fixed size. */
export const elements = {
  text: { oid: 25, bytes: null },
  bytea: { oid: 17, bytes: null },
  /** A `bytea` whose bytes are told in hex. */
  hex: { oid: 17, bytes: null },
  boolean: { oid: 16, bytes: 1 },
  int: { oid: 23, bytes: 4 },
  bigint: { oid: 20, bytes: 8 },
  float8: { oid: 701, bytes: 8 },
} as const;

export type ElementType = keyof typeof elements;
export type ElementValues = { text: string; bytea: Buffer; hex: string; boolean: boolean; int: number; bigint: number | bigint | string; float8: number };

/** Bytes of a value in the binary format of Postgres, without its length. */
export function sizeOfElement(type: ElementType, value: ElementValues[ElementType]): number {
  const { bytes } = elements[type];
  if (bytes !== null) return bytes;
  if (typeof value !== 'string') return (value as Buffer).length;
  return type === 'hex' ? value.length / 2 : Buffer.byteLength(value);
}

/** Writes a value in the binary format of Postgres and returns where it ends. Throws `RangeError` for a number that the type cannot hold. */
export function writeElement(buffer: Buffer, at: number, type: ElementType, value: ElementValues[ElementType]): number {
  switch (type) {
    case 'text': return at + buffer.write(value as string, at);
    case 'bytea': return at + (value as Buffer).copy(buffer, at);
    case 'hex': return at + buffer.write(value as string, at, 'hex');
    case 'boolean': return buffer.writeInt8(value === true ? 1 : 0, at);
    case 'int': return buffer.writeInt32BE(value as number, at);
    case 'bigint': return typeof value === 'number' ? writeSafeInteger(buffer, at, value) : buffer.writeBigInt64BE(BigInt(value as bigint | string), at);
    case 'float8': return buffer.writeDoubleBE(value as number, at);
  }
}

/** As two halves: a `bigint` made of each number would cost more than writing it. */
function writeSafeInteger(buffer: Buffer, at: number, value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer that a number holds exactly.`);
  const high = Math.floor(value / 2 ** 32);
  return buffer.writeUInt32BE(value - high * 2 ** 32, buffer.writeInt32BE(high, at));
}
