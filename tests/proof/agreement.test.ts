import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findingCodes, type BundleParts } from '@countersign/evidence';
import { Random } from '../chaos/random.ts';
import { Breaker, breakLines, breakRows } from './broken-logs.ts';
import { logKey, noteOf, otherKey, partParts, rangeParts, selectionParts, treeOf, writeFile } from './bundle.ts';
import { samplingKey } from './story.ts';
import { bundled, SyntheticLog } from './synthetic.ts';
import { type Asked, verifyFile } from './verify.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const rounds = full ? 2000 : 60;
const firstSeed = Number(process.env['COUNTERSIGN_TEST_SEED'] ?? Date.now() % 1_000_000);

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'countersign-agreement-')); });
afterAll(() => rmSync(folder, { recursive: true }));

/** A log that is broken here and there, as a bundle of one of three kinds, with whatever an auditor may have besides. */
async function brokenBundle(random: Random): Promise<{ parts: BundleParts; asked: Asked }> {
  const rate = random.pick([0, 0.003, 0.02, 0.1]);
  const breaker = new Breaker(random, rate);
  const plan = { seed: random.between(1, 1e9), decisions: random.between(5, 30), spacingUs: random.pick([100_000, 10_000_000, 10_000_000, 7_200_000_000]), change: breaker.change };
  const rows = breakRows([...new SyntheticLog(plan).rows()], random, random.chance(0.3) ? random.between(1, 4) : 0);
  const sound = rows.map(bundled).map((line) => (random.chance(rate / 5) ? { ...line, key: null } : line));
  const size = sound.length;
  const records = breakLines(sound, random, random.chance(0.4) ? random.between(1, 4) : 0);
  const signedAtS = random.chance(0.3) ? Math.floor((rows.at(-1)?.record.recordedAt ?? 0) / 1_000_000) + random.pick([60, 60, -5000]) : null;
  const newest = random.chance(0.8) ? size : random.between(1, size);
  const sizes = [...new Set([random.between(1, newest), newest])].sort((a, b) => a - b);
  // Whoever changes leaves may change the tree too, and cannot sign it.
  const heads = await treeOf((random.chance(0.5) ? records : sound).map(({ leaf }) => leaf), sizes, random.chance(0.05) ? otherKey : logKey, signedAtS);
  if (random.chance(0.1)) heads.checkpoints = heads.checkpoints.map(({ note, consistency }) => ({ note, consistency: consistency.slice(0, random.between(0, 9)) }));
  const first = random.between(1, Math.floor(newest / 2));
  const parts = await random.pick([
    () => rangeParts(records, heads.checkpoints), () => rangeParts(records, heads.checkpoints), () => partParts(records, heads, first, random.between(first, newest - 1), newest),
    () => selectionParts(records, heads, () => random.chance(0.5), newest),
  ])();
  const held = random.chance(0.3) ? [noteOf(newest, random.chance(0.5) ? heads.tree.root : Buffer.alloc(32, 1)), noteOf(size + 9, Buffer.alloc(32, 2), logKey, random.chance(0.5) ? Date.UTC(2026, 2, 1) / 1000 : null)] : [];
  return { parts, asked: { held, witness: random.chance(0.5), ...(random.chance(0.8) ? { samplingKeys: [samplingKey, { ...samplingKey, version: 'k2', validFrom: Date.UTC(2026, 2, 1, 9) * 1000, key: Buffer.alloc(32, 6) }].slice(0, random.chance(0.1) ? 2 : 1) } : {}) } };
}

/** `verifyFile` has the plain verifier look at it too, and throws where the two do not agree. */
test(`two verifiers agree on logs that were broken at random, from seed ${firstSeed}`, async () => {
  const [codes, verdicts] = [new Map<string, number>(), new Map<string, number>()];
  for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
    const { parts, asked } = await brokenBundle(new Random(seed));
    const file = join(folder, 'bundle.tar');
    await writeFile(file, parts);
    const { counts, verdict } = await verifyFile(file, asked).catch((error: unknown) => { throw new Error(`Seed ${seed}: ${(error as Error).message}`, { cause: error }); });
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    for (const [code, count] of Object.entries(counts)) codes.set(code, (codes.get(code) ?? 0) + count);
  }
  console.log(JSON.stringify({ rounds, verdicts: Object.fromEntries(verdicts), codes: Object.fromEntries(codes), never: Object.keys(findingCodes).filter((code) => !codes.has(code)) }));
  // Otherwise there was nothing to agree on.
  expect(codes.size).toBeGreaterThanOrEqual(full ? 33 : 15);
}, full ? 3_600_000 : 240_000);
