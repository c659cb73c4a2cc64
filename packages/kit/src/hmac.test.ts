import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hmacSha256 } from './hmac.ts';

test('is HMAC-SHA256 as the platform has it, for keys of every length', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 64 }), fc.uint8Array({ maxLength: 300 }), (key, data) => {
    expect(hmacSha256(Buffer.from(key), Buffer.from(data))).toEqual(createHmac('sha256', key).update(data).digest());
  }));
  expect(hmacSha256(Buffer.alloc(32, 7), 'Größe')).toEqual(createHmac('sha256', Buffer.alloc(32, 7)).update('Größe').digest());
});

test('refuses a key that would have to be digested first', () => {
  expect(() => hmacSha256(Buffer.alloc(65), 'x')).toThrow(RangeError);
});
