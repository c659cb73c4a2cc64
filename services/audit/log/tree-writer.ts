import { bundlesToWrite, emptyEdge, frontierOf, growTiles, rootOf, tileWidth, type Edge } from '@countersign/merkle';
import type { TileFolder, WrittenBundle } from './tile-folder.ts';

/** A leaf with the bytes that it is the hash of; null where they are gone, and only the proof is left. */
export type Leaf = { leafHash: Uint8Array; entry: Uint8Array | null };

/** Grows the tree on disk. What was added is in memory until it is stored; what is stored is whole. One caller at a time. */
export class TreeWriter {
  readonly #folder: TileFolder;
  #edge: Edge;
  /** Entries of the bundle at the right edge that is not full yet. */
  #tail: ReadonlyArray<Uint8Array | null>;
  #pending: Leaf[] = [];

  constructor(folder: TileFolder, edge: Edge = emptyEdge, tail: ReadonlyArray<Uint8Array | null> = []) {
    if (tail.length !== edge.size % tileWidth) throw new RangeError(`A tree of ${edge.size} leaves has ${edge.size % tileWidth} entries in its last bundle, not ${tail.length}.`);
    this.#folder = folder;
    this.#edge = edge;
    this.#tail = tail;
  }

  get size(): number {
    return this.#edge.size + this.#pending.length;
  }

  get pending(): number {
    return this.#pending.length;
  }

  add(leaves: readonly Leaf[]): void {
    for (const leaf of leaves) this.#pending.push(leaf);
  }

  /** Everything that was added is on disk when this resolves. When it rejects nothing is lost: storing again writes the same bytes. */
  async store(): Promise<void> {
    const leaves = this.#pending;
    if (leaves.length === 0) return;
    const { edge, tiles } = growTiles(this.#edge, leaves.map(({ leafHash }) => leafHash));
    const entries = [...this.#tail, ...leaves.map(({ entry }) => entry)];
    const first = this.#edge.size - this.#tail.length;
    await this.#folder.write(tiles, wholeBundles(this.#edge.size, edge.size, first, entries));
    this.#tail = entries.slice(edge.size - (edge.size % tileWidth) - first);
    this.#edge = edge;
    this.#pending = this.#pending.slice(leaves.length);
  }

  /** Of everything that is stored. */
  root(): Uint8Array {
    return rootOf(frontierOf(this.#edge));
  }
}

/** A bundle with an entry that is gone is left out: a reader would take it for tampering. */
function wholeBundles(from: number, to: number, first: number, entries: ReadonlyArray<Uint8Array | null>): WrittenBundle[] {
  return bundlesToWrite(from, to).flatMap((bundle) => {
    const start = bundle.index * tileWidth - first;
    const own = entries.slice(start, start + bundle.width).filter((entry) => entry !== null);
    return own.length === bundle.width ? [{ bundle, entries: own }] : [];
  });
}
