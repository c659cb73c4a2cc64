import { requireSize } from '../tree/subtree.ts';
import { tileWidth, type Bundle, type Tile } from './tile.ts';

/** How many hashes a level has in a tree of this size: floor(size / 256^level) (tlog-tiles, "Partial Tiles"). */
export function hashesAt(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** The tile as a tree of this size has it: full, or as wide as the level goes. Throws a `RangeError` where it is empty. */
export function tileIn(size: number, level: number, index: number): Tile {
  const width = Math.min(hashesAt(size, level) - index * tileWidth, tileWidth);
  if (!(width >= 1)) throw new RangeError(`A tree of ${size} leaves has no tile ${index} at level ${level}.`);
  return { level, index, width };
}

/**
 * The tiles that growing a tree from one size to another adds: each that became full, and the partial one at the right
 * edge of each level that grew. Those of a whole tree are `tilesToWrite(0, size)`. Sizes 0 to 2^53 - 1; throws a
 * `RangeError` where the tree would shrink.
 */
export function tilesToWrite(from: number, to: number): Tile[] {
  requireSize(from);
  requireSize(to);
  if (from > to) throw new RangeError(`A log does not shrink from ${from} to ${to} leaves.`);
  const levels: Tile[][] = [];
  for (let level = 0; hashesAt(from, level) < hashesAt(to, level); level += 1) levels.push(tilesAt(level, from, to));
  return levels.flat();
}

/** The entry bundles that the same growth adds. */
export function bundlesToWrite(from: number, to: number): Bundle[] {
  return tilesToWrite(from, to).filter((tile) => tile.level === 0).map(({ index, width }) => ({ index, width }));
}

function tilesAt(level: number, from: number, to: number): Tile[] {
  const first = Math.floor(hashesAt(from, level) / tileWidth);
  const end = Math.ceil(hashesAt(to, level) / tileWidth);
  return Array.from({ length: end - first }, (_, at) => tileIn(to, level, first + at));
}
