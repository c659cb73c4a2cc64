import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA256 (RFC 2104) by two of the platform's one-shot digests, for keys that are used once or twice: making a key of the
 * platform's own costs four times what the whole does. Keys MUST have at most 64 bytes; throws `RangeError` otherwise.
 */
export function hmacSha256(key: Buffer, data: Buffer | string): Buffer {
  if (key.length > blockBytes) throw new RangeError(`A key of ${key.length} bytes; at most ${blockBytes} are taken as they are.`);
  const text = typeof data === 'string' ? Buffer.from(data) : data;
  const inner = padded(key, 0x36, text.length);
  inner.set(text, blockBytes);
  const outer = padded(key, 0x5c, digestBytes);
  // By way of hex, since a digest that is asked for as bytes costs more.
  outer.write(hash('sha256', inner, 'hex'), blockBytes, 'hex');
  return Buffer.from(hash('sha256', outer, 'hex'), 'hex');
}

function padded(key: Buffer, pad: number, restBytes: number): Buffer {
  const block = Buffer.allocUnsafe(blockBytes + restBytes);
  for (let at = 0; at < blockBytes; at += 1) block[at] = (key[at] ?? 0) ^ pad;
  return block;
}
