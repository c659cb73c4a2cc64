import { timingSafeEqual } from 'node:crypto';
import sodium from 'sodium-native';
import { hmacSha256 } from './hmac.ts';

export const keyBytes = sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
export const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
const tagBytes = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;
const keyIdBytes = 32;
/**
 * Sealed content: `0x03 || key id (32) || nonce (24) || ciphertext and tag (16)`, XChaCha20-Poly1305 without additional data. The cipher does
 * not commit to its key: two keys can be made that open one ciphertext to two texts. The key id, a PRF of the key, does. It needs no
 * authentication of its own, since whoever opens computes it from the key.
 */
const contentVersion = 3;
/** Wrapped keys: `0x02 || nonce (24) || ciphertext and tag (16)`. There is one key that wraps, so nothing to commit to. */
const wrapVersion = 2;

const keyIdLabel = 'countersign content key v1';
const valueKeyLabel = 'countersign value digest v1';
const subjectKeyLabel = 'countersign subject reference v1';

/** A content key with what follows from it; the key of digests once somebody asked for one. */
export type ContentKey = { key: Buffer; id: Buffer; valueKey: Buffer | null };

export function contentKeyOf(key: Buffer): ContentKey {
  return { key, id: hmacSha256(key, keyIdLabel), valueKey: null };
}

/** Digest of content that can be told, and tried, only by whoever has the key: HMAC-SHA256 under HMAC-SHA256(key, "countersign value digest v1"). */
export function keyedDigest(content: ContentKey, value: Buffer): Buffer {
  content.valueKey ??= hmacSha256(content.key, valueKeyLabel);
  return hmacSha256(content.valueKey, value);
}

/** The key of references to subjects, from the master key. */
export function subjectKeyOf(masterKey: Buffer): Buffer {
  return hmacSha256(masterKey, subjectKeyLabel);
}

/** What stands for a subject where it must not be named: HMAC-SHA256 over the JSON of its system, kind and id. */
export function subjectRefOf(subjectKey: Buffer, system: string, kind: string, id: string): Buffer {
  return hmacSha256(subjectKey, JSON.stringify([system, kind, id]));
}

export function sealContent({ key, id }: ContentKey, plain: Buffer, nonce: Buffer): Buffer {
  const head = 1 + keyIdBytes + nonceBytes;
  const sealed = Buffer.allocUnsafe(head + plain.length + tagBytes);
  sealed[0] = contentVersion;
  sealed.set(id, 1);
  sealed.set(nonce, 1 + keyIdBytes);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.subarray(head), plain, null, null, nonce, key);
  return sealed;
}

/** Throws where the bytes were altered, or sealed under another key. */
export function openContent({ key, id }: ContentKey, sealed: Buffer): Buffer {
  const head = 1 + keyIdBytes + nonceBytes;
  if (sealed[0] !== contentVersion) throw new RangeError('Sealed bytes of an unknown version.');
  if (sealed.length < head + tagBytes) throw new RangeError('Sealed bytes that are cut off.');
  if (!timingSafeEqual(sealed.subarray(1, 1 + keyIdBytes), id)) throw new RangeError('Sealed under another key.');
  return decrypt(key, sealed.subarray(1 + keyIdBytes, head), sealed.subarray(head));
}

export function wrapKey(masterKey: Buffer, key: Buffer, nonce: Buffer): Buffer {
  const wrapped = Buffer.allocUnsafe(1 + nonceBytes + key.length + tagBytes);
  wrapped[0] = wrapVersion;
  wrapped.set(nonce, 1);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped.subarray(1 + nonceBytes), key, null, null, nonce, masterKey);
  return wrapped;
}

export function unwrapKey(masterKey: Buffer, wrapped: Buffer): Buffer {
  if (wrapped[0] !== wrapVersion) throw new RangeError('A wrapped key of an unknown version.');
  return decrypt(masterKey, wrapped.subarray(1, 1 + nonceBytes), wrapped.subarray(1 + nonceBytes));
}

function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(sealed.length - tagBytes);
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed, null, nonce, key);
  return plain;
}
