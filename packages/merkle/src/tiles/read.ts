import { hashBytes } from '../tree/hash.ts';
import type { Frontier } from '../tree/frontier.ts';
import { perfectRoot, requireSize, subtreesOf, type Subtree } from '../tree/subtree.ts';
import { tileHeight, tilePath, tileWidth, type Tile } from './tile.ts';
import { tileIn } from './tiling.ts';

/**
 * Fetches tiles, in the order asked; each call is one batch without repeats. For a partial tile it MAY give a wider
 * one, since a log may drop partial tiles once the full one is there (tlog-tiles, "Partial Tiles"). It throws where it
 * has none.
 */
export type ReadTiles = (tiles: readonly Tile[]) => Promise<readonly Uint8Array[]>;

/**
 * Hashes of perfect subtrees of a tree of `size` leaves, in the order asked, in one batch of reads. What the tiles say is
 * not checked here: whoever uses the hashes MUST compare the root they lead to with a signed one. Throws a `RangeError` for
 * a subtree outside the tree, an `Error` for a tile of the wrong length, and whatever `readTiles` throws.
 */
export async function readSubtrees(readTiles: ReadTiles, size: number, subtrees: readonly Subtree[]): Promise<Uint8Array[]> {
  const places = subtrees.map((subtree) => placeOf(size, subtree));
  const tiles = new Map(places.map(({ tile }) => [tilePath(tile), tile]));
  const bytes = await readAll(readTiles, tiles);
  return places.map(({ tile, at, count }) => perfectRoot(bytes(tile).subarray(at * hashBytes, (at + count) * hashBytes)));
}

/** The frontier of the tree as it was at `size` leaves, from which its root follows and appending goes on. */
export async function readFrontier(readTiles: ReadTiles, size: number): Promise<Frontier> {
  requireSize(size);
  return { size, hashes: await readSubtrees(readTiles, size, subtreesOf({ start: 0, end: size })) };
}

/** A tile read, cut to its width. Throws an `Error` unless it holds whole hashes, enough and not too many. */
export function tileHashes(tile: Tile, bytes: Uint8Array | undefined): Uint8Array {
  const length = bytes?.length ?? 0;
  if (bytes === undefined || length % hashBytes !== 0 || length < tile.width * hashBytes || length > tileWidth * hashBytes) {
    throw new Error(`${tilePath(tile)} has ${length} bytes; ${tile.width * hashBytes} were expected.`);
  }
  return bytes.subarray(0, tile.width * hashBytes);
}

/** Where a subtree stands: `count` neighbouring hashes of one tile, joined. */
function placeOf(size: number, { height, index }: Subtree): { tile: Tile; at: number; count: number } {
  const count = 2 ** (height % tileHeight);
  const first = index * count;
  const tile = tileIn(size, Math.floor(height / tileHeight), Math.floor(first / tileWidth));
  const at = first % tileWidth;
  if (at + count > tile.width) throw new RangeError(`A tree of ${size} leaves has no subtree ${index} of height ${height}.`);
  return { tile, at, count };
}

async function readAll(readTiles: ReadTiles, tiles: ReadonlyMap<string, Tile>): Promise<(tile: Tile) => Uint8Array> {
  const wanted = [...tiles.values()];
  const read = wanted.length === 0 ? [] : await readTiles(wanted);
  const byPath = new Map(wanted.map((tile, at) => [tilePath(tile), tileHashes(tile, read[at])]));
  return (tile) => byPath.get(tilePath(tile)) ?? tileHashes(tile, undefined);
}
