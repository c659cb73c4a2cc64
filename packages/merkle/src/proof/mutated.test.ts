import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, mth, path, proof, rootByPath, rootsByProof } from '../testing/naive-tree.ts';
import { sameHash } from '../tree/hash.ts';
import { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.ts';

const inclusion = (index: number, size: number): InclusionClaim => ({ leafHash: leafHash(index), index, size, root: mth(0, size), proof: path(index, 0, size) });
const consistency = (from: number, to: number): ConsistencyClaim => ({ from, fromRoot: mth(0, from), to, toRoot: mth(0, to), proof: proof(from, to) });
const flipped = (hash: Uint8Array, bit: number) => Uint8Array.from(hash, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const sizeMax = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 200 : 60;

/** Every way to change a list of hashes by one step, in which another list comes out. */
function mutations(hashes: readonly Uint8Array[]): Uint8Array[][] {
  const at = hashes.map((_, index) => index);
  const stranger = leafHash(999_999);
  return [
    ...at.map((i) => hashes.map((hash, j) => (i === j ? flipped(hash, (i * 37 + 5) % 256) : hash))),
    ...at.map((i) => hashes.filter((_, j) => i !== j)),
    ...at.map((i) => hashes.flatMap((hash, j) => (i === j ? [hash, hash] : [hash]))),
    ...[0, ...at.map((i) => i + 1)].map((i) => [...hashes.slice(0, i), stranger, ...hashes.slice(i)]),
    ...at.flatMap((i) => at.slice(i + 1).map((k) => hashes.map((hash, j) => (j === i ? hashes[k] : j === k ? hashes[i] : hash) ?? hash))),
    ...at.map((i) => hashes.map((hash, j) => (i === j ? hash.slice(0, 31) : hash))),
    ...at.map((i) => hashes.map((hash, j) => (i === j ? Buffer.concat([hash, Buffer.alloc(1)]) : hash))),
  ];
}

describe('a mutated proof', () => {
  test(`of inclusion is refused: every one-step change of every proof of up to ${sizeMax} leaves`, () => {
    let [tried, accepted] = [0, 0];
    for (let size = 1; size <= sizeMax; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusion(index, size);
        const changed = [...mutations(claim.proof).map((hashes) => ({ ...claim, proof: hashes })), { ...claim, root: flipped(claim.root, 9) }, { ...claim, leafHash: flipped(claim.leafHash, 9) }];
        tried += changed.length;
        accepted += changed.filter((claim) => verifyInclusion(claim).ok).length;
      }
    }
    expect([tried > 50_000, accepted]).toEqual([true, 0]);
  });

  test(`of consistency is refused: every one-step change of every proof of up to ${sizeMax} leaves`, () => {
    let [tried, accepted] = [0, 0];
    for (let to = 0; to <= sizeMax; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const claim = consistency(from, to);
        const changed: ConsistencyClaim[] = [...mutations(claim.proof).map((hashes) => ({ ...claim, proof: hashes })), { ...claim, fromRoot: flipped(claim.fromRoot, 9) }];
        if (from > 0) changed.push({ ...claim, toRoot: flipped(claim.toRoot, 9) });
        tried += changed.length;
        accepted += changed.filter((claim) => verifyConsistency(claim).ok).length;
      }
    }
    expect([tried > 50_000, accepted]).toEqual([true, 0]);
  });

  test('of inclusion is refused for every bit of its hashes', () => {
    const claim = inclusion(11, 21);
    for (let at = 0; at < claim.proof.length; at += 1) {
      for (let bit = 0; bit < 256; bit += 1) {
        expect(verifyInclusion({ ...claim, proof: claim.proof.map((hash, i) => (i === at ? flipped(hash, bit) : hash)) })).toMatchObject({ ok: false, code: 'proof-mismatch' });
      }
    }
  });
});

describe('a wrong index or size', () => {
  test('another index of the same tree is never accepted', () => {
    let accepted = 0;
    for (let size = 1; size <= 40; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusion(index, size);
        for (let other = 0; other <= size + 1; other += 1) accepted += other !== index && verifyInclusion({ ...claim, index: other }).ok ? 1 : 0;
      }
    }
    expect(accepted).toBe(0);
  });

  test('another index and size are accepted only where RFC 6962 itself leads to the same root', () => {
    const ours: boolean[] = [];
    const theirs: boolean[] = [];
    for (let size = 1; size <= 17; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const right = inclusion(index, size);
        for (let size2 = 1; size2 <= 34; size2 += 1) {
          for (let index2 = 0; index2 < size2; index2 += 1) {
            const claim = { ...right, size: size2, index: index2 };
            ours.push(verifyInclusion(claim).ok);
            const root = rootByPath(claim.leafHash, index2, size2, claim.proof);
            theirs.push(root !== null && sameHash(root, claim.root));
          }
        }
      }
    }
    expect(ours).toEqual(theirs);
  });

  test('other sizes of a consistency proof are accepted only where RFC 6962 itself leads to both roots', () => {
    let [tried, different] = [0, 0];
    for (let to = 2; to <= 20; to += 1) {
      for (let from = 1; from < to; from += 1) {
        const right = consistency(from, to);
        for (let to2 = 2; to2 <= 36; to2 += 1) {
          for (let from2 = 1; from2 < to2; from2 += 1) {
            const claim = { ...right, from: from2, to: to2 };
            const roots = rootsByProof(claim.fromRoot, from2, to2, claim.proof);
            const theirs = roots !== null && sameHash(roots[0], claim.fromRoot) && sameHash(roots[1], claim.toRoot);
            tried += 1;
            if (verifyConsistency(claim).ok !== theirs) different += 1;
          }
        }
      }
    }
    expect([tried > 100_000, different]).toEqual([true, 0]);
  });

  test('an index outside the tree, and what is no number of leaves, is malformed', () => {
    for (const wrong of [{ index: 5 }, { index: -1 }, { index: 0.5 }, { index: NaN }, { size: 0 }, { size: 2 ** 53 }, { size: Infinity }, { leafHash: Buffer.alloc(0) }, { root: Buffer.alloc(33) }]) {
      expect(verifyInclusion({ ...inclusion(2, 5), ...wrong })).toMatchObject({ ok: false, code: 'malformed' });
    }
    for (const wrong of [{ from: 6 }, { from: -1 }, { from: 0.5 }, { to: NaN }, { to: 2 ** 53 }, { proof: [] }, { fromRoot: Buffer.alloc(31) }, { toRoot: Buffer.alloc(0) }]) {
      expect(verifyConsistency({ ...consistency(3, 5), ...wrong })).toMatchObject({ ok: false, code: 'malformed' });
    }
  });
});

describe('the cases that RFC 9162 leaves open', () => {
  test('the empty tree is consistent with any, with an empty proof and its own root only', () => {
    expect(verifyConsistency(consistency(0, 9))).toEqual({ ok: true });
    expect(verifyConsistency({ ...consistency(0, 9), fromRoot: mth(0, 1) })).toMatchObject({ code: 'proof-mismatch' });
    expect(verifyConsistency({ ...consistency(0, 0), toRoot: mth(0, 1) })).toMatchObject({ code: 'proof-mismatch' });
    expect(verifyConsistency({ ...consistency(0, 9), proof: [mth(0, 9)] })).toMatchObject({ code: 'malformed' });
  });

  test('two roots for one size are a fork, and the reason says so', () => {
    expect(verifyConsistency(consistency(7, 7))).toEqual({ ok: true });
    expect(verifyConsistency({ ...consistency(7, 7), toRoot: mth(0, 8) })).toMatchObject({ code: 'proof-mismatch', reason: expect.stringContaining('forked') });
  });

  test('paths of trees past 32 bits are climbed whole', () => {
    const size = 2 ** 53 - 1;
    const hashes = Array.from({ length: 53 }, (_, at) => leafHash(at));
    const root = rootByPath(leafHash(0), 2 ** 40 + 5, size, hashes);
    const claim = { leafHash: leafHash(0), index: 2 ** 40 + 5, size, root: root ?? Buffer.alloc(32), proof: hashes };
    expect(verifyInclusion(claim)).toEqual({ ok: true });
    expect(verifyInclusion({ ...claim, index: 5 })).toMatchObject({ code: 'proof-mismatch' });
    expect(verifyInclusion({ ...claim, proof: hashes.slice(1) })).toMatchObject({ code: 'malformed' });
  });

  test('any claim is accepted or refused as the recursion says, whatever its numbers', () => {
    const numbers = fc.integer({ min: 1, max: 2 ** 53 - 1 });
    fc.assert(
      fc.property(numbers, numbers, fc.nat(60), (a, b, length) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const hashes = Array.from({ length }, (_, at) => leafHash(at));
        const roots = from < to ? rootsByProof(leafHash(99), from, to, hashes) : null;
        const claim = { from, fromRoot: roots?.[0] ?? leafHash(99), to, toRoot: roots?.[1] ?? leafHash(99), proof: hashes };
        if (from < to) expect(verifyConsistency(claim).ok).toBe(roots !== null && sameHash(roots[0], claim.fromRoot));
      }),
    );
  });
});
