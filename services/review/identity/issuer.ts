/** Review as an issuer: short tokens for people who are signed in, which every service can check by the public keys. */

import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { sessionIssuer, SettingsError, tokenAudience } from '@countersign/kit';
import type { Standing } from './session-store.ts';

/** How long a service that does not know of sessions goes on trusting one that ended. */
export const tokenLifeMs = 5 * 60_000;

export type SessionIssuer = {
  /** What others check tokens with. */
  jwks: { keys: JWK[] };
  /** A token of a session, and when it expires, in milliseconds. */
  issue(standing: Pick<Standing, 'personId' | 'name' | 'roles' | 'sessionId'>, nowMs: number): Promise<{ token: string; expiresAtMs: number }>;
};

/** Reads the key file: one private Ed25519 JWK, or a set of them, of which the first signs. Throws `SettingsError`. */
export async function openIssuer(file: string): Promise<SessionIssuer> {
  const keys = await Promise.all(privateKeys(file).map(async (jwk) => await openKey(file, jwk)));
  const [current] = keys;
  if (current === undefined) throw new SettingsError([`COUNTERSIGN_ISSUER_KEY_FILE: ${file} holds no key.`]);
  return {
    jwks: { keys: keys.map(({ published }) => published) },
    issue: async ({ personId, name, roles, sessionId }, nowMs) => {
      const issuedAtS = Math.floor(nowMs / 1000);
      const expiresAtS = issuedAtS + tokenLifeMs / 1000;
      const token = await new SignJWT({ name, roles, sid: sessionId }).setProtectedHeader({ alg: 'EdDSA', kid: current.kid })
        .setSubject(personId).setIssuer(sessionIssuer).setAudience(tokenAudience).setIssuedAt(issuedAtS).setExpirationTime(expiresAtS).sign(current.key);
      return { token, expiresAtMs: expiresAtS * 1000 };
    },
  };
}

function privateKeys(file: string): JWK[] {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as JWK | { keys: JWK[] };
    return 'keys' in read && Array.isArray(read.keys) ? read.keys : [read as JWK];
  } catch (error) {
    throw new SettingsError([`COUNTERSIGN_ISSUER_KEY_FILE: ${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`]);
  }
}

async function openKey(file: string, jwk: JWK): Promise<{ key: CryptoKey; kid: string; published: JWK }> {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || jwk.x === undefined || jwk.d === undefined) throw new SettingsError([`COUNTERSIGN_ISSUER_KEY_FILE: every key of ${file} must be a private Ed25519 JWK.`]);
  // Members by name, so that nothing private is ever published.
  const published = { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
  const kid = await calculateJwkThumbprint(published);
  const key = await importJWK({ ...published, d: jwk.d }, 'EdDSA');
  if (key instanceof Uint8Array) throw new TypeError('an Ed25519 key is no secret of bytes');
  return { key, kid, published: { ...published, kid, alg: 'EdDSA', use: 'sig' } };
}
