import { bundlesToWrite, emptyEdge, frontierOf, growTiles, rootOf, tileWidth, type Edge } from '@countersign/merkle';
import type { TileFolder, WrittenBundle } from './tile-folder.ts';

/** A leaf with the bytes that it is the hash of; null where they are gone, and only the proof is left. */
export type Leaf = { leafHash: Uint8Array; entry: Uint8Array | null };
/** Some leaves in order, which may be packed until they are looked at. */
export type Leaves = Iterable<Leaf> & { readonly length: number };

/** Grows the tree on disk. What was added is in memory until it is stored; what is stored is whole. One caller at a time. */
export class TreeWriter {
  readonly #folder: TileFolder;
  #edge: Edge;
  /** Entries of the bundle at the right edge that is not full yet. */
  #tail: ReadonlyArray<Uint8Array | null>;
  #pending: Leaves[] = [];
  #pendingCount = 0;

  constructor(folder: TileFolder, edge: Edge = emptyEdge, tail: ReadonlyArray<Uint8Array | null> = []) {
    if (tail.length !== edge.size % tileWidth) throw new RangeError(`A tree of ${edge.size} leaves has ${edge.size % tileWidth} entries in its last bundle, not ${tail.length}.`);
    this.#folder = folder;
    this.#edge = edge;
    this.#tail = tail;
  }

  get size(): number {
    return this.#edge.size + this.#pendingCount;
  }

  get pending(): number {
    return this.#pendingCount;
  }

  add(leaves: Leaves): void {
    this.#pending.push(leaves);
    this.#pendingCount += leaves.length;
  }

  /** Everything that was added is on disk when this resolves. When it rejects nothing is lost: storing again writes the same bytes. */
  async store(): Promise<void> {
    const pending = this.#pending.slice();
    if (pending.length === 0) return;
    const hashes: Uint8Array[] = [];
    const entries = [...this.#tail];
    for (const leaves of pending) {
      for (const { leafHash, entry } of leaves) {
        hashes.push(leafHash);
        entries.push(entry);
      }
    }
    const { edge, tiles } = growTiles(this.#edge, hashes);
    const first = this.#edge.size - this.#tail.length;
    await this.#folder.write(tiles, wholeBundles(this.#edge.size, edge.size, first, entries));
    this.#tail = entries.slice(edge.size - (edge.size % tileWidth) - first);
    this.#edge = edge;
    this.#pending = this.#pending.slice(pending.length);
    this.#pendingCount -= hashes.length;
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
