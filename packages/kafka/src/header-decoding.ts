import type { RecordHeaders } from './types.ts';
import { readVarint } from './varint.ts';

/** The end of a record, where its headers are; most readers never look at them. */
export class UndecodedHeaders {
  readonly #buffer: Buffer;
  readonly #offset: number;

  constructor(buffer: Buffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  /** How many there are, as they say. */
  count(): number {
    return readVarint(this.#buffer, { at: this.#offset });
  }

  /** The last value of one header, found without decoding the others. */
  find(name: Buffer): Buffer | undefined {
    const buffer = this.#buffer;
    let found: Buffer | undefined;
    this.#walk((nameAt, nameEnd, valueAt, valueEnd) => {
      if (nameEnd - nameAt === name.length && buffer.compare(name, 0, name.length, nameAt, nameEnd) === 0) found = buffer.subarray(valueAt, valueEnd);
    });
    return found;
  }

  /** Without a prototype, since foreign producers name them; a repeated header keeps its last value. */
  decode(): RecordHeaders {
    const buffer = this.#buffer;
    const headers = Object.create(null) as Record<string, Buffer>;
    this.#walk((nameAt, nameEnd, valueAt, valueEnd) => {
      headers[buffer.toString('utf8', nameAt, nameEnd)] = buffer.subarray(valueAt, valueEnd);
    });
    return headers;
  }

  /** Every header that has a value: names and values stand behind their lengths, -1 for none. */
  #walk(visit: (nameAt: number, nameEnd: number, valueAt: number, valueEnd: number) => void): void {
    const buffer = this.#buffer;
    const cursor = { at: this.#offset };
    for (let left = readVarint(buffer, cursor); left > 0; left -= 1) {
      const nameBytes = Math.max(0, readVarint(buffer, cursor));
      const nameAt = cursor.at;
      cursor.at += nameBytes;
      const valueBytes = readVarint(buffer, cursor);
      const valueAt = cursor.at;
      cursor.at += Math.max(0, valueBytes);
      if (valueBytes >= 0) visit(nameAt, nameAt + nameBytes, valueAt, cursor.at);
    }
  }
}
