import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emptyEdge, frontierOf, growTiles, parseLogProof, rootOf, tilePath, verifyLogProof } from '@countersign/merkle';
import { signCheckpoint } from '../../../services/audit/log/checkpoint.ts';
import { signerOfSeed } from '../../../services/audit/log/keys.ts';
import { proofOf } from '../../../services/audit/log/proof.ts';
import { TileFolder } from '../../../services/audit/log/tile-folder.ts';

const leafCount = Number(process.env['BENCH_LEAVES'] ?? 10_000_000);
const chunkLeaves = 131_072;
const proofCount = 5000;
const origin = 'bench.example/log';

const leafOf = (index: number) => createHash('sha256').update(`leaf ${index}`).digest();

/** A proof as the service gives it, read from tiles on disk, verified and formatted: the slowest of a hundred. */
export async function measureProof(home: string): Promise<{ proof_p99_ms: number }> {
  const folder = join(home, 'tiles');
  const root = await writeTiles(folder);
  const key = signerOfSeed(origin, Buffer.alloc(32, 7));
  const note = signCheckpoint({ origin, keys: [key] }, leafCount, root);
  const tiles = new TileFolder(folder);
  const times: number[] = [];
  for (let count = 0; count < proofCount; count += 1) {
    const index = Math.floor(Math.random() * leafCount);
    const startedMs = performance.now();
    const text = await proofOf(tiles, index, note, []);
    times.push(performance.now() - startedMs);
    const proof = parseLogProof(text);
    if (!proof.ok || !verifyLogProof(proof.value, leafOf(index), { origin, logKeys: [key.verifier] }).ok) throw new Error(`The proof of ${index} does not hold.`);
  }
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN;
  process.stdout.write(`   proof of one of ${leafCount} records from tiles on disk: p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms\n`);
  return { proof_p99_ms: Math.round(at(0.99) * 100) / 100 };
}

/** As the service lays them out, without its waits for the disk. */
async function writeTiles(folder: string): Promise<Uint8Array> {
  const startedMs = performance.now();
  const folders = new Set<string>();
  let edge = emptyEdge;
  for (let from = 0; from < leafCount; from += chunkLeaves) {
    const leaves = Array.from({ length: Math.min(chunkLeaves, leafCount - from) }, (_, at) => leafOf(from + at));
    const grown = growTiles(edge, leaves);
    edge = grown.edge;
    const last = from + leaves.length === leafCount;
    // Most partial tiles in between would be removed again; of the upper levels some are still the newest at the end.
    for (const { tile, bytes } of grown.tiles) if (tile.width === 256 || tile.level > 0 || last) {
      const file = join(folder, tilePath(tile));
      if (!folders.has(dirname(file))) await mkdir(dirname(file), { recursive: true });
      folders.add(dirname(file));
      await writeFile(file, bytes);
    }
  }
  process.stdout.write(`   a tree of ${leafCount} leaves made and written in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  return rootOf(frontierOf(edge));
}
