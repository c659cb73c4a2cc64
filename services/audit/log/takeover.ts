import type { PoolClient } from 'pg';
import { frontierOf, hashLeaf, readEdge, rootOf, sameHash, tileWidth, type Checkpoint, type Edge } from '@countersign/merkle';
import { contradiction } from './comparison.ts';
import { leafOfRow } from './leaf.ts';
import { readEntryRows, readLeafHashes, type EntryRow } from './store.ts';
import type { TileFolder } from './tile-folder.ts';
import { TreeWriter, type Leaf } from './tree-writer.ts';

const chunkEntries = 8192;

/**
 * The tree as the database has it, stored to its end: from the tiles under the newest checkpoint where they lead to its root, else made again from
 * the entries. What was sequenced after it follows. Throws `RefusedLogError` where the database itself does not lead to that root.
 */
export async function openTree(client: PoolClient, folder: TileFolder, newest: Checkpoint | null, size: number): Promise<TreeWriter> {
  const base = newest?.size ?? 0;
  const tree = newest === null ? new TreeWriter(folder) : ((await fromTiles(client, folder, newest)) ?? (await madeAgain(client, folder, newest)));
  await appendEntries(client, tree, base, size, requireEntry);
  await tree.store();
  return tree;
}

async function fromTiles(client: PoolClient, folder: TileFolder, { size, root }: Checkpoint): Promise<TreeWriter | null> {
  const edge = await readEdge(folder.readTiles, size).catch(() => null);
  if (edge === null || !sameHash(rootOf(frontierOf(edge)), root)) return null;
  await requireSameEnd(client, edge);
  return new TreeWriter(folder, edge, await tailEntries(client, folder, edge));
}

/** The root is that of the tiles: the last entries of the database must be those under it. */
async function requireSameEnd(client: PoolClient, { size, partials }: Edge): Promise<void> {
  const [partial = new Uint8Array()] = partials;
  const width = size % tileWidth;
  const stored = await readLeafHashes(client, size - width, size);
  if (!sameHash(Buffer.concat(stored.map(({ leafHash }) => leafHash)), partial)) throw contradiction(`The last ${width} of ${size} entries in the database are not those of the tiles.`);
}

/** From the bundle on disk where its entries are those of the leaves, else from the rows. */
async function tailEntries(client: PoolClient, folder: TileFolder, { size, partials }: Edge): Promise<Array<Uint8Array | null>> {
  const width = size % tileWidth;
  if (width === 0) return [];
  const hashes = partials[0] ?? new Uint8Array();
  const bundle = await folder.entries({ index: Math.floor(size / tileWidth), width });
  if (bundle?.every((entry, at) => sameHash(hashLeaf(entry), hashes.subarray(at * 32, (at + 1) * 32))) === true) return bundle.map((entry) => entry.slice());
  return (await readEntryRows(client, size - width, size)).map((entry) => leafOf(entry).entry);
}

async function madeAgain(client: PoolClient, folder: TileFolder, { size, root }: Checkpoint): Promise<TreeWriter> {
  const tree = new TreeWriter(folder);
  // Rows that retention took away, or somebody changed, have no bytes to serve; their leaf hashes are there. The verifier tells them apart.
  await appendEntries(client, tree, 0, size, leafOf);
  await tree.store();
  if (!sameHash(tree.root(), root)) throw contradiction(`The ${size} entries in the database do not lead to the root of their own checkpoint.`);
  return tree;
}

async function appendEntries(client: PoolClient, tree: TreeWriter, from: number, to: number, leaf: (entry: EntryRow) => Leaf): Promise<void> {
  for (let at = from; at < to; at += chunkEntries) {
    const end = Math.min(at + chunkEntries, to);
    const rows = await readEntryRows(client, at, end);
    if (rows.length !== end - at || rows.some(({ logIndex }, index) => logIndex !== at + index)) throw contradiction(`Of the entries ${at} to ${end - 1}, ${rows.length} are in the database.`);
    tree.add(rows.map(leaf));
    await tree.store();
  }
}

/** The bytes only where they are what was sequenced. */
function leafOf({ leafHash, row }: EntryRow): Leaf {
  const now = row === null ? null : leafOfRow(row);
  return { leafHash, entry: now !== null && sameHash(now.leafHash, leafHash) ? now.entry : null };
}

function requireEntry(entryRow: EntryRow): Leaf {
  const leaf = leafOf(entryRow);
  if (leaf.entry === null) throw contradiction(`The row of entry ${entryRow.logIndex} is ${entryRow.row === null ? 'gone' : 'not what was sequenced'}, and no checkpoint covers it yet.`);
  return leaf;
}
