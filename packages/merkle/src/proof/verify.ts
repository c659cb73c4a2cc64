import { malformed, refused, type Check } from '../outcome.ts';
import { emptyRoot, hashNode, isHash, sameHash } from '../tree/hash.ts';
import { isSize, splitOf } from '../tree/subtree.ts';

/** That a leaf stands at an index of the tree with this size and root. Hashes have 32 bytes; the proof goes from leaf to root. */
export type InclusionClaim = { leafHash: Uint8Array; index: number; size: number; root: Uint8Array; proof: readonly Uint8Array[] };
/** That the tree of `from` leaves is how the tree of `to` leaves begins. */
export type ConsistencyClaim = { from: number; fromRoot: Uint8Array; to: number; toRoot: Uint8Array; proof: readonly Uint8Array[] };

/**
 * Checks an inclusion proof as RFC 9162, section 2.1.3.2, does. Size and root MUST come from one signed checkpoint: a proof
 * binds the root, but the same hashes can lead to it in trees of several sizes.
 */
export function verifyInclusion({ leafHash, index, size, root, proof }: InclusionClaim): Check {
  if (!isSize(index) || !isSize(size)) return malformed('Index and size are whole numbers from 0 to 2^53 - 1.');
  if (index >= size) return malformed(`A tree of ${size} leaves has no leaf ${index}.`);
  if (![leafHash, root, ...proof].every(isHash)) return malformed('A hash has 32 bytes.');
  let [fn, sn] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (sn === 0) return malformed('The proof has more hashes than the path from leaf to root.');
    const isRight = isOdd(fn) || fn === sn;
    hash = isRight ? hashNode(sibling, hash) : hashNode(hash, sibling);
    [fn, sn] = climb(fn, sn, isRight);
  }
  if (sn !== 0) return malformed('The proof has fewer hashes than the path from leaf to root.');
  return sameHash(hash, root) ? { ok: true } : refused('proof-mismatch', `The proof does not lead from leaf ${index} to the root.`);
}

/**
 * Checks a consistency proof as RFC 9162, section 2.1.4.2, does. What the section leaves out: a tree is consistent with itself,
 * and any tree with the empty one, each with an empty proof; the root of an empty tree must be that of the empty tree. Sizes
 * and roots MUST come from signed checkpoints.
 */
export function verifyConsistency(claim: ConsistencyClaim): Check {
  const { from, fromRoot, to, toRoot, proof } = claim;
  if (!isSize(from) || !isSize(to)) return malformed('Sizes are whole numbers from 0 to 2^53 - 1.');
  if (from > to) return malformed(`A log does not shrink from ${from} to ${to} leaves.`);
  if (![fromRoot, toRoot, ...proof].every(isHash)) return malformed('A hash has 32 bytes.');
  if (from === 0 || from === to) return verifyTrivial(claim);
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return malformed('The proof is empty.');
  return verifyGrowth(claim, first, rest);
}

function verifyTrivial({ from, fromRoot, to, toRoot, proof }: ConsistencyClaim): Check {
  if (proof.length > 0) return malformed('Nothing is to be proved, so the proof must be empty.');
  if (from === 0 && !sameHash(fromRoot, emptyRoot())) return refused('proof-mismatch', 'The root is not that of the empty tree.');
  if (from === to && !sameHash(fromRoot, toRoot)) return refused('proof-mismatch', `Two different roots for the same ${to} leaves: the log was forked.`);
  return { ok: true };
}

/** Steps 3 to 7 of RFC 9162, section 2.1.4.2, with its names: fr grows into the old root, sr into the new. */
function verifyGrowth({ from, fromRoot, to, toRoot }: ConsistencyClaim, first: Uint8Array, rest: readonly Uint8Array[]): Check {
  let [fn, sn] = [from - 1, to - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const hash of rest) {
    if (sn === 0) return malformed('The proof has more hashes than the growth needs.');
    const isRight = isOdd(fn) || fn === sn;
    if (isRight) fr = hashNode(hash, fr);
    sr = isRight ? hashNode(hash, sr) : hashNode(sr, hash);
    [fn, sn] = climb(fn, sn, isRight);
  }
  if (sn !== 0) return malformed('The proof has fewer hashes than the growth needs.');
  if (!sameHash(fr, fromRoot)) return refused('proof-mismatch', `The proof does not lead to the root of ${from} leaves.`);
  if (!sameHash(sr, toRoot)) return refused('proof-mismatch', `The proof does not lead to the root of ${to} leaves.`);
  return { ok: true };
}

/** One level up; past the levels where the right edge of the tree has no sibling. */
function climb(fn: number, sn: number, isRight: boolean): [number, number] {
  while (isRight && !isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
  return [half(fn), half(sn)];
}

function isOdd(number: number): boolean {
  return number % 2 === 1;
}

/** A right shift by one; the operator of the language would cut the number to 32 bits. */
function half(number: number): number {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number: number): boolean {
  return splitOf(number + 1) === number;
}
