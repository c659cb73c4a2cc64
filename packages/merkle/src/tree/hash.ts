import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash, the only hash of the formats here (tlog-tiles, "Merkle Tree"). */
export const hashBytes = 32;

const leafPrefix = 0x00;
const nodePrefix = 0x01;
/** Reused by every call of `hashNode`: it is filled and hashed without yielding. */
const nodeInput = Buffer.alloc(1 + 2 * hashBytes, nodePrefix);
/** The same for `hashLeaf`: entries of logs have at most 65,535 bytes (tlog-tiles), longer ones get room of their own. */
const leafInput = Buffer.alloc(65_536, leafPrefix);

/** Hash of the tree without leaves: SHA-256 of nothing (RFC 6962 and RFC 9162, section 2.1). A new array each time. */
export function emptyRoot(): Uint8Array {
  return sha256(Buffer.alloc(0));
}

/** Hash of a leaf: SHA-256(0x00 || entry), of any length (RFC 6962, section 2.1). */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  const input = entry.length < leafInput.length ? leafInput : Buffer.alloc(1 + entry.length, leafPrefix);
  input.set(entry, 1);
  return sha256(input.subarray(0, 1 + entry.length));
}

/**
 * Hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962, section 2.1). The prefixes differ so that a node can
 * never be passed off as a leaf. Throws a `RangeError` where a side has other than 32 bytes.
 */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  requireHash(left);
  requireHash(right);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return sha256(nodeInput);
}

/** Whether two hashes are the same bytes. Hashes are public: time does not matter. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

/** Throws a `RangeError` unless these are 32 bytes. */
export function requireHash(bytes: Uint8Array): void {
  if (!isHash(bytes)) throw new RangeError(`A hash has ${hashBytes} bytes, not ${bytes.length}.`);
}

/** By way of a string: a hash made as a buffer has memory of its own, and takes two and a half times as long. */
function sha256(input: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}
