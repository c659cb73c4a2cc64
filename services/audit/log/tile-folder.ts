import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bundlePath, decodeBundle, encodeBundle, tilePath, tileWidth, type Bundle, type ReadTiles, type Tile, type WrittenTile } from '@countersign/merkle';
import { DurableFiles } from './durable-files.ts';
import type { AtStep } from './steps.ts';

const hashBytes = 32;

export type WrittenBundle = { bundle: Bundle; entries: readonly Uint8Array[] };

/**
 * Tiles and entry bundles on disk, under the paths of C2SP tlog-tiles: `tile/0/x001/x234/067`, `tile/entries/…`. A partial one is removed once the
 * full one is there, and read from it then.
 */
export class TileFolder {
  readonly #root: string;
  readonly #files: DurableFiles;

  constructor(root: string, at?: AtStep) {
    this.#root = root;
    this.#files = new DurableFiles(root, at);
  }

  /** All of it is on disk when this resolves. */
  async write(tiles: readonly WrittenTile[], bundles: readonly WrittenBundle[]): Promise<void> {
    const files = [
      ...tiles.map(({ tile, bytes }) => ({ path: tilePath(tile), bytes, full: tile.width === tileWidth })),
      ...bundles.map(({ bundle, entries }) => ({ path: bundlePath(bundle), bytes: encodeBundle(entries), full: bundle.width === tileWidth })),
    ];
    if (files.length === 0) return;
    await this.#files.write(files);
    // What is left behind here by an end of the process takes room, and is never wrong.
    await this.#removePartials(files.filter(({ full }) => full).map(({ path }) => `${path}.p`)).catch(() => undefined);
  }

  /** One look at a folder tells which are there: hardly any are, and to try each of them would cost more than to write the files. */
  async #removePartials(paths: readonly string[]): Promise<void> {
    for (const folder of new Set(paths.map((path) => dirname(path)))) {
      const names = new Set(await readdir(join(this.#root, folder)));
      for (const path of paths) if (dirname(path) === folder && names.has(basename(path))) await rm(join(this.#root, path), { recursive: true, force: true });
    }
  }

  /** The newest checkpoint beside the tiles, so that the folder is a whole log for whoever reads files. */
  async writeCheckpoint(note: string): Promise<void> {
    await this.#files.write([{ path: 'checkpoint', bytes: Buffer.from(note) }]);
  }

  async clean(): Promise<void> {
    await this.#files.clean();
  }

  /** Throws where there is none; see `ReadTiles`. */
  readonly readTiles: ReadTiles = async (tiles) => await Promise.all(tiles.map(async (tile) => {
    const bytes = await this.tile(tile);
    if (bytes === null) throw new Error(`There is no ${tilePath(tile)} in ${this.#root}.`);
    return bytes;
  }));

  /** Exactly as wide as asked for; null where it is not there. */
  async tile(tile: Tile): Promise<Buffer | null> {
    const bytes = await this.#read(tilePath(tile), tile.width, tilePath({ ...tile, width: tileWidth }));
    return bytes === null || bytes.length < tile.width * hashBytes ? null : bytes.subarray(0, tile.width * hashBytes);
  }

  /** Exactly as many entries as asked for; null where they are not there. */
  async entries(bundle: Bundle): Promise<Uint8Array[] | null> {
    const bytes = await this.#read(bundlePath(bundle), bundle.width, bundlePath({ ...bundle, width: tileWidth }));
    const decoded = bytes === null ? null : decodeBundle(bytes, bundle.width);
    return decoded?.ok === true ? decoded.value : null;
  }

  async #read(path: string, width: number, fullPath: string): Promise<Buffer | null> {
    return (width === tileWidth ? null : await read(join(this.#root, path))) ?? (await read(join(this.#root, fullPath)));
  }
}

/** Null where there is no such file; a folder that cannot be read is an error. */
async function read(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${file} in ${dirname(file)} cannot be read.`, { cause: error });
  }
}
