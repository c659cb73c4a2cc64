/** Making, rotating and revoking API keys. Each change and its event commit together; a secret is in neither. */

import { mintApiKey } from '@countersign/kit';
import type { ReviewContext, Work } from '../context.ts';
import { apiKeyChanged } from '../events.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import { stateOf } from './state.ts';
import * as store from './store.ts';
import type { StoredApiKey } from './store.ts';

const dayUs = 86_400_000_000;
const hourUs = 3_600_000_000;

/** `now` is the instant at which the row was read. */
export type ReadKey = { key: StoredApiKey; now: number };
/** A key with what its owner must be given now, or never. */
export type MintedKey = ReadKey & { secret: string };

export type KeyWish = { name: string; systems: readonly string[]; expiresInDays: number };

/**
 * Makes a key. One name has one key that counts: whoever repeats a request whose answer was lost is told so, and nothing
 * lies about that nobody knows the secret of.
 */
export async function createKey(review: ReviewContext, actor: string, { name, systems, expiresInDays }: KeyWish): Promise<MintedKey> {
  return await review.transact(async (work) => {
    await store.lockKeyName(work.sql, name);
    const now = await readNow(work.sql);
    const present = await store.readLiveKeyOfName(work.sql, name, now);
    if (present !== null) throw new ReviewRefusal('key-name-taken', `There is a key ${name} already: ${present.keyId}.`, 'name');
    const minted = await insertMinted(work, { name, systems, lifetimeDays: expiresInDays, createdBy: actor }, now);
    work.emit(apiKeyChanged(minted.key, actor, now));
    return minted;
  });
}

/** Replaces a key by one for the same name, systems and lifetime. The old one ends after the overlap, or when it would have anyway. */
export async function rotateKey(review: ReviewContext, actor: string, keyId: string, overlapHours: number): Promise<MintedKey> {
  return await review.transact(async (work) => {
    const present = await requireKey(work, keyId);
    const now = await readNow(work.sql);
    if (present.replacedBy !== null) throw new ReviewRefusal('key-replaced', `This key was replaced by ${present.replacedBy}.`);
    if (stateOf(present, now) !== 'active') throw new ReviewRefusal('key-ended', `This key is ${stateOf(present, now)}.`);
    const { name, systems, lifetimeDays } = present;
    const minted = await insertMinted(work, { name, systems, lifetimeDays, createdBy: actor }, now);
    const replaced = await store.replaceApiKey(work.sql, keyId, minted.key.keyId, now + overlapHours * hourUs);
    work.emit(apiKeyChanged(minted.key, actor, now), apiKeyChanged(replaced, actor, now));
    return minted;
  });
}

/** Ends a key at once. Revoking it again changes nothing: the first reason stands. */
export async function revokeKey(review: ReviewContext, actor: string, keyId: string, reason: string): Promise<ReadKey> {
  return await review.transact(async (work) => {
    const present = await requireKey(work, keyId);
    const now = await readNow(work.sql);
    if (present.revokedAt !== null) return { key: present, now };
    const key = await store.revokeApiKey(work.sql, keyId, actor, reason, now);
    work.emit(apiKeyChanged(key, actor, now));
    return { key, now };
  });
}

async function requireKey(work: Work, keyId: string): Promise<StoredApiKey> {
  const key = await store.lockApiKey(work.sql, keyId);
  if (key === null) throw new ReviewRefusal('key-not-found', `There is no API key ${keyId}.`);
  return key;
}

async function insertMinted(work: Work, wish: Pick<StoredApiKey, 'name' | 'systems' | 'lifetimeDays' | 'createdBy'>, now: number): Promise<MintedKey> {
  const { keyId, secret, secretSha256 } = mintApiKey();
  const key = await store.insertApiKey(work.sql, { ...wish, keyId, secretSha256, createdAt: now, expiresAt: now + wish.lifetimeDays * dayUs });
  return { key, now, secret };
}
