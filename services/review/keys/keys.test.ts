import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReviewEvent } from '../events.ts';
import { openReview } from '../testing/opened-review.ts';
import type { OpenedReview } from '../testing/opened-review.ts';
import { createKey, revokeKey, rotateKey } from './keys.ts';
import { stateOf } from './state.ts';
import { lockApiKey, noteKeyUses, readApiKeys } from './store.ts';

let opened: OpenedReview;
beforeAll(async () => {
  opened = await openReview();
}, 60_000);
afterAll(async () => await opened.close());

const dayUs = 86_400_000_000;
const hourUs = 3_600_000_000;
const wish = (name: string) => ({ name, systems: ['mailroom'], expiresInDays: 30 });
const made = async (name: string) => await createKey(opened.review, 'root', wish(name));
async function stored(keyId: string) {
  const key = await lockApiKey(opened.sql, keyId);
  if (key === null) throw new Error(`no key ${keyId}`);
  return key;
}

type KeyEvent = Extract<ReviewEvent, { record: 'ApiKeyChanged' }>;
const eventsOf = (keyId: string) => opened.events.filter((event): event is KeyEvent => event.record === 'ApiKeyChanged' && event.value.keyId === keyId);

describe('a key', () => {
  test('ends as many days after it is made as was asked for, and is told whole', async () => {
    const { key, secret, now } = await made('ends');
    expect([key.createdAt, key.expiresAt]).toEqual([now, now + 30 * dayUs]);
    expect(eventsOf(key.keyId)).toMatchObject([{ topic: 'access.changed', key: `api-key/${key.keyId}`, value: { actor: 'root', version: 1, name: 'ends', systems: ['mailroom'], state: 'active', expiresAt: key.expiresAt, secretSha256: key.secretSha256.toString('hex'), replacedBy: null } }]);
    expect(secret).toContain(`csk_${key.keyId}_`);
  });

  test('has its secret neither in a row nor in an event', async () => {
    const { secret } = await made('hidden');
    const [row] = await opened.sql.rows<{ all: string }>('select string_agg(k::text, $1) as all from api_keys k', ['\n']);
    for (const place of [row?.all ?? '', JSON.stringify(opened.events)]) {
      expect(place).toContain('hidden');
      expect(place).not.toContain(secret.slice(-43));
    }
  });

  test('of a name is one, however many admins ask at once', async () => {
    // More than one round: in the first, the connections of the pool are opened one after the other.
    for (const name of ['once before', 'once again', 'once']) {
      const asked = await Promise.allSettled(Array.from({ length: 6 }, () => made(name)));
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of asked) if (result.status === 'rejected') expect(result.reason).toMatchObject({ refusal: 'key-name-taken', field: 'name' });
    }
    const [kept] = await opened.sql.rows<{ keyId: string }>('select key_id as "keyId" from api_keys where name = $1', ['once']);
    await revokeKey(opened.review, 'root', kept?.keyId ?? '', 'lost');
    expect((await made('once')).key.keyId).not.toBe(kept?.keyId);
  });
});

describe('a rotation', () => {
  test('gives a key of the same name, systems and lifetime, and leaves the old one its overlap', async () => {
    const old = await made('rotated');
    const fresh = await rotateKey(opened.review, 'ruth', old.key.keyId, 24);
    expect(fresh.key).toMatchObject({ name: 'rotated', systems: ['mailroom'], lifetimeDays: 30, createdBy: 'ruth', expiresAt: fresh.now + 30 * dayUs });
    expect(fresh.secret).not.toBe(old.secret);
    const ending = await stored(old.key.keyId);
    expect(ending).toMatchObject({ expiresAt: fresh.now + 24 * hourUs, replacedBy: fresh.key.keyId });
    expect([0, 24 * hourUs - 1, 24 * hourUs].map((after) => stateOf(ending, fresh.now + after))).toEqual(['rotating', 'rotating', 'expired']);
    expect(eventsOf(old.key.keyId).at(-1)?.value).toMatchObject({ state: 'rotating', version: 2, expiresAt: ending.expiresAt, replacedBy: fresh.key.keyId });
    expect(eventsOf(fresh.key.keyId).map(({ value }) => value.state)).toEqual(['active']);
  });

  test('never has a key live longer than it would have', async () => {
    const old = await createKey(opened.review, 'root', { ...wish('short'), expiresInDays: 1 });
    await rotateKey(opened.review, 'root', old.key.keyId, 720);
    expect((await stored(old.key.keyId)).expiresAt).toBe(old.key.expiresAt);
  });

  test('happens once: of two admins at once the other is told by which key', async () => {
    const { key } = await made('raced');
    const asked = await Promise.allSettled([rotateKey(opened.review, 'root', key.keyId, 1), rotateKey(opened.review, 'ruth', key.keyId, 1)]);
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const replacement = (await stored(key.keyId)).replacedBy ?? '';
    expect(asked.find((result) => result.status === 'rejected')?.reason).toMatchObject({ refusal: 'key-replaced', message: expect.stringContaining(replacement) });
    // Whoever lost the answer gets a secret from the replacement.
    expect((await rotateKey(opened.review, 'root', replacement, 0)).key.name).toBe('raced');
  });

  test('of a key that ended is refused', async () => {
    const { key } = await made('ended');
    await revokeKey(opened.review, 'root', key.keyId, 'leaked');
    await expect(rotateKey(opened.review, 'root', key.keyId, 1)).rejects.toMatchObject({ refusal: 'key-ended' });
    await expect(rotateKey(opened.review, 'root', 'nobodyskey00', 1)).rejects.toMatchObject({ refusal: 'key-not-found' });
  });
});

describe('a revocation', () => {
  test('is at once, also of a key in its overlap, and the first reason stands', async () => {
    const { key } = await made('leaked');
    await rotateKey(opened.review, 'root', key.keyId, 24);
    const asked = await Promise.all([revokeKey(opened.review, 'root', key.keyId, 'one'), revokeKey(opened.review, 'ruth', key.keyId, 'other')]);
    expect(asked.map((one) => stateOf(one.key, one.now))).toEqual(['revoked', 'revoked']);
    const told = eventsOf(key.keyId).map(({ value }) => value.state);
    expect(told).toEqual(['active', 'rotating', 'revoked']);
    const { revokedReason } = await stored(key.keyId);
    expect(eventsOf(key.keyId).at(-1)?.value).toMatchObject({ version: 3, reason: revokedReason });
  });

  test('races a rotation without a key that lives on: both are told, and the last word is revoked', async () => {
    const { key } = await made('both');
    await Promise.allSettled([rotateKey(opened.review, 'root', key.keyId, 24), revokeKey(opened.review, 'ruth', key.keyId, 'leaked')]);
    expect(stateOf(await stored(key.keyId), key.createdAt)).toBe('revoked');
    expect(eventsOf(key.keyId).at(-1)?.value.state).toBe('revoked');
  });
});

describe('the last use', () => {
  test('is the latest that was told, in whatever order and however often', async () => {
    const { key } = await made('used');
    const other = await made('used too');
    const uses = [[5, 9], [7], [7, 5]].map((times) => times.map((usedAt) => ({ keyId: key.keyId, usedAt })));
    for (const batch of uses) await noteKeyUses(opened.sql, [...batch, { keyId: 'nobodyskey00', usedAt: 99 }]);
    expect((await stored(key.keyId)).lastUsedAt).toBe(9);
    expect((await stored(other.key.keyId)).lastUsedAt).toBeNull();
    expect((await stored(key.keyId)).version).toBe(1);
  });
});

describe('the list', () => {
  test('is read in pages, newest first, without gap or repeat', async () => {
    const all = (await readApiKeys(opened.sql, null, 500)) ?? [];
    const paged: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Array<{ keyId: string }> = (await readApiKeys(opened.sql, after, 2)) ?? [];
      paged.push(...page.map(({ keyId }) => keyId));
      if (page.length < 2) break;
      after = page.at(-1)?.keyId ?? null;
    }
    expect(paged).toEqual(all.map(({ keyId }) => keyId));
    expect(await readApiKeys(opened.sql, 'nobodyskey00', 2)).toBeNull();
  });
});
