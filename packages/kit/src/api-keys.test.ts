import { describe, expect, test } from '@jest/globals';
import type { KnownApiKey } from './access.ts';
import { everyFiveMinutes, keyUseEveryUs } from './api-key-use.ts';
import { acceptingApiKeys, ApiKeyError, authenticateApiKey, mintApiKey } from './api-keys.ts';
import type { Verify } from './auth.ts';
import type { Identity } from './identity.ts';

const now = 1_800_000_000_000_000;
const minted = mintApiKey();
const rita: Identity = { subject: 'rita', name: 'Rita', roles: ['reviewer'], systems: [], sessionId: null };

const known = (change: Partial<KnownApiKey> = {}): KnownApiKey => ({
  keyId: minted.keyId, version: 1, name: 'mailroom pipeline', systems: ['mailroom'], state: 'active', expiresAt: now + 1000, replacedBy: null, secretSha256: minted.secretSha256, ...change,
});
const holding = (key: KnownApiKey | undefined) => ({ apiKey: (keyId: string) => (keyId === key?.keyId ? key : undefined), reasons: () => [] });

function refusalOf(presented: string, key: KnownApiKey | undefined, at = now): ApiKeyError {
  try {
    authenticateApiKey(presented, holding(key), at);
  } catch (error) {
    if (error instanceof ApiKeyError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a key that is made', () => {
  test('has an id, a secret of 256 bits, and no separator in either', () => {
    const keys = Array.from({ length: 200 }, mintApiKey);
    for (const { keyId, secret } of keys) expect(secret).toMatch(new RegExp(`^csk_${keyId}_[0-9A-Za-z]{43}$`));
    expect(43 * Math.log2(62)).toBeGreaterThanOrEqual(256);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(200);
    expect(new Set(keys.map(({ secret }) => secret.slice(-43))).size).toBe(200);
    // Every letter is drawn: a generator that leaves some out has fewer bits than it says.
    expect(new Set(keys.flatMap(({ secret }) => [...secret.slice(-43)])).size).toBe(62);
  });
});

describe('a key that is presented', () => {
  test('speaks for its systems as a pipeline, up to the instant it ends', () => {
    const identity = { subject: `api-key:${minted.keyId}`, name: 'mailroom pipeline', roles: ['pipeline'], systems: ['mailroom'], sessionId: null };
    expect(authenticateApiKey(minted.secret, holding(known()), now + 999)).toEqual({ keyId: minted.keyId, identity });
    expect(authenticateApiKey(minted.secret, holding(known({ state: 'rotating', replacedBy: 'next' })), now).identity).toEqual(identity);
    expect(refusalOf(minted.secret, known(), now + 1000)).toMatchObject({ refusal: 'api-key-expired', proven: true });
  });

  test('is refused when it is revoked, whenever it would have ended, and in a state that a later release may add', () => {
    expect(refusalOf(minted.secret, known({ state: 'revoked' }))).toMatchObject({ refusal: 'api-key-revoked', proven: true });
    expect(refusalOf(minted.secret, known({ state: 'suspended' }))).toMatchObject({ refusal: 'api-key-revoked' });
  });

  test('names its replacement once its overlap is over', () => {
    expect(refusalOf(minted.secret, known({ state: 'rotating', replacedBy: 'nextnextnext' }), now + 1000).details['remedy']).toBe('Use the key that replaced it, nextnextnext.');
  });

  test.each<[string, string, KnownApiKey | undefined, string]>([
    ['an unknown id', minted.secret, undefined, 'api-key-unknown'],
    ['another secret', `csk_${minted.keyId}_${mintApiKey().secret.slice(-43)}`, known(), 'api-key-wrong-secret'],
    ['a secret with one letter changed', `${minted.secret.slice(0, -1)}${minted.secret.endsWith('q') ? 'Q' : 'q'}`, known(), 'api-key-wrong-secret'],
    ['the wrong secret of a revoked key, which is not told from that of any other', `csk_${minted.keyId}_${mintApiKey().secret.slice(-43)}`, known({ state: 'revoked' }), 'api-key-wrong-secret'],
    ['a key cut short', minted.secret.slice(0, -1), known(), 'api-key-malformed'],
    ['a key and more', `${minted.secret}=`, known(), 'api-key-malformed'],
    ['a key with a line break', `${minted.secret}\n`, known(), 'api-key-malformed'],
    ['a secret without its id', `csk_${minted.secret.slice(-43)}`, known(), 'api-key-malformed'],
    ['nothing', 'csk_', known(), 'api-key-malformed'],
  ])('%s is refused without a word of the secret', (_what, presented, key, refusal) => {
    const error = refusalOf(presented, key);
    expect(error).toMatchObject({ refusal, code: 'unauthenticated', proven: false });
    expect(error.keyId).toBe(refusal === 'api-key-malformed' ? null : minted.keyId);
    const told = JSON.stringify([error.message, error.details, error.keyId]);
    for (const secret of [presented, minted.secret].map((whole) => whole.trim().slice(-20))) if (secret.length === 20) expect(told).not.toContain(secret);
  });

  test('with a wrong secret reads the same whether the id is known or not', () => {
    const wrong = `csk_${minted.keyId}_${mintApiKey().secret.slice(-43)}`;
    const [unknown, mistaken] = [refusalOf(wrong, undefined), refusalOf(wrong, known())];
    expect([unknown.message, unknown.details, unknown.code]).toEqual([mistaken.message, mistaken.details, mistaken.code]);
  });
});

describe('a server that accepts keys', () => {
  const uses: Array<[string, number]> = [];
  const accepting = (verify: Verify = async () => rita) => acceptingApiKeys(verify, { feed: holding(known()), onUsed: (...use) => uses.push(use), clock: () => now });

  test('tells of each use, and asks nobody else about a key', async () => {
    const verify = accepting(() => Promise.reject(new Error('asked')));
    expect(await verify(`Bearer ${minted.secret}`)).toMatchObject({ subject: `api-key:${minted.keyId}` });
    expect(uses).toEqual([[minted.keyId, now]]);
    await expect(verify('Bearer csk_nonsense')).rejects.toMatchObject({ refusal: 'api-key-malformed' });
    await expect(verify('Bearer other')).rejects.toThrow('asked');
    expect(uses).toHaveLength(1);
  });

  test('refuses every key where it knows none', async () => {
    await expect(acceptingApiKeys(async () => rita, undefined)(`Bearer ${minted.secret}`)).rejects.toMatchObject({ refusal: 'api-key-unknown' });
  });

  test.each(['api-key:k3v8q1m0z7tp', 'api-key/k3v8q1m0z7tp'])('lets no token pass for a key: %s', async (subject) => {
    await expect(accepting(async () => ({ ...rita, subject }))('Bearer a.b.c')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('leaves other tokens as they are', async () => {
    expect(await accepting()('Bearer a.b.c')).toEqual(rita);
  });
});

describe('the use of keys is told', () => {
  test('once in five minutes of each key', () => {
    const told: string[] = [];
    const use = everyFiveMinutes(async (keyId, at) => void told.push(`${keyId}@${at - now}`), () => undefined);
    for (const after of [0, 1, keyUseEveryUs - 1, keyUseEveryUs, keyUseEveryUs + 1]) use('one', now + after);
    use('other', now + 1);
    expect(told).toEqual(['one@0', `one@${keyUseEveryUs}`, 'other@1']);
  });

  test('again at the next use when it could not be', async () => {
    const failed = Promise.withResolvers<string>();
    let tries = 0;
    const use = everyFiveMinutes(async () => { if (++tries === 1) throw new Error('Kafka is away'); }, (_error, keyId) => failed.resolve(keyId));
    use('one', now);
    expect(await failed.promise).toBe('one');
    use('one', now + 1);
    use('one', now + 2);
    expect(tries).toBe(2);
  });
});
