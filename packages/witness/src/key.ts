import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { formatVerifierKey, signingKey, type SigningKey } from '@countersign/merkle';

export type WitnessKey = { key: SigningKey; verifier: string; made: boolean };

/**
 * The key a witness cosigns with, from a PEM file (PKCS #8, Ed25519); made there, readable by its owner alone, where there is
 * none. `verifier` is what those who check need to know (signed-note, "Verifier keys"). Throws a `RangeError` for a file of anything
 * else, and for a name that no key can have.
 */
export function openWitnessKey(file: string, name: string): WitnessKey {
  const made = !existsSync(file);
  if (made) writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  const key = signingKey(name, 'cosignature/v1', privateKeyOf(file));
  return { key, verifier: formatVerifierKey(key.verifier), made };
}

function privateKeyOf(file: string) {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    throw new RangeError(`${file} holds no private key in PEM (openssl genpkey -algorithm ed25519).`, { cause: error });
  }
}
