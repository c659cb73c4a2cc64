import { createRequire } from 'node:module';
import type { RecordHeaders } from './types.ts';
import { readVarint } from './varint.ts';

type Decoder = { buffer: Buffer; offset: number; readVarInt(): number; readVarIntString(): string | null; readVarIntBytes(): Buffer | null; readVarIntArray(): { reduce(): UndecodedHeaders } };
type DecoderClass = { new (buffer: Buffer): Decoder; prototype: Decoder };

const require = createRequire(import.meta.url);
const noHeaders: RecordHeaders = Object.freeze(Object.create(null) as RecordHeaders);
let patched = false;

/** The end of a record, where its headers are; most readers never look at them. */
export class UndecodedHeaders {
  readonly #buffer: Buffer;
  readonly #offset: number;

  constructor(buffer: Buffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  /** The last value of one header, found without decoding the others. */
  find(name: Buffer): Buffer | undefined {
    const buffer = this.#buffer;
    const cursor = { at: this.#offset };
    let found: Buffer | undefined;
    for (let left = readVarint(buffer, cursor); left > 0; left -= 1) {
      const nameBytes = readVarint(buffer, cursor);
      const nameAt = cursor.at;
      cursor.at += nameBytes;
      const valueBytes = readVarint(buffer, cursor);
      if (nameBytes === name.length && valueBytes >= 0 && buffer.compare(name, 0, nameBytes, nameAt, nameAt + nameBytes) === 0) found = buffer.subarray(cursor.at, cursor.at + valueBytes);
      cursor.at += Math.max(0, valueBytes);
    }
    return found;
  }

  /** Without a prototype, since foreign producers name them; a repeated header keeps its last value. */
  decode(): RecordHeaders {
    const Reader = require('kafkajs/src/protocol/decoder') as DecoderClass;
    const decoder = new Reader(this.#buffer);
    decoder.offset = this.#offset;
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
}

/**
 * kafkajs copies all headers of a record again for each of them, by reducing the array that this method answers with and
 * that nothing else asks for. They are the last field of a record, which has a decoder of its own: here they stay bytes
 * until somebody asks.
 */
export function patchHeaderDecoding(): void {
  if (patched) return;
  patched = true;
  const { prototype } = require('kafkajs/src/protocol/decoder') as DecoderClass;
  prototype.readVarIntArray = function keepHeaders(this: Decoder) {
    const headers = new UndecodedHeaders(this.buffer, this.offset);
    return { reduce: () => headers };
  };
}
