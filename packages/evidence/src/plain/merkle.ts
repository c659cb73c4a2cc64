import { createHash } from 'node:crypto';
import { base64 } from './bundle.ts';
import type { Row } from './bundle.ts';

/** SHA-256. */
export function sha256(...parts: ReadonlyArray<string | Uint8Array>): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * The hash of a record's leaf, SHA-256(0x00 || record) (RFC 9162, section 2.1.1; RFC 6962 has the same), in base64. The record is in its one canonical form
 * (RFC 8785), which for these members is JSON with their names in the order of the alphabet.
 */
export function leafHash(row: Row): string {
  const names = 'actor decisionId decisionType eventId kind occurredAt offset partition payload payloadSha256 policyVersion publishedAt record recordedAt reviewer system topic valueDigest'.split(' ');
  return sha256('\0', JSON.stringify(row, names)).toString('base64');
}

/** The hash of an inner node: SHA-256(0x01 || left || right). */
function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256('\x01', left, right);
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** A tree that grows to the right: what is kept are the roots of the perfect trees that it is made of, one for each bit that is set in its size. */
export class GrowingTree {
  size: number;
  readonly #perfect: Uint8Array[];

  constructor(size: number, perfect: readonly Uint8Array[]) {
    [this.size, this.#perfect] = [size, [...perfect]];
  }

  add(leaf: Uint8Array): void {
    this.#perfect.push(leaf);
    this.size += 1;
    for (let rest = this.size; rest % 2 === 0; rest /= 2) {
      const right = this.#perfect.pop() ?? leaf;
      this.#perfect.push(nodeHash(this.#perfect.pop() ?? leaf, right));
    }
  }

  root(): Uint8Array {
    const [last, ...before] = [...this.#perfect].reverse();
    return last === undefined ? sha256() : before.reduce((right, left) => nodeHash(left, right), last);
  }
}

/** Whether a leaf has its place in a tree: the steps of RFC 9162, section 2.1.3.2. */
export function isInTree(leaf: Uint8Array, index: number, size: number, root: Uint8Array, path: readonly Uint8Array[]): boolean {
  if (index >= size) return false;
  let [fn, sn, r] = [index, size - 1, leaf];
  for (const p of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else r = nodeHash(r, p);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(r, root);
}

/** Whether a tree begins with a smaller one: the steps of RFC 9162, section 2.1.4.2. */
export function beginsWith(first: { size: number; root: Uint8Array }, second: { size: number; root: Uint8Array }, path: readonly Uint8Array[]): boolean {
  if (first.size === 0) return path.length === 0 && isSame(first.root, sha256());
  if (first.size === second.size) return path.length === 0 && isSame(first.root, second.root);
  if (first.size > second.size || path.length === 0) return false;
  const isPerfect = Number.isInteger(Math.log2(first.size));
  const [start, ...rest] = isPerfect ? [first.root, ...path] : path;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start ?? first.root, start ?? first.root];
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = nodeHash(sr, c);
    [fn, sn] = [half(fn), half(sn)];
  }
  return isSame(fr, first.root) && isSame(sr, second.root) && sn === 0;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** A list of hashes in base64; null for anything else. No proof has more than two for each bit of a size. */
export function hashList(value: unknown): Buffer[] | null {
  if (!Array.isArray(value) || value.length > 106) return null;
  const hashes = value.map(base64);
  return hashes.every((hash) => hash?.length === 32) ? (hashes as Buffer[]) : null;
}
