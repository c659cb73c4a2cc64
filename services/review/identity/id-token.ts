/**
 * The ID token of a session, kept for the provider's page of signing out. It names a person, so it is sealed (JWE, RFC 7516) under a key
 * that is made of the cookie's secret, of which the database holds only the hash.
 */

import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** It travels in an address, of which proxies take 8 kB; a longer one is not kept, and the provider asks. */
const charsMax = 6000;

/** Answers `null` for one that is too long to be of use. */
export async function sealIdToken(idToken: string, secret: string): Promise<string | null> {
  if (idToken.length > charsMax) return null;
  return await new CompactEncrypt(Buffer.from(idToken)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(keyOf(secret));
}

/** Answers `null` where none was kept, or this secret does not open it: signing out must not fail for it. */
export async function openIdToken(sealed: string | null, secret: string): Promise<string | null> {
  if (sealed === null) return null;
  try {
    return Buffer.from((await compactDecrypt(sealed, keyOf(secret))).plaintext).toString();
  } catch {
    return null;
  }
}

/** HKDF (RFC 5869) over 32 random bytes: apart from the hash that finds the session. */
function keyOf(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'countersign id token', 32));
}
