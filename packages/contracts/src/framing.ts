/** Bytes before the Avro body in the Confluent wire format: a zero byte and a big-endian schema id. */
export const frameBytes = 5;

/** Prefixes an Avro body with its schema id (Confluent wire format). */
export function frame(schemaId: number, body: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(frameBytes + body.length);
  framed[0] = 0;
  framed.writeUInt32BE(schemaId, 1);
  body.copy(framed, frameBytes);
  return framed;
}

/** The schema id of a framed value, or `null` when the bytes are not framed. */
export function schemaIdOf(value: Buffer): number | null {
  if (value.length < frameBytes || value[0] !== 0) return null;
  return value.readUInt32BE(1);
}
