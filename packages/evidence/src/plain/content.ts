import { createDecipheriv, createHmac } from 'node:crypto';
import type { Fields } from './bundle.ts';

function hmac(key: Buffer, text: string | Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** The digest of what stood on Kafka: keyed, so that nothing can be guessed from it once the key is gone. */
export function keyedDigest(key: Buffer, plain: Buffer): string {
  return hmac(hmac(key, 'countersign value digest v1'), plain).toString('hex');
}

/**
 * Opens a sealed payload: 0x03, the id of its key (32 bytes), a nonce (24), XChaCha20-Poly1305 ciphertext with its tag (16). The id stands in the bytes that the leaf
 * commits to, so that they open to one text only. Throws a `RangeError` that says what is wrong.
 */
export function unseal(sealed: Buffer, key: Buffer): Buffer {
  if (key.length !== 32) throw new RangeError('a content key that is not of 32 bytes');
  if (sealed[0] !== 3 || sealed.length < 1 + 32 + 24 + 16) throw new RangeError(`bytes of the format ${sealed[0] ?? 'none'}, and not sealed in format 3`);
  if (!hmac(key, 'countersign content key v1').equals(sealed.subarray(1, 33))) throw new RangeError('another key than the one that it was sealed under');
  const [nonce, text, tag] = [sealed.subarray(33, 57), sealed.subarray(57, -16), sealed.subarray(-16)];
  // draft-irtf-cfrg-xchacha-03, section 2.3: a key by HChaCha20 of the first 16 bytes, and a nonce of four zeros and the last 8.
  const decipher = createDecipheriv('chacha20-poly1305', hChaCha20(key, nonce.subarray(0, 16)), Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]), { authTagLength: 16 }).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    throw new RangeError('a ciphertext that its key does not open');
  }
}

/** HChaCha20 (section 2.2 of the draft): the twenty rounds of ChaCha20 (RFC 8439, section 2.3) over constants, key and input; the first and the last four words come out. */
function hChaCha20(key: Buffer, input: Buffer): Buffer {
  const state = Buffer.concat([Buffer.from('expand 32-byte k'), key, input]);
  const words = Uint32Array.from({ length: 16 }, (_, word) => state.readUInt32LE(4 * word));
  const at = (word: number) => words[word] ?? 0;
  const turn = (to: number, by: number, bits: number) => {
    const mixed = at(to) ^ at(by);
    words[to] = (mixed << bits) | (mixed >>> (32 - bits));
  };
  const quarter = (a: number, b: number, c: number, d: number) => {
    words[a] = at(a) + at(b); turn(d, a, 16);
    words[c] = at(c) + at(d); turn(b, c, 12);
    words[a] = at(a) + at(b); turn(d, a, 8);
    words[c] = at(c) + at(d); turn(b, c, 7);
  };
  for (let round = 0; round < 10; round += 1) {
    for (const column of [0, 1, 2, 3]) quarter(column, column + 4, column + 8, column + 12);
    for (const diagonal of [0, 1, 2, 3]) quarter(diagonal, 4 + ((diagonal + 1) % 4), 8 + ((diagonal + 2) % 4), 12 + ((diagonal + 3) % 4));
  }
  const out = Buffer.alloc(32);
  for (const [place, word] of [0, 1, 2, 3, 12, 13, 14, 15].entries()) out.writeUInt32LE(at(word), 4 * place);
  return out;
}

/** Bytes, and how far they were read. */
type Tape = { bytes: Buffer; at: number };

/** Reads one value by its schema (Apache Avro 1.12, "Binary Encoding"): of what there is in it, what our schemas have. Throws a `RangeError` for what does not fit. */
function readValue(schema: unknown, tape: Tape): unknown {
  if (Array.isArray(schema)) {
    const branch = readLong(tape);
    if (!(branch in schema)) throw new RangeError('a branch of a union that is not there');
    return readValue(schema[branch], tape);
  }
  if (typeof schema === 'object' && schema !== null) {
    const { type, fields, items, values } = schema as Fields;
    if (type === 'record') return readFields(fields as ReadonlyArray<{ name: string; type: unknown }>, tape);
    if (type === 'array') return readBlocks(tape, () => readValue(items, tape));
    if (type === 'map') return readBlocks(tape, () => [readValue('string', tape), readValue(values, tape)]);
    return readValue(type, tape);
  }
  switch (schema) {
    case 'null': return null;
    case 'boolean': return take(tape, 1)[0] === 1;
    case 'int': case 'long': return readLong(tape);
    case 'double': return take(tape, 8).readDoubleLE();
    case 'bytes': return take(tape, readLong(tape));
    case 'string': return take(tape, readLong(tape)).toString('utf8');
    default: throw new RangeError(`a type ${String(schema)} that no schema of ours has`);
  }
}

function readFields(fields: ReadonlyArray<{ name: string; type: unknown }>, tape: Tape): Fields {
  const value: Record<string, unknown> = {};
  for (const { name, type } of fields) value[name] = readValue(type, tape);
  return value;
}

/** An event by its schema, which is that of a record. Bytes that are left over do not fit either: of several releases of a schema one alone can read it. */
export function readAvro(schema: unknown, bytes: Buffer): Fields {
  const tape = { bytes, at: 0 };
  const value = readValue(schema, tape) as Fields;
  if (tape.at !== bytes.length) throw new RangeError(`${bytes.length - tape.at} bytes after its end`);
  return value;
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes; 0 ends the list. No more items are believed than there are bytes left. */
function readBlocks<Item>(tape: Tape, readItem: () => Item): Item[] {
  const items: Item[] = [];
  for (let count = readLong(tape); count !== 0; count = readLong(tape)) {
    if (count < 0 && readLong(tape) < 0) throw new RangeError('a block of a list with fewer than no bytes');
    if (Math.abs(count) > tape.bytes.length - tape.at) throw new RangeError('a list with more items than bytes');
    for (let left = Math.abs(count); left > 0; left -= 1) items.push(readItem());
  }
  return items;
}

function take(tape: Tape, length: number): Buffer {
  if (length < 0 || tape.at + length > tape.bytes.length) throw new RangeError('an end before that of its record');
  tape.at += length;
  return tape.bytes.subarray(tape.at - length, tape.at);
}

/** Seven bits a byte, the lowest first, zigzag: 0, -1, 1, -2. */
function readLong(tape: Tape): number {
  let [value, byte] = [0n, 128];
  for (let bits = 0n; byte >= 128; bits += 7n) {
    byte = take(tape, 1)[0] ?? 0;
    value |= BigInt(byte & 127) << bits;
    if (value > 2n ** 53n || bits > 63n) throw new RangeError('a number that is too large');
  }
  return Number(value % 2n === 0n ? value / 2n : -(value + 1n) / 2n);
}
