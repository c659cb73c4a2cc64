import { createDecipheriv } from 'node:crypto';

export const nonceBytes = 24;
const tagBytes = 16;
/** "expand 32-byte k". */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;
const state = new Int32Array(16);

/**
 * Opens XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a key of 32 bytes, a nonce of 24, and the ciphertext with its tag of 16 bytes
 * at the end. Null where the tag does not fit: another key, or other bytes than were sealed.
 */
export function openXChaCha(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer | null {
  if (sealed.length < tagBytes) return null;
  const short = Buffer.alloc(12);
  short.set(nonce.subarray(16), 4);
  const decipher = createDecipheriv('chacha20-poly1305', hchacha(key, nonce), short, { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/** HChaCha20 (the same draft, section 2.2): a key of its own for the first 16 bytes of the nonce. */
function hchacha(key: Uint8Array, nonce: Uint8Array): Buffer {
  const keyView = new DataView(key.buffer, key.byteOffset, 32);
  const nonceView = new DataView(nonce.buffer, nonce.byteOffset, 16);
  state.set(constants);
  for (let at = 0; at < 8; at += 1) state[4 + at] = keyView.getInt32(4 * at, true);
  for (let at = 0; at < 4; at += 1) state[12 + at] = nonceView.getInt32(4 * at, true);
  for (let round = 0; round < 10; round += 1) {
    quarterRound(0, 4, 8, 12);
    quarterRound(1, 5, 9, 13);
    quarterRound(2, 6, 10, 14);
    quarterRound(3, 7, 11, 15);
    quarterRound(0, 5, 10, 15);
    quarterRound(1, 6, 11, 12);
    quarterRound(2, 7, 8, 13);
    quarterRound(3, 4, 9, 14);
  }
  const subkey = Buffer.allocUnsafe(32);
  for (let at = 0; at < 4; at += 1) {
    subkey.writeInt32LE(state[at] ?? 0, 4 * at);
    subkey.writeInt32LE(state[12 + at] ?? 0, 16 + 4 * at);
  }
  return subkey;
}

/** RFC 8439, section 2.1, on the words of `state`. */
function quarterRound(a: number, b: number, c: number, d: number): void {
  let [wa, wb, wc, wd] = [state[a] ?? 0, state[b] ?? 0, state[c] ?? 0, state[d] ?? 0];
  wa = (wa + wb) | 0; wd ^= wa; wd = (wd << 16) | (wd >>> 16);
  wc = (wc + wd) | 0; wb ^= wc; wb = (wb << 12) | (wb >>> 20);
  wa = (wa + wb) | 0; wd ^= wa; wd = (wd << 8) | (wd >>> 24);
  wc = (wc + wd) | 0; wb ^= wc; wb = (wb << 7) | (wb >>> 25);
  state[a] = wa; state[b] = wb; state[c] = wc; state[d] = wd;
}
