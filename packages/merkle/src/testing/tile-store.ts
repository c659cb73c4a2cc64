import type { WrittenTile } from '../tiles/edge.ts';
import { growTiles, emptyEdge } from '../tiles/edge.ts';
import type { ReadTiles } from '../tiles/read.ts';
import { tilePath, type Tile } from '../tiles/tile.ts';
import { leafHashes } from './naive-tree.ts';

/** Tiles by their path, as a disk would hold them, and how often it was read. */
export type TileStore = { tiles: Map<string, Uint8Array>; reads: Tile[][]; read: ReadTiles; write: (tiles: readonly WrittenTile[]) => void };

export function tileStore(): TileStore {
  const tiles = new Map<string, Uint8Array>();
  const reads: Tile[][] = [];
  return {
    tiles,
    reads,
    write: (written) => written.forEach(({ tile, bytes }) => tiles.set(tilePath(tile), bytes)),
    read: async (wanted) => {
      reads.push([...wanted]);
      return wanted.map((tile) => found(tiles, tile));
    },
  };
}

/** The tiles of every tree of up to this many leaves: each partial one too. */
export function storeOfAll(size: number): TileStore {
  const store = tileStore();
  let edge = emptyEdge;
  for (const hash of leafHashes(0, size)) {
    const grown = growTiles(edge, [hash]);
    store.write(grown.tiles);
    edge = grown.edge;
  }
  return store;
}

function found(tiles: ReadonlyMap<string, Uint8Array>, tile: Tile): Uint8Array {
  const bytes = tiles.get(tilePath(tile)) ?? tiles.get(tilePath({ ...tile, width: 256 }));
  if (bytes === undefined) throw new Error(`There is no ${tilePath(tile)}.`);
  return bytes;
}
