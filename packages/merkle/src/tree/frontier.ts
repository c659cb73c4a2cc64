import { malformed, type Outcome } from '../outcome.ts';
import { emptyRoot, hashBytes, hashNode, requireHash } from './hash.ts';
import { isSize, joinSubtrees, requireSize, subtreesOf } from './subtree.ts';

/**
 * All that is needed of a tree to append to it and to know its root: the roots of the perfect subtrees it consists of,
 * from left to right, at most 53 of them (the left edge of a compact range that starts at leaf 0).
 */
export type Frontier = { readonly size: number; readonly hashes: readonly Uint8Array[] };

const sizeBytes = 8;

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/**
 * The tree with these leaf hashes appended, in order; the tree given stays as it was. Two hash calls a leaf at most on
 * average, memory for the frontier only, so leaves may come from a generator. Throws a `RangeError` for a leaf hash of
 * other than 32 bytes, and past 2^53 - 1 leaves.
 */
export function appendLeaves(frontier: Frontier, leafHashes: Iterable<Uint8Array>): Frontier {
  const hashes = [...frontier.hashes];
  let { size } = frontier;
  for (const leafHash of leafHashes) {
    requireHash(leafHash);
    requireSize(size + 1);
    hashes.push(carry(hashes, size, leafHash));
    size += 1;
  }
  return { size, hashes };
}

/** Joins the new leaf with each perfect tree that it completes, as an addition carries ones. */
function carry(hashes: Uint8Array[], size: number, leafHash: Uint8Array): Uint8Array {
  let node = leafHash;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = hashes.pop();
    if (left === undefined) throw new RangeError('The frontier has fewer hashes than its size says.');
    node = hashNode(left, node);
  }
  return node;
}

/** The Merkle Tree Hash of the whole tree (RFC 6962, section 2.1). */
export function rootOf(frontier: Frontier): Uint8Array {
  return frontier.hashes.length === 0 ? emptyRoot() : joinSubtrees(frontier.hashes);
}

/** For keeping: the size as 8 bytes, big-endian, then the hashes. Our own form, no standard has one. */
export function encodeFrontier(frontier: Frontier): Uint8Array {
  const size = Buffer.alloc(sizeBytes);
  size.writeBigUInt64BE(BigInt(frontier.size));
  return Buffer.concat([size, ...frontier.hashes]);
}

/** Reads what `encodeFrontier` wrote; refuses any other length. That its hashes are right only a signed root can say. */
export function decodeFrontier(bytes: Uint8Array): Outcome<Frontier> {
  if (bytes.length < sizeBytes) return malformed(`A frontier has at least ${sizeBytes} bytes.`);
  const size = Number(Buffer.from(bytes.subarray(0, sizeBytes)).readBigUInt64BE());
  if (!isSize(size)) return malformed('The frontier is of a tree with more than 2^53 - 1 leaves.');
  const count = subtreesOf({ start: 0, end: size }).length;
  if (bytes.length !== sizeBytes + count * hashBytes) return malformed(`The frontier of ${size} leaves has ${count} hashes.`);
  const hashes = Array.from({ length: count }, (_, at) => bytes.slice(sizeBytes + at * hashBytes, sizeBytes + (at + 1) * hashBytes));
  return { ok: true, value: { size, hashes } };
}
