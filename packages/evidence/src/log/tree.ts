import { hash } from 'node:crypto';

/*
 * The tree of RFC 9162, section 2.1 (as RFC 6962 has it). Proofs are verified by the very definitions of section 2.1.3.1 and 2.1.4.1, read
 * backwards: who made them has other code (packages/merkle), and the tests hold the two against each other.
 */

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32;
/** No path is longer in a tree of 2^53 - 1 leaves, which is as far as JavaScript can count. */
const pathHashesMax = 53;
/** 0x01, then two hashes. */
const node = Buffer.alloc(1 + 2 * hashBytes, 0x01);

/** Hash of an inner node: SHA-256(0x01 || left || right). By way of a string, which takes less than half the time. */
export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + hashBytes);
  return Buffer.from(hash('sha256', node, 'binary'), 'latin1');
}

/** A tree that leaves are added to at its right. It keeps the roots of the perfect trees that it is made of, from left to right. */
export class Tree {
  size: number;
  readonly #hashes: Uint8Array[];

  /** Throws a `RangeError` where a tree of that size is not made of so many. */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    if (hashes.length !== [...size.toString(2)].filter((bit) => bit === '1').length) throw new RangeError(`A tree of ${size} leaves is not made of ${hashes.length} perfect ones.`);
    [this.size, this.#hashes] = [size, [...hashes]];
  }

  /** Joins the leaf with each perfect tree that it completes, as an addition carries ones. */
  add(leafHash: Uint8Array): void {
    let hash = leafHash;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) hash = hashNode(this.#hashes.pop() ?? hash, hash);
    this.#hashes.push(hash);
    this.size += 1;
  }

  root(): Uint8Array {
    return this.size === 0 ? hash('sha256', '', 'buffer') : this.#hashes.reduceRight((right, left) => hashNode(left, right));
  }
}

/** Whether a leaf is in the tree of that size and root, at that index. */
export function isIncluded(leafHash: Uint8Array, index: number, { size, root }: { size: number; root: Uint8Array }, proof: readonly Uint8Array[]): boolean {
  const computed = index < size ? rootOver(leafHash, index, size, proof) : null;
  return computed !== null && sameHash(computed, root);
}

function rootOver(leafHash: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Uint8Array | null {
  const sibling = proof.at(-1);
  if (size === 1) return sibling === undefined ? leafHash : null;
  const left = splitOf(size);
  const hash = index < left ? rootOver(leafHash, index, left, proof.slice(0, -1)) : rootOver(leafHash, index - left, size - left, proof.slice(0, -1));
  if (hash === null || sibling === undefined) return null;
  return index < left ? hashNode(hash, sibling) : hashNode(sibling, hash);
}

/** Whether the tree of `to` begins with that of `from`. */
export function isGrown(from: { size: number; root: Uint8Array }, to: { size: number; root: Uint8Array }, proof: readonly Uint8Array[]): boolean {
  if (from.size === 0) return proof.length === 0 && sameHash(from.root, new Tree().root());
  const roots = from.size <= to.size ? rootsOver(from.size, to.size, from.root, proof) : null;
  return roots !== null && sameHash(roots[0], from.root) && sameHash(roots[1], to.root);
}

/** Roots of the first `size` leaves and of all `total`. `root`: of the first, while they stand alone at the left, where the proof leaves it out. */
function rootsOver(size: number, total: number, root: Uint8Array | null, proof: readonly Uint8Array[]): readonly [Uint8Array, Uint8Array] | null {
  const last = proof.at(-1);
  if (size === total) {
    const own = root ?? last;
    return own !== undefined && proof.length === (root === null ? 1 : 0) ? [own, own] : null;
  }
  if (last === undefined) return null;
  const left = splitOf(total);
  const roots = size <= left ? rootsOver(size, left, root, proof.slice(0, -1)) : rootsOver(size - left, total - left, null, proof.slice(0, -1));
  if (roots === null) return null;
  return size <= left ? [roots[0], hashNode(roots[1], last)] : [hashNode(last, roots[0]), hashNode(last, roots[1])];
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** A list of hashes in base64, at most as many as a proof can have; null for anything else. */
export function hashesOf(value: unknown): Buffer[] | null {
  if (!Array.isArray(value) || value.length > 2 * pathHashesMax) return null;
  const hashes = value.map((each) => decodeBase64(each)).filter((bytes) => bytes?.length === hashBytes);
  return hashes.length === value.length ? (hashes as Buffer[]) : null;
}

/** The bytes, or null unless this is exactly how they are written in base64: no blanks, no stray bits, no missing padding. */
export function decodeBase64(text: unknown): Buffer | null {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  return bytes?.toString('base64') === text ? bytes : null;
}
