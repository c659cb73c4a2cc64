import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/** Filled and hashed without yielding, by every call: what is hashed once would else cost more to make room for than to hash. */
let inner = Buffer.allocUnsafeSlow(blockBytes + 4096);
const outer = Buffer.allocUnsafeSlow(blockBytes + digestBytes);
/** Longer data has room of its own, which is not kept. */
const keptBytesMax = 65_536;

/**
 * HMAC-SHA256 (RFC 2104) by two of the platform's one-shot digests, for keys that are used once or twice: making a key of the
 * platform's own costs four times what the whole does. Keys MUST have at most 64 bytes; throws `RangeError` otherwise.
 */
export function hmacSha256(key: Buffer, data: Buffer | string): Buffer {
  return Buffer.from(hmacSha256Hex(key, data), 'hex');
}

/** The same as hex, for whoever writes it as such: by way of hex anyway, since a digest that is asked for as bytes costs more. */
export function hmacSha256Hex(key: Buffer, data: Buffer | string): string {
  if (key.length > blockBytes) throw new RangeError(`A key of ${key.length} bytes; at most ${blockBytes} are taken as they are.`);
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const room = roomOf(blockBytes + bytes.length);
  pad(room, key, 0x36);
  bytes.copy(room, blockBytes);
  pad(outer, key, 0x5c);
  outer.write(hash('sha256', room.subarray(0, blockBytes + bytes.length), 'hex'), blockBytes, 'hex');
  return hash('sha256', outer, 'hex');
}

function roomOf(bytes: number): Buffer {
  if (bytes > keptBytesMax) return Buffer.allocUnsafeSlow(bytes);
  if (bytes > inner.length) inner = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, 2 * bytes));
  return inner;
}

function pad(block: Buffer, key: Buffer, byte: number): void {
  for (let at = 0; at < key.length; at += 1) block[at] = (key[at] as number) ^ byte;
  block.fill(byte, key.length, blockBytes);
}
