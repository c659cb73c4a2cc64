import { readSubtrees, type ReadTiles } from '../tiles/read.ts';
import { joinSubtrees, requireSize, subtreesOf, type LeafRange } from '../tree/subtree.ts';
import { consistencyPath, inclusionPath } from './path.ts';

/**
 * Proof that leaf `index` is in the tree of the first `size` leaves (RFC 9162, section 2.1.3.1), from one batch of tiles.
 * Tiles are not trusted: verify what comes out before you hand it on. 0 <= index < size <= 2^53 - 1, else a
 * `RangeError`; reading throws as `readSubtrees` does.
 */
export async function proveInclusion(readTiles: ReadTiles, index: number, size: number): Promise<Uint8Array[]> {
  requireSize(index);
  requireSize(size);
  if (index >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  return readRanges(readTiles, size, inclusionPath(index, size));
}

/**
 * Proof that the tree of `to` leaves begins with the tree of `from` (RFC 9162, section 2.1.4.1). Empty where from is 0 or
 * equals to: there is nothing to prove. 0 <= from <= to <= 2^53 - 1, else a `RangeError`; reading throws as `readSubtrees` does.
 */
export async function proveConsistency(readTiles: ReadTiles, from: number, to: number): Promise<Uint8Array[]> {
  requireSize(from);
  requireSize(to);
  if (from > to) throw new RangeError(`A tree of ${to} leaves does not begin with one of ${from}.`);
  return readRanges(readTiles, to, from === 0 ? [] : consistencyPath(from, to));
}

async function readRanges(readTiles: ReadTiles, size: number, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const parts = ranges.map(subtreesOf);
  const hashes = await readSubtrees(readTiles, size, parts.flat());
  let at = 0;
  return parts.map((subtrees) => joinSubtrees(hashes.slice(at, (at += subtrees.length))));
}
