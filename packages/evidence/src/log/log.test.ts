import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as merkle from '@countersign/merkle';
import fc from 'fast-check';
import { openCheckpoint, parseVerifierKey } from './note.ts';
import { isGrown, isIncluded, Tree } from './tree.ts';
import { readCheckpoint, readSigner } from '../plain/checkpoints.ts';
import { beginsWith, GrowingTree, isInTree } from '../plain/merkle.ts';
import { Damaged } from '../plain/report.ts';

const sizes = process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 300 : 40;
const leaves = Array.from({ length: sizes }, (_, index) => Buffer.from(merkle.hashLeaf(Buffer.from(String(index)))));
const { tiles } = merkle.growTiles(merkle.emptyEdge, leaves);
const byPath = new Map(tiles.map(({ tile, bytes }) => [merkle.tilePath({ ...tile, width: 256 }), bytes]));
const read: merkle.ReadTiles = async (wanted) => wanted.map((tile) => byPath.get(merkle.tilePath({ ...tile, width: 256 }))?.subarray(0, tile.width * 32) ?? new Uint8Array());
const heads = Array.from({ length: sizes + 1 }, (_, size) => ({ size, root: merkle.rootOf(merkle.frontierOf(merkle.growTiles(merkle.emptyEdge, leaves.slice(0, size)).edge)) }));
const head = (size: number) => heads[size] ?? { size, root: new Uint8Array() };

/** Proofs that are not the one given: each hash changed, each left out, one more. */
const mutated = (proof: readonly Uint8Array[]) => [
  ...proof.map((_, at) => proof.map((hash, place) => (place === at ? Buffer.from(hash).fill(7, 3, 4) : hash))), ...proof.map((_, at) => proof.filter((_hash, place) => place !== at)), [...proof, Buffer.alloc(32)], [Buffer.alloc(32), ...proof],
].filter((other) => other.length !== proof.length || other.some((hash, at) => Buffer.compare(hash, proof[at] ?? Buffer.alloc(0)) !== 0));

type Head = { size: number; root: Uint8Array };
const plain = {
  Tree: GrowingTree, isGrown: beginsWith,
  isIncluded: (leaf: Uint8Array, index: number, { size, root }: Head, proof: readonly Uint8Array[]) => isInTree(leaf, index, size, root, proof),
};

describe.each([['fast', { Tree, isGrown, isIncluded }], ['plain', plain]] as const)('the tree of the %s verifier is that of packages/merkle', (_which, { Tree, isGrown, isIncluded }) => {
  test('roots, leaf by leaf', () => {
    const tree = new Tree(0, []);
    for (const [index, leaf] of leaves.entries()) {
      expect(Buffer.compare(tree.root(), head(index).root)).toBe(0);
      tree.add(leaf);
    }
  });

  test('inclusion proofs of every leaf in every tree, and no other', async () => {
    for (let size = 1; size <= sizes; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const [leaf = Buffer.alloc(0), proof] = [leaves[index], await merkle.proveInclusion(read, index, size)];
        const wrong = mutated(proof).filter((other) => isIncluded(leaf, index, head(size), other));
        expect([isIncluded(leaf, index, head(size), proof), isIncluded(leaf, index + 1, head(size), proof), wrong]).toEqual([true, false, []]);
      }
    }
  });

  test('consistency proofs of every pair, and no other', async () => {
    for (let to = 1; to <= sizes; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const proof = await merkle.proveConsistency(read, from, to);
        const wrong = mutated(proof).filter((other) => isGrown(head(from), head(to), other));
        expect([isGrown(head(from), head(to), proof), isGrown({ size: from, root: Buffer.alloc(32) }, head(to), proof), isGrown(head(to), head(from), proof), wrong]).toEqual([true, false, from === to, []]);
      }
    }
  });
});

describe('checkpoints are those of packages/merkle', () => {
  const keyOf = (name: string, type: 'ed25519' | 'cosignature/v1', seed: number) => merkle.signingKey(name, type, createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' }));
  const [log, witness] = [keyOf('log.example', 'ed25519', 1), keyOf('witness.example', 'cosignature/v1', 2)];
  const text = merkle.formatCheckpoint({ origin: 'log.example', size: 7, root: head(7).root, extensions: ['more'] });
  const note = merkle.formatNote({ text, signatures: [merkle.signNote(text, log), merkle.cosignCheckpoint(text, witness, 1_700_000_000)] });
  const keys = { logKeys: [log.verifier], witnessKeys: [witness.verifier] };
  const signers = { logKeys: [readSigner(merkle.formatVerifierKey(log.verifier))], witnessKeys: [readSigner(merkle.formatVerifierKey(witness.verifier))], held: [] };
  const openPlainly = (text: string) => {
    try {
      return readCheckpoint(text, 'log.example', signers);
    } catch (error) {
      expect(error).toBeInstanceOf(Damaged);
      return null;
    }
  };

  test('keys are read, and one that was changed is not', () => {
    const published = merkle.formatVerifierKey(log.verifier);
    expect(parseVerifierKey(published)).toEqual(log.verifier);
    expect(readSigner(published)).toEqual({ name: 'log.example', id: published.split('+')[1], type: 1, key: log.verifier.publicKey });
    for (const other of [published.replace('log', 'lug'), `${published}=`, '']) {
      expect(parseVerifierKey(other)).toBeNull();
      expect(() => readSigner(other)).toThrow(Damaged);
    }
  });

  test('a sound one opens; without the log, or of another, it does not', () => {
    expect(openCheckpoint(note, 'log.example', keys)).toEqual({ size: 7, root: Buffer.from(head(7).root), cosignedAtS: [1_700_000_000] });
    expect(openPlainly(note)).toEqual({ size: 7, root: Buffer.from(head(7).root), cosignedAts: [1_700_000_000_000_000] });
    expect(openCheckpoint(note, 'other.example', keys)).toMatch('not of other.example');
    expect(openCheckpoint(note, 'log.example', { ...keys, logKeys: [] })).toMatch('did not sign');
  });

  test('whatever was changed of one is refused by all three, or by none', () => {
    fc.assert(fc.property(fc.nat(note.length - 1), fc.constantFrom('', 'A', '\n', ' ', '\u0001', '\ud800', '+', '=', '0'), fc.boolean(), (at, put, insert) => {
      const other = `${note.slice(0, at)}${put}${note.slice(insert ? at : at + 1)}`;
      const { ok } = merkle.openCheckpoint(other, { origin: 'log.example', ...keys });
      expect([typeof openCheckpoint(other, 'log.example', keys) !== 'string', openPlainly(other) !== null]).toEqual([ok, ok]);
    }), { numRuns: 2000 });
  });
});
