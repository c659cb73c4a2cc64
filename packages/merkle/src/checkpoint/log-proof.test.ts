import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entry, leafHash, mth, path, proof } from '../testing/naive-tree.ts';
import { testKey } from '../testing/keys.ts';
import { storeOfAll } from '../testing/tile-store.ts';
import { formatNote } from '../note/note.ts';
import { signNote } from '../note/sign.ts';
import { proveConsistency, proveInclusion } from '../proof/prove.ts';
import { hashLeaf } from '../tree/hash.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { cosignCheckpoint } from './cosign.ts';
import { formatLogProof, logProofBytesMax, parseLogProof, verifyLogProof, type LogProof } from './log-proof.ts';
import type { CheckpointPolicy } from './open.ts';

const origin = 'log.example/countersign';
const log = testKey(origin, 'ed25519', 7);
const witness = testKey('w1.example', 'cosignature/v1', 11);
const policy: CheckpointPolicy = { origin, logKeys: [log.verifier], witnessKeys: [witness.verifier], witnessesMin: 1 };
const base64 = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('base64'));

function checkpointOf(size: number): string {
  const text = formatCheckpoint({ origin, size, root: mth(0, size), extensions: [] });
  return formatNote({ text, signatures: [signNote(text, log), cosignCheckpoint(text, witness, 1_700_000_000)] });
}

const proofOf = (index: number, size: number, extra: Uint8Array | null = null): LogProof => ({ index, proof: path(index, 0, size), checkpoint: checkpointOf(size), extra });
const file = formatLogProof(proofOf(257, 300));
const withExtra = formatLogProof(proofOf(257, 300, Buffer.from('more')));

/** What Go's x/mod/sumdb/tlog proves of the leaves `leaf 0` to `leaf 299`. */
const goInclusion = [
  'lVXli2LZ+J1czWRiKj189v2hRXNHNjyaTObWIuUek9k=', 'OYzke+0gPd3Z3lG8Bn9zPbRD5ntlpCapHYdgDNE74ck=', 'CgAZV5VwCzI1U+4bfadtxy2zyKP5xR8wwbPqnHtIzsE=', 'H3OBkkC7mXie00K6VuqFW5X77rWyJ26L2+WURtmxCe4=',
  '12Z1BPajpRcMVr7W2e7EX3+/xwCm8lKTvDNG1dInV/I=', 'qHK6c4Th/5/0dM2zA13xVe8+ZGLJT8o0VzrT6YTOVCI=', 'z17/2xHQknou31Ow5zx4N/ZZQU4AU32l2Q61xMSf8nQ=',
];
const goConsistency = [
  'pk3hwsp5lQG45ze0/5s+gmpF87xakzKs2q7wUz6iyj8=', 'LKy8YlRYhzYWa2YEQyq3bRxiMoT3D04T0hKOAnVUz2c=', 'YhKEy4wKSUJgQUokf35cV+DaEDdqwH2J0IfertSY3Qw=', 'smEGdkLlbQTmiynMRMvvtVZ9NQMUw0BLyo/9EH43DOA=',
  'cebpgW7iRXMSZwtSoUcTiP8b7G210FSmPjm8AmL/uew=', 'Y55lYTwfnfLi3O0OXMvxRVrdcvrEniAhMpahEeJ51RA=', 'd3QiiY7L9//1QBZZ1AvIEHfvfsF/o9uNqPnP6JKjWfg=',
];

describe('proofs of the tree of 300 leaves', () => {
  test('are the ones that Go builds: leaf 257, and the growth from 200', async () => {
    const store = storeOfAll(300);
    expect(base64(await proveInclusion(store.read, 257, 300))).toEqual(goInclusion);
    expect(base64(await proveConsistency(store.read, 200, 300))).toEqual(goConsistency);
    expect(base64(path(257, 0, 300))).toEqual(goInclusion);
    expect(base64(proof(200, 300))).toEqual(goConsistency);
  });
});

describe('a proof file', () => {
  test('has the lines of the specification, in order', () => {
    const lines = withExtra.split('\n');
    expect(lines.slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra bW9yZQ==', 'index 257']);
    expect(lines.slice(3, 10)).toEqual(goInclusion);
    expect(lines.slice(10).join('\n')).toBe(`\n${checkpointOf(300)}`);
  });

  test('comes back as it was, and verifies for its record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.option(fc.uint8Array({ minLength: 1 })), (size, at, extra) => {
        const made = proofOf(at % size, size, extra);
        const text = formatLogProof(made);
        const read = parseLogProof(Buffer.from(text));
        if (!read.ok) throw new Error(read.reason);
        expect(formatLogProof(read.value)).toBe(text);
        expect(read.value.extra === null ? null : [...read.value.extra]).toEqual(extra === null ? null : [...extra]);
        expect(verifyLogProof(read.value, hashLeaf(entry(at % size)), policy)).toMatchObject({ ok: true, value: { checkpoint: { size }, cosignatures: [{ timestampS: 1_700_000_000 }] } });
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['nothing', ''],
    ['another header', file.replace('@v1', '@v2')],
    ['no header', file.slice(file.indexOf('\n') + 1)],
    ['no index', file.replace('index 257\n', '')],
    ['a leading zero', file.replace('index 257', 'index 0257')],
    ['a negative index', file.replace('index 257', 'index -257')],
    ['two blanks', file.replace('index 257', 'index  257')],
    ['an index past 2^53 - 1', file.replace('index 257', 'index 9007199254740992')],
    ['the index before the extra data', withExtra.replace(/(extra .*\n)(index .*\n)/, '$2$1')],
    ['extra data twice', withExtra.replace(/(extra .*\n)/, '$1$1')],
    ['empty extra data', withExtra.replace('bW9yZQ==', '')],
    ['extra data that is not Base 64', withExtra.replace('bW9yZQ==', 'bW9yZQ')],
    ['a hash of 31 bytes', file.replace(goInclusion[0] ?? '', Buffer.alloc(31).toString('base64'))],
    ['a hash without padding', file.replace('k9k=', 'k9k')],
    ['a blank line within the proof', file.replace('k9k=\n', 'k9k=\n\n')],
    ['no blank line before the checkpoint', file.replace('\n\nlog', '\nlog')],
    ['no checkpoint', file.slice(0, file.indexOf('\n\n') + 2)],
    ['a checkpoint without signatures', file.slice(0, file.indexOf('\n\u2014'))],
    ['a note that is no checkpoint', file.replace('\n300\n', '\n0300\n')],
    ['CR', file.replaceAll('\n', '\r\n')],
    ['54 hashes', file.replace(goInclusion[0] ?? '', Array.from({ length: 48 }, () => goInclusion[0]).join('\n'))],
    ['a last newline missing', file.slice(0, -1)],
    ['too many bytes', withExtra.replace('bW9yZQ==', 'bW9y'.repeat(logProofBytesMax / 4))],
  ])('with %s is refused', (_, text) => {
    expect(parseLogProof(text)).toMatchObject({ ok: false, code: 'malformed', reason: expect.stringMatching(/\.$/) });
  });

  test('is not made of what could not be read', () => {
    const made = proofOf(1, 3);
    for (const wrong of [{ index: -1 }, { index: 2 ** 53 }, { proof: [Buffer.alloc(31)] }, { extra: Buffer.alloc(0) }, { checkpoint: 'nothing' }]) {
      expect(() => formatLogProof({ ...made, ...wrong })).toThrow(RangeError);
    }
  });

  test('any text is read or refused, and what is read is written the same', () => {
    const almost = fc.tuple(fc.nat(file.length), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2)).map(([at, put, cut]) => file.slice(0, at) + put + file.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), almost), (input) => {
        const read = parseLogProof(input);
        if (read.ok) expect(formatLogProof(read.value)).toBe(input);
      }),
      { numRuns: 1000 },
    );
  });

  test('every single changed character leaves nothing that verifies', () => {
    const accepted: string[] = [];
    for (let at = 0; at < file.length; at += 1) {
      const read = parseLogProof(file.slice(0, at) + (file[at] === 'x' ? 'y' : 'x') + file.slice(at + 1));
      if (read.ok && verifyLogProof(read.value, leafHash(257), policy).ok) accepted.push(file.slice(at));
    }
    expect(accepted).toEqual([]);
  });
});

describe('verifying a proof file', () => {
  test('names what is wrong', () => {
    const made = proofOf(257, 300);
    expect(verifyLogProof(made, leafHash(256), policy)).toMatchObject({ ok: false, code: 'proof-mismatch' });
    expect(verifyLogProof({ ...made, index: 256 }, leafHash(257), policy)).toMatchObject({ code: 'proof-mismatch' });
    expect(verifyLogProof({ ...made, index: 300 }, leafHash(257), policy)).toMatchObject({ code: 'malformed' });
    expect(verifyLogProof({ ...made, proof: made.proof.slice(1) }, leafHash(257), policy)).toMatchObject({ code: 'malformed' });
    expect(verifyLogProof({ ...made, checkpoint: checkpointOf(299) }, leafHash(257), policy)).toMatchObject({ code: 'proof-mismatch' });
    expect(verifyLogProof(made, leafHash(257), { ...policy, origin: 'log.example/other' })).toMatchObject({ code: 'wrong-origin' });
    expect(verifyLogProof(made, leafHash(257), { ...policy, logKeys: [] })).toMatchObject({ code: 'unsigned' });
    expect(verifyLogProof(made, leafHash(257), { ...policy, witnessesMin: 2 })).toMatchObject({ code: 'too-few-witnesses' });
  });
});
