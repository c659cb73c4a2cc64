import { createPrivateKey } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { earlierSchemas, schemas, type RecordName } from '@countersign/contracts';
import { writeBundle, type BundledCheckpoint, type BundledRecord, type BundleParts } from '@countersign/evidence';
import { cosignCheckpoint, emptyEdge, formatCheckpoint, formatNote, frontierOf, growTiles, proveConsistency, proveInclusion, readFrontier, rootOf, signingKey, signNote, tilePath, encodeBase64, formatVerifierKey, type ReadTiles, type SigningKey } from '@countersign/merkle';

export const origin = 'log.example/test';

/** The Ed25519 key whose seed is one byte, 32 times. */
export function keyOf(name: string, type: 'ed25519' | 'cosignature/v1', seed: number): SigningKey {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  return signingKey(name, type, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
}

export const logKey = keyOf(origin, 'ed25519', 1);
export const otherKey = keyOf(origin, 'ed25519', 2);
export const witnessKey = keyOf('witness.example', 'cosignature/v1', 3);
export const allSchemas: Record<string, unknown[]> = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, [schema, ...(earlierSchemas[name as RecordName] ?? [])]]));

/** A tree with all its tiles in memory, and the notes of its checkpoints. */
export class Tree {
  readonly #tiles = new Map<string, Uint8Array>();
  #edge = emptyEdge;

  append(leaves: Iterable<Uint8Array>): void {
    const { edge, tiles } = growTiles(this.#edge, leaves);
    this.#edge = edge;
    // Of a tile that grew the widest is kept, which has the others in it.
    for (const { tile, bytes } of tiles) this.#tiles.set(tilePath({ ...tile, width: 256 }), bytes);
  }

  get size(): number {
    return this.#edge.size;
  }

  get root(): Uint8Array {
    return rootOf(frontierOf(this.#edge));
  }

  readonly read: ReadTiles = async (wanted) => wanted.map((tile) => this.#tiles.get(tilePath({ ...tile, width: 256 })) ?? new Uint8Array());
}

/** A signed note of a tree's head, cosigned where a time in seconds is given. */
export function noteOf(size: number, root: Uint8Array, key: SigningKey = logKey, cosignedAtS: number | null = null): string {
  const text = formatCheckpoint({ origin, size, root, extensions: [] });
  const signatures = [signNote(text, key)];
  if (cosignedAtS !== null) signatures.push(cosignCheckpoint(text, witnessKey, cosignedAtS));
  return formatNote({ text, signatures });
}

export type LogHeads = { tree: Tree; checkpoints: BundledCheckpoint[] };

/** The tree over records, with a checkpoint at each of some sizes. */
export async function treeOf(leaves: readonly Uint8Array[], sizes: readonly number[], key: SigningKey = logKey, cosignedAtS: number | null = null): Promise<LogHeads> {
  const tree = new Tree();
  const heads: Array<{ size: number; note: string }> = [];
  for (const size of sizes) {
    tree.append(leaves.slice(tree.size, size));
    heads.push({ size, note: noteOf(size, tree.root, key, cosignedAtS) });
  }
  tree.append(leaves.slice(tree.size));
  const checkpoints: BundledCheckpoint[] = [];
  for (const [at, { size, note }] of heads.entries()) checkpoints.push({ note, consistency: at === 0 ? [] : await proveConsistency(tree.read, heads[at - 1]?.size ?? 0, size) });
  return { tree, checkpoints };
}

/** A whole log from its first record as a range. */
export function rangeParts(records: readonly BundledRecord[], checkpoints: readonly BundledCheckpoint[]): BundleParts {
  return { manifest: { kind: 'range', origin, logKeys: [formatVerifierKey(logKey.verifier)], madeAt: '2026-06-01T00:00:00.000Z', madeBy: 'test', filter: {}, first: 0, last: records.length - 1 }, schemas: allSchemas, checkpoints, records };
}

/** A part of a log: with what stands before it, and how the log goes on after it. */
export async function partParts(records: readonly BundledRecord[], { tree, checkpoints }: LogHeads, first: number, last: number, newest: number): Promise<BundleParts> {
  const whole = rangeParts(records, checkpoints);
  const { hashes } = await readFrontier(tree.read, first);
  const closing = last + 1 < newest ? { closing: (await proveConsistency(tree.read, last + 1, newest)).map(encodeBase64) } : {};
  return { ...whole, manifest: { ...whole.manifest, first, last, frontier: hashes.map(encodeBase64), ...closing }, records: records.slice(first, last + 1) };
}

/** Some records, each with its proof. */
export async function selectionParts(records: readonly BundledRecord[], { tree, checkpoints }: LogHeads, chosen: (record: BundledRecord) => boolean, newest: number): Promise<BundleParts> {
  const selected: BundledRecord[] = [];
  for (const record of records.slice(0, newest)) if (chosen(record)) selected.push({ ...record, proof: await proveInclusion(tree.read, record.index, newest) });
  const whole = rangeParts(records, checkpoints);
  return { ...whole, manifest: { ...whole.manifest, kind: 'selection', first: selected[0]?.index ?? 0, last: selected.at(-1)?.index ?? 0 }, records: selected };
}

export async function writeFile(path: string, parts: BundleParts): Promise<void> {
  await pipeline(Readable.from(writeBundle(parts)), createWriteStream(path));
}
