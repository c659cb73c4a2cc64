import { describe, expect, test } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { privateKey, testKey } from '../testing/keys.ts';
import { formatVerifierKey, parseVerifierKey, signatureTypes, signingKey, verifierKey } from './key.ts';

/** What Go's x/mod/sumdb/note makes of the name and a seed of 32 bytes of 7. */
const goKey = 'log.example/countersign+2b4e9379+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs';
const publicBytes = Buffer.from(goKey.split('+')[2] ?? '', 'base64').subarray(1);

describe('verifier keys', () => {
  test('are spelled as Go spells them', () => {
    expect(formatVerifierKey(testKey('log.example/countersign', 'ed25519', 7).verifier)).toBe(goKey);
    expect(parseVerifierKey(goKey)).toMatchObject({ ok: true, value: { name: 'log.example/countersign', type: 'ed25519', keyId: 0x2b4e9379 } });
  });

  test('come back from their text, for every name, type and key', () => {
    const name = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)).filter((char) => char !== '+'), minLength: 1 });
    const types = Object.keys(signatureTypes) as (keyof typeof signatureTypes)[];
    fc.assert(
      fc.property(name, fc.constantFrom(...types), fc.nat(255), (name, type, seed) => {
        const key = testKey(name, type, seed).verifier;
        const read = parseVerifierKey(formatVerifierKey(key));
        expect(read.ok && [read.value.name, read.value.type, read.value.keyId, read.value.publicKey.equals(key.publicKey)]).toEqual([name, type, key.keyId, true]);
      }),
    );
  });

  test('one key pair has another id for another name and another type', () => {
    const ids = [verifierKey('a', 'ed25519', publicBytes), verifierKey('b', 'ed25519', publicBytes), verifierKey('a', 'cosignature/v1', publicBytes)].map(({ keyId }) => keyId);
    expect(new Set(ids).size).toBe(3);
  });

  test.each([
    ['nothing', ''],
    ['no key', 'log.example+2b4e9379'],
    ['no name', goKey.slice(goKey.indexOf('+'))],
    ['another name', goKey.replace('log.', 'lag.')],
    ['another id', goKey.replace('2b4e9379', '2b4e9378')],
    ['the id in capitals', goKey.replace('2b4e9379', '2B4E9379')],
    ['a short id', goKey.replace('2b4e9379', '2b4e937')],
    ['another key', goKey.replace('AepK', 'AepL')],
    ['another type', goKey.replace('+Aep', '+Bep')],
    ['a type we do not know', goKey.replace('+Aep', '+Aup')],
    ['a short key', `${goKey.slice(0, -4)}`],
    ['base64 with padding it does not need', `${goKey}=`],
    ['base64url', goKey.replace('AepK', 'Aep_')],
    ['a newline', `${goKey}\n`],
    ['a blank', ` ${goKey}`],
  ])('%s is refused', (_, text) => {
    expect(parseVerifierKey(text)).toMatchObject({ ok: false, code: 'malformed', reason: expect.stringMatching(/\.$/) });
  });

  test.each(['', ' ', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u2003b', 'a\u0085', 'ex\u00e4mple', '\u0435xample', 'a\u200b', 'a\u0301', '\ud800', 'a\u007f', 'a\t'])('the name %j is not one to trust', (name) => {
    expect(() => verifierKey(name, 'ed25519', publicBytes)).toThrow(RangeError);
    expect(() => signingKey(name, 'ed25519', privateKey(1))).toThrow(RangeError);
  });

  test('only Ed25519 keys, public to verify and private to sign', () => {
    const { privateKey: other, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => verifierKey('a', 'ed25519', publicKey)).toThrow(RangeError);
    expect(() => verifierKey('a', 'ed25519', privateKey(1))).toThrow(RangeError);
    expect(() => verifierKey('a', 'ed25519', Buffer.alloc(31))).toThrow(RangeError);
    expect(() => signingKey('a', 'ed25519', other)).toThrow(RangeError);
    expect(() => signingKey('a', 'ed25519', createPublicKey(privateKey(1)))).toThrow(RangeError);
  });
});
