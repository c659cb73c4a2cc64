import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHashes, mth } from '../testing/naive-tree.ts';
import { storeOfAll, tileStore, type TileStore } from '../testing/tile-store.ts';
import { rootOf } from '../tree/frontier.ts';
import { hashLeaf } from '../tree/hash.ts';
import { decodeBundle, encodeBundle } from './entry-bundle.ts';
import { emptyEdge, frontierOf, growTiles, readEdge, type Edge } from './edge.ts';
import { readFrontier, readSubtrees } from './read.ts';
import { tilePath } from './tile.ts';
import { tilesToWrite } from './tiling.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sizes = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 }).map((steps) => steps.reduce((all, step) => [...all, (all.at(-1) ?? 0) + step], [0]));

/** Grows a log to each size in turn, its edge read back from its tiles each time, as after a restart. */
async function grownThrough(store: TileStore, steps: readonly number[]): Promise<Edge> {
  let edge = emptyEdge;
  for (const size of steps) {
    const read = await readEdge(store.read, edge.size);
    const grown = growTiles(read, leafHashes(edge.size, size));
    expect(grown.tiles.map(({ tile }) => tilePath(tile)).sort()).toEqual(tilesToWrite(edge.size, size).map(tilePath).sort());
    store.write(grown.tiles);
    edge = grown.edge;
  }
  return edge;
}

describe('tiles over random steps', () => {
  test('hold what a build from scratch holds, and the root of the whole tree', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (steps) => {
        const size = steps.at(-1) ?? 0;
        const store = tileStore();
        const edge = await grownThrough(store, steps);
        for (const { tile, bytes } of growTiles(emptyEdge, leafHashes(0, size)).tiles) expect(hex(store.tiles.get(tilePath(tile)) ?? Buffer.alloc(0))).toBe(hex(bytes));
        const written = new Set(steps.flatMap((to, at) => tilesToWrite(steps[at - 1] ?? 0, to).map(tilePath)));
        expect(new Set(store.tiles.keys())).toEqual(written);
        expect(hex(rootOf(frontierOf(edge)))).toBe(hex(mth(0, size)));
      }),
      { numRuns: 30 },
    );
  });

  test('a tile holds the hashes that the specification gives it', () => {
    for (const { tile, bytes } of growTiles(emptyEdge, leafHashes(0, 1500)).tiles) {
      const span = 256 ** tile.level;
      for (let at = 0; at < tile.width; at += 1) {
        const start = (tile.index * 256 + at) * span;
        expect(hex(bytes.slice(at * 32, at * 32 + 32))).toBe(hex(mth(start, start + span)));
      }
      expect(bytes).toHaveLength(tile.width * 32);
    }
  });

  test('three levels: 66,000 leaves in one step and in two', () => {
    const leaves = Array.from({ length: 66_000 }, (_, at) => hashLeaf(Buffer.from(`leaf ${at}`)));
    const once = growTiles(emptyEdge, leaves);
    const first = growTiles(emptyEdge, leaves.slice(0, 65_535));
    const second = growTiles(first.edge, leaves.slice(65_535));
    const contents = (tiles: typeof once.tiles) => new Map(tiles.map(({ tile, bytes }) => [tilePath(tile), hex(bytes)]));
    const both = contents([...first.tiles, ...second.tiles]);
    for (const [path, bytes] of contents(once.tiles)) expect(both.get(path)).toBe(bytes);
    expect([...contents(second.tiles).keys()].sort()).toEqual(tilesToWrite(65_535, 66_000).map(tilePath).sort());
    expect(hex(rootOf(frontierOf(second.edge)))).toBe(hex(rootOf(frontierOf(once.edge))));
  });

  test('an edge that was grown stays as it was', () => {
    const { edge } = growTiles(emptyEdge, leafHashes(0, 300));
    const before = edge.partials.map(hex);
    growTiles(edge, leafHashes(300, 900));
    expect([edge.size, edge.partials.map(hex)]).toEqual([300, before]);
    expect(() => growTiles(edge, [Buffer.alloc(31)])).toThrow(RangeError);
  });
});

describe('hashes read from tiles', () => {
  test('give the root of the log at every size it had, in at most one batch', async () => {
    const store = storeOfAll(600);
    for (let size = 0; size <= 600; size += 1) {
      store.reads.length = 0;
      expect(hex(rootOf(await readFrontier(store.read, size)))).toBe(hex(mth(0, size)));
      expect(store.reads).toHaveLength(size === 0 ? 0 : 1);
    }
  });

  test('come from the full tile where the partial one is gone', async () => {
    const store = tileStore();
    store.write(growTiles(emptyEdge, leafHashes(0, 256)).tiles);
    for (let size = 1; size <= 256; size += 1) expect(hex(rootOf(await readFrontier(store.read, size)))).toBe(hex(mth(0, size)));
  });

  test('a batch asks for each tile once', async () => {
    const store = storeOfAll(600);
    await readSubtrees(store.read, 600, [{ height: 0, index: 3 }, { height: 3, index: 7 }, { height: 8, index: 1 }, { height: 9, index: 0 }, { height: 0, index: 599 }]);
    expect(store.reads.map((tiles) => tiles.map(tilePath))).toEqual([['tile/0/000', 'tile/1/000.p/2', 'tile/0/002.p/88']]);
  });

  test('a tile of the wrong length is an error that names it; so is a subtree that the tree has not', async () => {
    for (const length of [0, 31, 32 * 87, 32 * 88 + 1, 32 * 257]) {
      await expect(readSubtrees(async () => [Buffer.alloc(length)], 600, [{ height: 0, index: 599 }])).rejects.toThrow('tile/0/002.p/88');
    }
    await expect(readSubtrees(async () => [], 600, [{ height: 0, index: 599 }])).rejects.toThrow('tile/0/002.p/88');
    await expect(readSubtrees(storeOfAll(5).read, 5, [{ height: 2, index: 1 }])).rejects.toThrow(RangeError);
    await expect(readSubtrees(storeOfAll(5).read, 5, [{ height: 0, index: 5 }])).rejects.toThrow(RangeError);
  });
});

describe('entry bundles', () => {
  test('every list of entries comes back, whole or cut', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, fc.nat(255), (list, cut) => {
        const width = 1 + (cut % list.length);
        const read = decodeBundle(encodeBundle(list), width);
        expect(read.ok && read.value.map(hex)).toEqual(list.slice(0, width).map(hex));
      }),
    );
  });

  test('lengths are big-endian, and what does not fit is refused', () => {
    expect(hex(encodeBundle([Buffer.from('abc'), Buffer.alloc(0)]))).toBe('00036162630000');
    expect(encodeBundle([Buffer.alloc(65_535)])).toHaveLength(65_537);
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow('digest');
    expect(() => encodeBundle([])).toThrow(RangeError);
    expect(() => encodeBundle(Array.from({ length: 257 }, () => Buffer.alloc(1)))).toThrow(RangeError);
  });

  test.each([['00', 1], ['000361', 1], ['000161', 2], ['', 1], ['0000'.repeat(257), 256], ['000000', 1]])('bytes %s are no bundle of %d', (bytes, width) => {
    expect(decodeBundle(Buffer.from(bytes, 'hex'), width)).toMatchObject({ ok: false, code: 'malformed' });
  });
});
