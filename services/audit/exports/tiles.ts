import { tilePath, tileWidth, type ReadTiles, type Tile } from '@countersign/merkle';

const tilesMax = 256;
const hashBytes = 32;

/**
 * Tiles of the tree of that size, also narrower than they are in it: only trees that had a checkpoint left tiles of their own width.
 * Those that were read last stay in memory: the proofs of records that stand near each other share most of theirs.
 */
export function tilesOfTree(readTiles: ReadTiles, size: number): ReadTiles {
  const known = new Map<string, Uint8Array>();
  const wholeOf = ({ level, index }: Tile): Tile => ({ level, index, width: Math.min(tileWidth, Math.floor(size / tileWidth ** level) - index * tileWidth) });
  return async (tiles) => {
    const wanted = new Map(tiles.map((tile) => [tilePath(wholeOf(tile)), wholeOf(tile)]));
    const found = new Map<string, Uint8Array>();
    const missing = [...wanted].filter(([path]) => !known.has(path));
    const read = await readTiles(missing.map(([, tile]) => tile));
    for (const [at, [path]] of missing.entries()) found.set(path, read[at] ?? new Uint8Array());
    const answer = tiles.map((tile) => {
      const path = tilePath(wholeOf(tile));
      return (found.get(path) ?? known.get(path) ?? new Uint8Array()).subarray(0, tile.width * hashBytes);
    });
    for (const [path, bytes] of found) known.set(path, bytes);
    for (const path of known.keys()) {
      if (known.size <= tilesMax) break;
      known.delete(path);
    }
    return answer;
  };
}
