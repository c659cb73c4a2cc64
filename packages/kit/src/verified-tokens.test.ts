import { expect, test } from '@jest/globals';
import type { Identity } from './identity.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const rita: Identity = { subject: 'rita', name: 'Rita', roles: ['reviewer'], systems: [], sessionId: null };

test('a token is known again for ten seconds, and never after it expired or the keys changed', () => {
  const tokens = new VerifiedTokens();
  tokens.set('long', rita, 'a', 60_000, 1000);
  tokens.set('short', rita, 'a', 3000, 1000);
  expect([tokens.get('long', 'a', 10_999), tokens.get('short', 'a', 2999), tokens.get('other', 'a', 1000)]).toEqual([rita, rita, undefined]);
  expect([tokens.get('long', 'a', 11_000), tokens.get('short', 'a', 3000)]).toEqual([undefined, undefined]);
  tokens.set('long', rita, 'a', 60_000, 1000);
  expect(tokens.get('long', 'b', 1001)).toBeUndefined();
  expect(tokens.get('long', 'a', 1001)).toBeUndefined();
});

test('however many there are, memory is bounded', () => {
  const tokens = new VerifiedTokens();
  for (let index = 0; index <= 5000; index += 1) tokens.set(`token-${index}`, rita, 'a', 60_000, 0);
  expect([tokens.get('token-0', 'a', 1), tokens.get('token-5000', 'a', 1)]).toEqual([undefined, rita]);
});
