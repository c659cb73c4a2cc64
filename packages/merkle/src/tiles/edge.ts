import { hashBytes, requireHash } from '../tree/hash.ts';
import type { Frontier } from '../tree/frontier.ts';
import { perfectRoot, requireSize, subtreesOf } from '../tree/subtree.ts';
import { tileHashes, type ReadTiles } from './read.ts';
import { tileWidth, type Tile } from './tile.ts';
import { hashesAt, tileIn } from './tiling.ts';

/**
 * What a writer of tiles keeps of the tree: the hashes of the partial tile at the right edge of each level, from level 0,
 * concatenated (0 to 255 of them). At most 7 levels of 8,160 bytes.
 */
export type Edge = { readonly size: number; readonly partials: readonly Uint8Array[] };
export type WrittenTile = { tile: Tile; bytes: Uint8Array };

export const emptyEdge: Edge = { size: 0, partials: [] };

type Level = { index: number; width: number; hashes: Uint8Array };

/**
 * Reads the edge of a tree of `size` leaves back from its tiles, in one batch. Before appending to it compare the root of
 * `frontierOf` with the last signed one: tiles are only bytes on a disk. Throws as `readSubtrees` does.
 */
export async function readEdge(readTiles: ReadTiles, size: number): Promise<Edge> {
  requireSize(size);
  const tiles: (Tile | null)[] = [];
  for (let level = 0; hashesAt(size, level) > 0; level += 1) tiles.push(partialTile(size, level));
  const partial = tiles.filter((tile) => tile !== null);
  const read = partial.length === 0 ? [] : await readTiles(partial);
  const partials = tiles.map((tile) => (tile === null ? new Uint8Array() : tileHashes(tile, read[partial.indexOf(tile)]).slice()));
  return { size, partials };
}

/**
 * Appends leaf hashes: the edge afterwards, and exactly the tiles of `tilesToWrite`, with their bytes. The edge given stays
 * as it was. Write the tiles before you sign the new root; writing them again gives the same bytes. Throws a `RangeError` for a leaf hash of
 * other than 32 bytes, and past 2^53 - 1 leaves.
 */
export function growTiles(edge: Edge, leafHashes: Iterable<Uint8Array>): { edge: Edge; tiles: WrittenTile[] } {
  const levels = edge.partials.map((hashes, level) => openLevel(Math.floor(hashesAt(edge.size, level) / tileWidth), hashes));
  const tiles: WrittenTile[] = [];
  let { size } = edge;
  for (const leafHash of leafHashes) {
    requireHash(leafHash);
    size += 1;
    requireSize(size);
    pushHash(levels, 0, leafHash, tiles);
  }
  const partials = levels.map(({ hashes, width }) => hashes.slice(0, width * hashBytes));
  tiles.push(...grownPartials(edge.size, size, partials));
  return { edge: { size, partials }, tiles };
}

/** The frontier of the tree whose edge this is: no tile is read. */
export function frontierOf({ size, partials }: Edge): Frontier {
  return { size, hashes: partials.map(perfectParts).reverse().flat() };
}

function partialTile(size: number, level: number): Tile | null {
  const count = hashesAt(size, level);
  return count % tileWidth === 0 ? null : tileIn(size, level, Math.floor(count / tileWidth));
}

function openLevel(index: number, hashes: Uint8Array = new Uint8Array()): Level {
  const open = new Uint8Array(tileWidth * hashBytes);
  open.set(hashes);
  return { index, width: hashes.length / hashBytes, hashes: open };
}

/** A full tile is closed, and its root goes one level up (tlog-tiles: a partial tile MUST NOT be hashed into the level above). */
function pushHash(levels: Level[], at: number, hash: Uint8Array, tiles: WrittenTile[]): void {
  const level = (levels[at] ??= openLevel(0));
  level.hashes.set(hash, level.width * hashBytes);
  level.width += 1;
  if (level.width < tileWidth) return;
  tiles.push({ tile: { level: at, index: level.index, width: tileWidth }, bytes: level.hashes });
  levels[at] = openLevel(level.index + 1);
  pushHash(levels, at + 1, perfectRoot(level.hashes), tiles);
}

function grownPartials(from: number, to: number, partials: readonly Uint8Array[]): WrittenTile[] {
  return partials.flatMap((bytes, level) => {
    const tile = hashesAt(from, level) < hashesAt(to, level) ? partialTile(to, level) : null;
    return tile === null ? [] : [{ tile, bytes }];
  });
}

/** Roots of the perfect trees in a partial tile, from left to right. */
function perfectParts(partial: Uint8Array): Uint8Array[] {
  return subtreesOf({ start: 0, end: partial.length / hashBytes }).map(({ height, index }) => {
    const bytes = 2 ** height * hashBytes;
    return perfectRoot(partial.subarray(index * bytes, (index + 1) * bytes));
  });
}
