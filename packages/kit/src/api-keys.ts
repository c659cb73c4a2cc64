/** API keys of pipelines: `csk_<key id>_<secret>`. The id is public, the secret has 256 bits and is kept nowhere but with its owner. */

import { randomInt, timingSafeEqual } from 'node:crypto';
import type { AccessFeed, KnownApiKey } from './access.ts';
import type { Verify } from './auth.ts';
import type { Identity } from './identity.ts';
import { CountersignError } from './errors.ts';
import { sha256 } from './sha256.ts';

const idLetters = '0123456789abcdefghijklmnopqrstuvwxyz';
const secretLetters = `${idLetters}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
const idLength = 12;
/** 62^43 > 2^256. Letters and digits alone: a double click takes the whole of it, and no separator is mistaken. */
const secretLength = 43;
const form = /^csk_([0-9a-z]{12})_([0-9A-Za-z]{43})$/;
const scheme = /^Bearer (csk_.*)$/s;

/** The subject of whoever presents an API key; no person may have one of this form. */
const subjectPrefix = 'api-key:';
/** Nor one that would stand in for a key on `access.changed`. */
const reserved = /^api-key[:/]/;

export function apiKeySubject(keyId: string): string {
  return `${subjectPrefix}${keyId}`;
}

/** A new key. `secret` is what its owner is shown, once; only `secretSha256` may be kept. */
export function mintApiKey(): { keyId: string; secret: string; secretSha256: Buffer } {
  const keyId = randomText(idLetters, idLength);
  const secret = randomText(secretLetters, secretLength);
  return { keyId, secret: `csk_${keyId}_${secret}`, secretSha256: sha256(secret) };
}

function randomText(letters: string, length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

export type ApiKeyRefusalCode = 'api-key-malformed' | 'api-key-unknown' | 'api-key-wrong-secret' | 'api-key-expired' | 'api-key-revoked';

/** Why an API key is refused. What the caller reads does not tell an unknown key from a wrong secret; the record does. */
export class ApiKeyError extends CountersignError {
  override name = 'ApiKeyError';
  readonly refusal: ApiKeyRefusalCode;
  /** The id that was presented, by whomever; `null` where there is none to tell from a secret. */
  readonly keyId: string | null;
  /** Whether the secret was right. */
  readonly proven: boolean;

  constructor(refusal: ApiKeyRefusalCode, keyId: string | null, message: string, remedy: string) {
    super('unauthenticated', message, { remedy });
    this.refusal = refusal;
    this.keyId = keyId;
    this.proven = refusal === 'api-key-expired' || refusal === 'api-key-revoked';
  }
}

/** What is compared with where the key is not known, so that this takes as long. */
const nobodysHash = sha256(randomText(secretLetters, secretLength));

/** The identity behind `csk_…` at an instant (microseconds). Throws `ApiKeyError`. */
export function authenticateApiKey(presented: string, keys: Pick<AccessFeed, 'apiKey'>, now: number): { keyId: string; identity: Identity } {
  const [, keyId = '', secret = ''] = form.exec(presented) ?? [];
  if (keyId === '') throw new ApiKeyError('api-key-malformed', null, 'This is no whole API key: one has the form csk_<id>_<secret>.', 'Send the key as it was shown when it was made.');
  const known = keys.apiKey(keyId);
  const matches = timingSafeEqual(sha256(secret), known?.secretSha256 ?? nobodysHash);
  if (known === undefined || !matches) {
    const refusal = known === undefined ? 'api-key-unknown' : 'api-key-wrong-secret';
    throw new ApiKeyError(refusal, keyId, 'This API key is not known here, or its secret is wrong.', 'Check that the key was copied whole; one made this moment is known everywhere within a second or so.');
  }
  requireLive(known, now);
  return { keyId, identity: { subject: apiKeySubject(keyId), name: known.name, roles: ['pipeline'], systems: known.systems, sessionId: null } };
}

function requireLive({ keyId, name, state, expiresAt, replacedBy }: KnownApiKey, now: number): void {
  const remedy = replacedBy === null ? 'Ask an administrator for a new key.' : `Use the key that replaced it, ${replacedBy}.`;
  if (state !== 'active' && state !== 'rotating') throw new ApiKeyError('api-key-revoked', keyId, `The API key ${keyId} (${name}) was revoked.`, 'Ask an administrator for a new key.');
  if (expiresAt <= now) throw new ApiKeyError('api-key-expired', keyId, `The API key ${keyId} (${name}) ended at ${new Date(Math.floor(expiresAt / 1000)).toISOString()}.`, remedy);
}

/** What an HTTP server needs to accept API keys. */
export type ApiKeyAccess = {
  feed: Pick<AccessFeed, 'apiKey' | 'reasons'>;
  /** Called for each request that a key was accepted for; `now` is microseconds. */
  onUsed(keyId: string, now: number): void;
  /** Microseconds; expiry is judged by it. */
  clock?: () => number;
};

/** Accepts API keys besides what `verify` does. Without `access` every API key is unknown. */
export function acceptingApiKeys(verify: Verify, access: ApiKeyAccess | undefined): Verify {
  return async (authorization) => {
    const presented = scheme.exec(authorization ?? '')?.[1];
    if (presented === undefined) return noApiKey(await verify(authorization));
    const now = access?.clock?.() ?? Date.now() * 1000;
    const { keyId, identity } = authenticateApiKey(presented, access?.feed ?? { apiKey: () => undefined }, now);
    access?.onUsed(keyId, now);
    return identity;
  };
}

/** On record, nobody else may look like a key. */
function noApiKey(identity: Identity): Identity {
  if (reserved.test(identity.subject)) throw new CountersignError('unauthenticated', 'The subject of this token has the form of an API key\'s, and the token is none.');
  return identity;
}
