import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, leafHashes, mth } from '../testing/naive-tree.ts';
import { appendLeaves, decodeFrontier, emptyFrontier, encodeFrontier, rootOf } from './frontier.ts';
import { emptyRoot, hashLeaf, hashNode } from './hash.ts';
import { splitOf, subtreesOf } from './subtree.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';

/** The entries that Certificate Transparency's own tests use, and the roots of the trees of the first 1 to 8 of them. */
const vectorEntries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const vectorRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('hashes of RFC 6962', () => {
  test('the empty tree, leaf and node of the published vectors', () => {
    expect(hex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(hashLeaf(Buffer.from('L123456')))).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56');
    expect(hex(hashLeaf(Buffer.alloc(0)))).toBe(vectorRoots[0]);
  });

  test.each(vectorRoots.map((root, at) => [at + 1, root] as const))('the published tree of %s leaves', (size, root) => {
    const hashes = vectorEntries.slice(0, size).map((entry) => hashLeaf(Buffer.from(entry, 'hex')));
    expect(hex(rootOf(appendLeaves(emptyFrontier, hashes)))).toBe(root);
  });

  test('a node needs two hashes', () => {
    expect(() => hashNode(Buffer.alloc(31), Buffer.alloc(32))).toThrow(RangeError);
    expect(() => hashNode(Buffer.alloc(32), Buffer.alloc(33))).toThrow(RangeError);
  });
});

describe('a frontier', () => {
  test('has the root of every tree, from none to all leaves', () => {
    let frontier = emptyFrontier;
    for (let size = 0; size <= (full ? 5000 : 1000); size += 1) {
      expect([frontier.size, hex(rootOf(frontier))]).toEqual([size, hex(mth(0, size))]);
      frontier = appendLeaves(frontier, [leafHash(size)]);
    }
  });

  test('is the same however its leaves came, and after it was saved', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(80), { maxLength: 8 }), (steps) => {
        const total = steps.reduce((sum, step) => sum + step, 0);
        const whole = appendLeaves(emptyFrontier, leafHashes(0, total));
        let frontier = emptyFrontier;
        for (const step of steps) {
          const before = hex(encodeFrontier(frontier));
          const grown = appendLeaves(frontier, leafHashes(frontier.size, frontier.size + step));
          expect(hex(encodeFrontier(frontier))).toBe(before);
          const restored = decodeFrontier(encodeFrontier(grown));
          frontier = restored.ok ? restored.value : emptyFrontier;
        }
        expect(hex(encodeFrontier(frontier))).toBe(hex(encodeFrontier(whole)));
      }),
    );
  });

  test('refuses what is not one', () => {
    const saved = encodeFrontier(appendLeaves(emptyFrontier, leafHashes(0, 5)));
    expect(decodeFrontier(saved)).toMatchObject({ ok: true, value: { size: 5 } });
    for (const bytes of [saved.slice(0, -1), Buffer.concat([saved, Buffer.alloc(32)]), saved.slice(0, 7), Buffer.alloc(0), Buffer.alloc(8, 0xff)]) {
      expect(decodeFrontier(bytes)).toMatchObject({ ok: false, code: 'malformed' });
    }
    expect(() => appendLeaves(emptyFrontier, [Buffer.alloc(20)])).toThrow(RangeError);
    expect(() => appendLeaves({ size: 3, hashes: [] }, [leafHash(3)])).toThrow(RangeError);
  });

  test('ends at 2^53 - 1 leaves', () => {
    const size = 2 ** 53 - 2;
    const hashes = subtreesOf({ start: 0, end: size }).map(() => leafHash(0));
    expect(hashes).toHaveLength(52);
    const last = appendLeaves({ size, hashes }, [leafHash(1)]);
    expect([last.size, last.hashes.length]).toEqual([2 ** 53 - 1, 53]);
    expect(decodeFrontier(encodeFrontier(last))).toMatchObject({ ok: true, value: { size: 2 ** 53 - 1 } });
    expect(() => appendLeaves(last, [leafHash(2)])).toThrow(RangeError);
  });

  test('splits where RFC 6962 does', () => {
    expect([2, 3, 4, 5, 8, 9, 2 ** 40, 2 ** 40 + 1, 2 ** 53 - 1].map(splitOf)).toEqual([1, 2, 2, 4, 4, 8, 2 ** 39, 2 ** 40, 2 ** 52]);
  });
});
