import { timingSafeEqual } from 'node:crypto';
import sodium from 'sodium-native';
import { hmacSha256, hmacSha256Hex } from './hmac.ts';

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

const keyIdLabel = Buffer.from('countersign content key v1');
const valueKeyLabel = Buffer.from('countersign value digest v1');
const subjectKeyLabel = 'countersign subject reference v1';

/** Key, key id and key of digests of each, one after the other: a process remembers tens of thousands, and the collector looks at each object again and again. */
const slotBytes = keyBytes + keyIdBytes + 32;
const slotsInSlab = 256;
let slab = Buffer.alloc(0);
let slabUsed = 0;

/** A content key with what follows from it; the key of digests once somebody asked for one. */
export class ContentKey {
  readonly #slab: Buffer;
  readonly #at: number;
  #digests = false;

  /** `key` is copied. */
  constructor(key: Buffer) {
    if (slabUsed === slab.length) {
      slab = Buffer.allocUnsafeSlow(slotBytes * slotsInSlab);
      slabUsed = 0;
    }
    this.#slab = slab;
    this.#at = slabUsed;
    slabUsed += slotBytes;
    key.copy(this.#slab, this.#at, 0, keyBytes);
    this.#slab.write(hmacSha256Hex(key, keyIdLabel), this.#at + keyBytes, 'hex');
  }

  get key(): Buffer {
    return this.#slab.subarray(this.#at, this.#at + keyBytes);
  }

  get id(): Buffer {
    return this.#slab.subarray(this.#at + keyBytes, this.#at + keyBytes + keyIdBytes);
  }

  get valueKey(): Buffer {
    const at = this.#at + keyBytes + keyIdBytes;
    if (!this.#digests) this.#slab.write(hmacSha256Hex(this.key, valueKeyLabel), at, 'hex');
    this.#digests = true;
    return this.#slab.subarray(at, this.#at + slotBytes);
  }
}

export function contentKeyOf(key: Buffer): ContentKey {
  return new ContentKey(key);
}

/** Digest of content that can be told, and tried, only by whoever has the key: HMAC-SHA256 under HMAC-SHA256(key, "countersign value digest v1"). */
export function keyedDigest(content: ContentKey, value: Buffer): Buffer {
  return hmacSha256(content.valueKey, value);
}

export function keyedDigestHex(content: ContentKey, value: Buffer): string {
  return hmacSha256Hex(content.valueKey, value);
}

/** The key of references to subjects, from the master key. */
export function subjectKeyOf(masterKey: Buffer): Buffer {
  return hmacSha256(masterKey, subjectKeyLabel);
}

/** What stands for a subject where it must not be named: HMAC-SHA256 over the JSON of its system, kind and id. */
export function subjectRefOf(subjectKey: Buffer, system: string, kind: string, id: string): Buffer {
  return hmacSha256(subjectKey, JSON.stringify([system, kind, id]));
}

const sealedHeadBytes = 1 + keyIdBytes + nonceBytes;

/** How long content of so many bytes is once it is sealed. */
export function sealedBytesOf(plainBytes: number): number {
  return sealedHeadBytes + plainBytes + tagBytes;
}

/** `into` is where it is sealed to; it MUST have `sealedBytesOf(plain.length)`. */
export function sealContent(content: ContentKey, plain: Buffer, nonce: Buffer, into: Buffer = Buffer.allocUnsafe(sealedBytesOf(plain.length))): Buffer {
  into[0] = contentVersion;
  into.set(content.id, 1);
  into.set(nonce, 1 + keyIdBytes);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(into.subarray(sealedHeadBytes), plain, null, null, nonce, content.key);
  return into;
}

/** Throws where the bytes were altered, or sealed under another key. */
export function openContent({ key, id }: ContentKey, sealed: Buffer): Buffer {
  if (sealed[0] !== contentVersion) throw new RangeError('Sealed bytes of an unknown version.');
  if (sealed.length < sealedHeadBytes + tagBytes) throw new RangeError('Sealed bytes that are cut off.');
  if (!timingSafeEqual(sealed.subarray(1, 1 + keyIdBytes), id)) throw new RangeError('Sealed under another key.');
  return decrypt(key, sealed.subarray(1 + keyIdBytes, sealedHeadBytes), sealed.subarray(sealedHeadBytes));
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
