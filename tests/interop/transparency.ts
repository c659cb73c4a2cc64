import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendLeaves, cosignCheckpoint, emptyEdge, emptyFrontier, formatCheckpoint, formatLogProof, formatNote, formatVerifierKey, growTiles, hashLeaf, parseCheckpoint, proveConsistency, proveInclusion, rootOf,
  signingKey, signNote, tilePath, tileWidth, type ReadTiles, type SigningKey,
} from '../../packages/merkle/src/index.ts';

const origin = 'interop.example/log';
/** Every tree up to here, whole: past what one tile holds. */
const everySizeTo = 40;
const furtherSizes = [255, 256, 257, 300, 511, 512, 513, 700, 70_000];
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const entry = (index: number) => Buffer.from(`entry ${index}`);

/**
 * What packages/merkle makes, for Go's reference packages to check: checkpoints signed by one key, by two while keys rotate, and cosigned; proofs of
 * inclusion and consistency; `.tlog-proof` files. Returns the file.
 */
export async function writeTransparencyVectors(): Promise<{ file: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-vectors-'));
  const file = join(folder, 'vectors.json');
  await writeFile(file, JSON.stringify(await vectors()));
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function vectors() {
  const newKey = (name: string, type: 'ed25519' | 'cosignature/v1') => signingKey(name, type, generateKeyPairSync('ed25519').privateKey);
  const keys = [newKey(origin, 'ed25519'), newKey(origin, 'ed25519')] as const;
  const witness = newKey('witness.example/w1', 'cosignature/v1');
  const sizes = [...Array.from({ length: everySizeTo }, (_, at) => at + 1), ...furtherSizes];
  const trees = [];
  for (const size of sizes) trees.push(await treeOf(size, keys, witness));
  return { origin, logKeys: keys.map(({ verifier }) => formatVerifierKey(verifier)), witnessKey: formatVerifierKey(witness.verifier), trees };
}

async function treeOf(size: number, [first, second]: readonly [SigningKey, SigningKey], witness: SigningKey) {
  const leaves = Array.from({ length: size }, (_, index) => hashLeaf(entry(index)));
  const read = tilesOf(leaves);
  const root = rootOf(appendLeaves(emptyFrontier, leaves));
  const text = formatCheckpoint({ origin, size, root, extensions: [] });
  const checkpoint = formatNote({ text, signatures: [signNote(text, first), signNote(text, second), cosignCheckpoint(text, witness, 1_770_000_000 + size)] });
  if (!parseCheckpoint(text).ok) throw new Error('The checkpoint does not read.');
  const indexes = size <= everySizeTo ? [...leaves.keys()] : [0, 1, Math.floor(size / 3), size - 2, size - 1];
  const before = size <= everySizeTo ? [...leaves.keys()].slice(1) : [1, 255, 256, Math.floor(size / 2), size - 1].filter((from) => from < size);
  const inclusion = [];
  for (const index of indexes) {
    const proof = await proveInclusion(read, index, size);
    inclusion.push({ index, entry: base64(entry(index)), proof: proof.map(base64), file: formatLogProof({ index, proof, checkpoint, extra: null }) });
  }
  const consistency = [];
  for (const from of before) consistency.push({ from, root: base64(rootOf(appendLeaves(emptyFrontier, leaves.slice(0, from)))), proof: (await proveConsistency(read, from, size)).map(base64) });
  return { size, root: base64(root), checkpoint, single: formatNote({ text, signatures: [signNote(text, first)] }), inclusion, consistency };
}

function tilesOf(leaves: readonly Uint8Array[]): ReadTiles {
  const tiles = new Map(growTiles(emptyEdge, leaves).tiles.map(({ tile, bytes }) => [tilePath({ ...tile, width: tileWidth }), bytes]));
  return async (wanted) => await Promise.resolve(wanted.map((tile) => {
    const bytes = tiles.get(tilePath({ ...tile, width: tileWidth }));
    if (bytes === undefined) throw new Error(`There is no ${tilePath(tile)}.`);
    return bytes;
  }));
}
