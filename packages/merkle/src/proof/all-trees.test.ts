import { beforeAll, describe, expect, test } from '@jest/globals';
import { leafHash, mth, path, proof } from '../testing/naive-tree.ts';
import { storeOfAll, type TileStore } from '../testing/tile-store.ts';
import { proveConsistency, proveInclusion } from './prove.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
/** Trees of up to so many leaves: past one full tile, so that proofs join tiles of two levels. */
const sizeMax = full ? 1000 : 260;
/** Each size; without full counts those up to past a power of two, and those around a full tile. */
const sizes = Array.from({ length: sizeMax + 1 }, (_, size) => size).filter((size) => full || size <= 68 || size >= 252);
const hex = (hashes: readonly Uint8Array[]) => Buffer.concat(hashes).toString('hex');

describe(`${full ? 'every tree' : `${sizes.length} trees`} of up to ${sizeMax} leaves, against RFC 6962 written down recursively`, () => {
  let store: TileStore;
  beforeAll(() => {
    store = storeOfAll(sizeMax);
  });

  test('every leaf of each has its one inclusion proof, which verifies', async () => {
    let wrong = 0;
    for (const size of sizes) {
      for (let index = 0; index < size; index += 1) {
        const built = await proveInclusion(store.read, index, size);
        const verified = verifyInclusion({ leafHash: leafHash(index), index, size, root: mth(0, size), proof: built });
        if (hex(built) !== hex(path(index, 0, size)) || !verified.ok) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  }, 900_000);

  test('every earlier tree of each has its one consistency proof, which verifies', async () => {
    let wrong = 0;
    for (const to of sizes) {
      for (let from = 0; from <= to; from += 1) {
        const built = await proveConsistency(store.read, from, to);
        const verified = verifyConsistency({ from, fromRoot: mth(0, from), to, toRoot: mth(0, to), proof: built });
        if (hex(built) !== hex(proof(from, to)) || !verified.ok) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  }, 900_000);
});

describe('proofs', () => {
  test('cost one batch of reads, of at most one tile a level and the edge', async () => {
    const store = storeOfAll(1100);
    await proveInclusion(store.read, 700, 1100);
    await proveConsistency(store.read, 700, 1100);
    expect(store.reads.map((tiles) => tiles.map(({ level, index }) => [level, index]))).toEqual([
      [[0, 2], [1, 0], [0, 4]],
      [[0, 2], [1, 0], [0, 4]],
    ]);
  });

  test('are not built of trees that are not there', async () => {
    const { read } = storeOfAll(3);
    for (const [index, size] of [[3, 3], [-1, 3], [0, 0], [0.5, 3], [0, 2 ** 53], [NaN, 3]] as const) await expect(proveInclusion(read, index, size)).rejects.toThrow(RangeError);
    for (const [from, to] of [[4, 3], [-1, 3], [0, -1], [0.5, 3], [0, 2 ** 53], [NaN, 3]] as const) await expect(proveConsistency(read, from, to)).rejects.toThrow(RangeError);
  });
});
