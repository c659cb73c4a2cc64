import { malformed, type Outcome } from '../outcome.ts';
import { isSize } from '../tree/subtree.ts';

/** Levels of the tree that one tile spans (tlog-tiles, "Merkle Tree"). */
export const tileHeight = 8;
/** Hashes of a full tile, and entries of a full bundle. */
export const tileWidth = 2 ** tileHeight;
/** The highest level a path may name. Trees of 2^53 - 1 leaves reach level 6. */
const levelMax = 63;

/**
 * A tile: `width` hashes from the `index`-th tile at `level`, each the root of a perfect tree over 256^level leaves.
 * A width of 256 is a full tile, 1 to 255 a partial one. Level 0 to 63, index from 0.
 */
export type Tile = { level: number; index: number; width: number };
/** Entries of the level 0 tile with the same index and width. */
export type Bundle = { index: number; width: number };

/**
 * Path below a log's prefix (tlog-tiles, "Merkle Tree"): `tile/0/x001/x234/067`, `tile/1/000.p/17`. Throws a `RangeError`
 * for a tile that cannot exist.
 */
export function tilePath(tile: Tile): string {
  if (!isSize(tile.level) || tile.level > levelMax) throw new RangeError(`A tile's level is 0 to ${levelMax}, not ${tile.level}.`);
  return `tile/${tile.level}/${placePath(tile)}`;
}

/** Path of an entry bundle (tlog-tiles, "Log entries"): `tile/entries/x001/x234/067`. Throws as `tilePath` does. */
export function bundlePath(bundle: Bundle): string {
  return `tile/entries/${placePath(bundle)}`;
}

/** Reads a tile's path; only the one spelling that `tilePath` gives is accepted. */
export function parseTilePath(path: string): Outcome<Tile> {
  const level = /^tile\/(\d{1,2})\//.exec(path)?.[1];
  if (level === undefined) return malformed('A tile has the path tile/LEVEL/INDEX.');
  const tile = { level: Number(level), ...placeOf(path.slice(`tile/${level}/`.length)) };
  return canonical(tile, path, tilePath);
}

/** Reads an entry bundle's path; only the one spelling that `bundlePath` gives is accepted. */
export function parseBundlePath(path: string): Outcome<Bundle> {
  const prefix = 'tile/entries/';
  if (!path.startsWith(prefix)) return malformed('An entry bundle has the path tile/entries/INDEX.');
  return canonical(placeOf(path.slice(prefix.length)), path, bundlePath);
}

function placePath({ index, width }: Bundle): string {
  if (!isSize(index)) throw new RangeError(`A tile's index is a whole number from 0, not ${index}.`);
  if (!isSize(width) || width < 1 || width > tileWidth) throw new RangeError(`A tile is 1 to ${tileWidth} wide, not ${width}.`);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = [...groups.slice(0, -1).map((group) => `x${group}`), ...groups.slice(-1)].join('/');
  return width === tileWidth ? path : `${path}.p/${width}`;
}

/** Index and width as the path says them, NaN where it says nothing readable. */
function placeOf(path: string): Bundle {
  const [, index, width] = /^((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  return { index: index === undefined ? NaN : Number(index.replace(/[x/]/g, '')), width: width === undefined ? tileWidth : Number(width) };
}

function canonical<Place extends Bundle>(place: Place, path: string, pathOf: (place: Place) => string): Outcome<Place> {
  try {
    return pathOf(place) === path ? { ok: true, value: place } : malformed(`The path is spelled ${pathOf(place)}.`);
  } catch (error) {
    return malformed(error instanceof RangeError ? error.message : String(error));
  }
}
