import { createHash } from 'node:crypto';

/**
 * RFC 6962, section 2.1, written down as it stands, recursively, for tests to compare with. It shares nothing with what it
 * checks. Leaf i of every tree is the text `leaf i`; what was computed for a range is kept, since all trees begin alike.
 */
const known = new Map<string, Buffer>();
const hashed = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

export const entry = (index: number): Buffer => Buffer.from(`leaf ${index}`);
export const node = (left: Uint8Array, right: Uint8Array): Buffer => hashed(Buffer.from([1]), left, right);
export const leafHash = (index: number): Buffer => hashed(Buffer.from([0]), entry(index));
export const leafHashes = (from: number, to: number): Buffer[] => Array.from({ length: to - from }, (_, at) => leafHash(from + at));

/** MTH(D[start:end]). */
export function mth(start: number, end: number): Buffer {
  const key = `${start}:${end}`;
  const hash = known.get(key) ?? computed(start, end);
  known.set(key, hash);
  return hash;
}

function computed(start: number, end: number): Buffer {
  if (start === end) return hashed();
  if (end - start === 1) return leafHash(start);
  const k = split(end - start);
  return node(mth(start, start + k), mth(start + k, end));
}

/** PATH(m, D[start:end]), m counted from start. */
export function path(m: number, start: number, end: number): Buffer[] {
  if (end - start === 1) return [];
  const k = split(end - start);
  return m < k ? [...path(m, start, start + k), mth(start + k, end)] : [...path(m - k, start + k, end), mth(start, start + k)];
}

/** PROOF(m, D[0:n]). */
export function proof(m: number, n: number): Buffer[] {
  return m === 0 || m === n ? [] : subproof(m, 0, n, true);
}

function subproof(m: number, start: number, end: number, whole: boolean): Buffer[] {
  if (m === end - start) return whole ? [] : [mth(start, end)];
  const k = split(end - start);
  return m <= k ? [...subproof(m, start, start + k, whole), mth(start + k, end)] : [...subproof(m - k, start + k, end, false), mth(start, start + k)];
}

/** The root that a path of RFC 6962 leads to, by its own recursion from the root down; null where its length is wrong. */
export function rootByPath(hash: Uint8Array, m: number, n: number, hashes: readonly Uint8Array[]): Uint8Array | null {
  if (n === 1) return hashes.length === 0 ? hash : null;
  const last = hashes.at(-1);
  if (last === undefined) return null;
  const k = split(n);
  const inner = m < k ? rootByPath(hash, m, k, hashes.slice(0, -1)) : rootByPath(hash, m - k, n - k, hashes.slice(0, -1));
  if (inner === null) return null;
  return m < k ? node(inner, last) : node(last, inner);
}

/** Both roots that a proof of RFC 6962 leads to, from the root down; null where its length is wrong. */
export function rootsByProof(old: Uint8Array, m: number, n: number, hashes: readonly Uint8Array[], whole = true): [Uint8Array, Uint8Array] | null {
  const last = hashes.at(-1);
  if (m === n) {
    if (whole) return hashes.length === 0 ? [old, old] : null;
    return hashes.length === 1 && last !== undefined ? [last, last] : null;
  }
  if (last === undefined) return null;
  const k = split(n);
  const inner = m <= k ? rootsByProof(old, m, k, hashes.slice(0, -1), whole) : rootsByProof(old, m - k, n - k, hashes.slice(0, -1), false);
  if (inner === null) return null;
  const [before, after] = inner;
  return m <= k ? [before, node(after, last)] : [node(last, before), node(last, after)];
}

function split(n: number): number {
  return n === 2 ? 1 : 2 * split(Math.ceil(n / 2));
}
