import type { Type } from 'avsc';

/** Bytes before the Avro body in the Confluent wire format: a zero byte and a big-endian schema id. */
export const frameBytes = 5;

const slabBytes = 131_072;
let slab = Buffer.allocUnsafeSlow(slabBytes);
let used = 0;

/**
 * Encodes a value behind its schema id (Confluent wire format), once and in place: values share slabs, where the
 * library's own `toBuffer` encodes whatever is longer than 1 KiB twice and copies it into zeroed memory. Throws where
 * the value does not fit its type.
 */
export function encodeFramed(schemaId: number, type: Type, value: unknown): Buffer {
  let end = type.encode(value, slab, used + frameBytes);
  if (end < 0) {
    // The answer is how many bytes are missing.
    const bytes = slab.length - used - end;
    if (bytes > slabBytes / 4) return frame(schemaId, type.toBuffer(value));
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
    end = type.encode(value, slab, frameBytes);
  }
  const framed = slab.subarray(used, end);
  used = end;
  return withSchemaId(framed, schemaId);
}

/** Prefixes an Avro body with its schema id (Confluent wire format). */
export function frame(schemaId: number, body: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(frameBytes + body.length);
  body.copy(framed, frameBytes);
  return withSchemaId(framed, schemaId);
}

function withSchemaId(framed: Buffer, schemaId: number): Buffer {
  framed[0] = 0;
  framed.writeUInt32BE(schemaId, 1);
  return framed;
}

/** The schema id of a framed value, or `null` when the bytes are not framed. */
export function schemaIdOf(value: Buffer): number | null {
  if (value.length < frameBytes || value[0] !== 0) return null;
  return value.readUInt32BE(1);
}
