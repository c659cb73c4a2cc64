import { createRequire } from 'node:module';
import type { RecordHeaders } from './types.ts';

type Decoder = { readVarInt(): number; readVarIntString(): string | null; readVarIntBytes(): Buffer | null; readVarIntArray(): { reduce(): RecordHeaders } };

const noHeaders: RecordHeaders = Object.freeze(Object.create(null) as RecordHeaders);
let patched = false;

/**
 * kafkajs copies all headers of a record again for each of them, by reducing the array that this method answers with and
 * that nothing else asks for. Here the headers are made once. Without a prototype, since foreign producers name them.
 */
export function patchHeaderDecoding(): void {
  if (patched) return;
  patched = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as { prototype: Decoder };
  prototype.readVarIntArray = function readHeaders(this: Decoder) {
    const headers = decodeHeaders(this);
    return { reduce: () => headers };
  };
}

function decodeHeaders(decoder: Decoder): RecordHeaders {
  const count = decoder.readVarInt();
  if (count <= 0) return noHeaders;
  const headers = Object.create(null) as Record<string, Buffer>;
  for (let index = 0; index < count; index += 1) {
    const name = decoder.readVarIntString() ?? '';
    const value = decoder.readVarIntBytes();
    if (value !== null) headers[name] = value;
  }
  return headers;
}
