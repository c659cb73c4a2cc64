import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { contentKeyOf, keyedDigest, sealContent } from '@countersign/kit';
import { openPayload, readPayload, valueDigestOf } from './payload.ts';

const read = (sealed: Buffer) => readPayload(sealed.toString('base64'));

test.each([0, 1, 3, 63, 64, 65, 127, 128, 1000, 70_000, 2_000_000])('what libsodium sealed opens: %i bytes', (length) => {
  const content = contentKeyOf(randomBytes(32));
  const plain = randomBytes(length);
  const sealed = sealContent(content, plain, randomBytes(24));
  const key = content.key.toString('base64');
  const opened = openPayload('sealed', read(sealed), key);
  expect(opened).toEqual({ state: 'open', plain });
  if (opened.state === 'open') expect(valueDigestOf(opened.plain, key)).toBe(keyedDigest(content, plain).toString('hex'));
});

test('the key stream is that of the draft (draft-irtf-cfrg-xchacha-03, A.3.1)', () => {
  const key = Buffer.from('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f', 'hex');
  const nonce = Buffer.from('404142434445464748494a4b4c4d4e4f5051525354555657', 'hex');
  const ciphertext = Buffer.from('bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e', 'hex');
  const id = createHmac('sha256', key).update('countersign content key v1').digest();
  const opened = openPayload('sealed', read(Buffer.concat([Buffer.from([3]), id, nonce, ciphertext, Buffer.alloc(16)])), key.toString('base64'));
  expect(opened).toEqual({ state: 'open', plain: Buffer.from("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.") });
});

test('another key, another format and a cut are told, not opened', () => {
  const content = contentKeyOf(randomBytes(32));
  const sealed = sealContent(content, Buffer.from('text'), randomBytes(24));
  const key = content.key.toString('base64');
  expect(openPayload('sealed', read(sealed), randomBytes(32).toString('base64'))).toMatchObject({ state: 'wrong', found: 'another key' });
  expect(openPayload('sealed', read(sealed), 'short')).toMatchObject({ state: 'wrong' });
  expect(openPayload('sealed', read(sealed.subarray(0, 60)), key)).toMatchObject({ state: 'wrong' });
  expect(openPayload('sealed', read(Buffer.concat([Buffer.from([2]), sealed.subarray(1)])), key)).toMatchObject({ state: 'wrong', found: 'format 2' });
  expect(openPayload('sealed', read(sealed), null)).toEqual({ state: 'closed' });
});
