import { hashBytes, hashNode } from './hash.ts';

/** The perfect subtree over the leaves [index * 2^height, (index + 1) * 2^height). */
export type Subtree = { height: number; index: number };
/** Leaves from `start` up to, not including, `end`. */
export type LeafRange = { start: number; end: number };

/** Whether a number counts leaves: a whole number from 0 to 2^53 - 1, beyond which JavaScript cannot count. */
export function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

/** Throws a `RangeError` unless the number counts leaves. */
export function requireSize(size: number): void {
  if (!isSize(size)) throw new RangeError(`A tree has 0 to 2^53 - 1 leaves, not ${size}.`);
}

/** The k of RFC 6962, section 2.1: the largest power of two below `size`, which is at least 2. */
export function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/**
 * The perfect subtrees a range consists of, from left to right, the largest first. MUST be a range that RFC 6962's
 * recursion reaches: its start is a multiple of a power of two not smaller than it is long.
 */
export function subtreesOf({ start, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end; ) {
    const height = heightWithin(end - at);
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** Height of the largest perfect tree that has at most `leaves` leaves; at least 1 leaf. */
function heightWithin(leaves: number): number {
  let height = 0;
  while (2 ** (height + 1) <= leaves) height += 1;
  return height;
}

/** Root over perfect subtrees given from left to right, at least one: the right ones are joined first. */
export function joinSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => hashNode(left, right));
}

/** Root of the perfect tree over concatenated hashes, of which there is a power of two. */
export function perfectRoot(hashes: Uint8Array): Uint8Array {
  if (hashes.length === hashBytes) return hashes.slice();
  const half = hashes.length / 2;
  return hashNode(perfectRoot(hashes.subarray(0, half)), perfectRoot(hashes.subarray(half)));
}
