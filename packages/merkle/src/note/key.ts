import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { malformed, type Outcome } from '../outcome.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { isTrustedKeyName } from './text.ts';

/** Signature type identifier bytes (signed-note, "Signature types"); the other types are not for us. */
export const signatureTypes = { 'ed25519': 0x01, 'cosignature/v1': 0x04 } as const;
export type SignatureType = keyof typeof signatureTypes;

/** A public key under a name, for one type of signature. The id is a uint32 that tells keys apart and proves nothing. */
export type VerifierKey = { readonly name: string; readonly type: SignatureType; readonly keyId: number; readonly publicKey: KeyObject };
/** A key to sign with; who checks needs its `verifier`. */
export type SigningKey = { readonly verifier: VerifierKey; readonly privateKey: KeyObject };

const publicKeyBytes = 32;

/**
 * The key as those who verify know it. An Ed25519 public key, as an object or as 32 bytes (RFC 8032), under a name of printable
 * ASCII without space or plus, such as `example.com/log`; anything else throws a `RangeError`. One key pair MUST NOT serve two
 * names or two types.
 */
export function verifierKey(name: string, type: SignatureType, publicKey: KeyObject | Uint8Array): VerifierKey {
  if (!isTrustedKeyName(name)) throw new RangeError('A key name is printable ASCII without spaces and plus.');
  const key = publicKey instanceof Uint8Array ? importPublicKey(publicKey) : publicKey;
  if (key.type !== 'public' || key.asymmetricKeyType !== 'ed25519') throw new RangeError('The key is not an Ed25519 public key.');
  return { name, type, keyId: keyIdOf(name, type, key), publicKey: key };
}

/** A key to sign with, from an Ed25519 private key. Throws a `RangeError` as `verifierKey` does. */
export function signingKey(name: string, type: SignatureType, privateKey: KeyObject): SigningKey {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') throw new RangeError('The key is not an Ed25519 private key.');
  return { verifier: verifierKey(name, type, createPublicKey(privateKey)), privateKey };
}

/** `name+id+key`, as keys are published (signed-note, "Verifier keys"): the id in hex, type and public key in Base 64. */
export function formatVerifierKey({ name, type, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${encodeBase64(typedKey(type, publicKey))}`;
}

/** Reads a published key; refuses one whose id is not that of its name and key, of another type, or of a wrong length. */
export function parseVerifierKey(text: string): Outcome<VerifierKey> {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) return malformed('A verifier key is NAME+ID+KEY, the id 8 digits of lowercase hex.');
  if (!isTrustedKeyName(name)) return malformed('A key name is printable ASCII without spaces and plus.');
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 1 + publicKeyBytes) return malformed('The key is Base 64 of a type byte and 32 bytes.');
  const type = typeOf(bytes[0]);
  if (type === null) return malformed('The key is of a type other than Ed25519 (1) and cosignature/v1 (4).');
  const key = verifierKey(name, type, bytes.subarray(1));
  return key.keyId === parseInt(id, 16) ? { ok: true, value: key } : malformed('The id is not that of this name and key.');
}

/** The 32 bytes of an Ed25519 public key (RFC 8032, section 5.1.5). */
function publicKeyOf(publicKey: KeyObject): Uint8Array {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** SHA-256(name || 0x0A || type || public key), its first 4 bytes (signed-note, "Signatures"). */
function keyIdOf(name: string, type: SignatureType, publicKey: KeyObject): number {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey(type, publicKey)]), 'buffer').readUInt32BE();
}

function typedKey(type: SignatureType, publicKey: KeyObject): Uint8Array {
  return Buffer.concat([Buffer.from([signatureTypes[type]]), publicKeyOf(publicKey)]);
}

function typeOf(byte: number | undefined): SignatureType | null {
  if (byte === signatureTypes.ed25519) return 'ed25519';
  return byte === signatureTypes['cosignature/v1'] ? 'cosignature/v1' : null;
}

function importPublicKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== publicKeyBytes) throw new RangeError(`An Ed25519 public key has ${publicKeyBytes} bytes, not ${bytes.length}.`);
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });
}
