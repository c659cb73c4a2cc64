export const nonceBytes = 24;
export const tagBytes = 16;
/** "expand 32-byte k". */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const input = new Int32Array(16);
const block = new Int32Array(16);

/**
 * Opens XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) in place: a key of 8 words, a nonce of 6, and the words that the ciphertext is in, from `first` on; what
 * stands behind it in them may become anything. The tag is not looked at: the caller MUST know from elsewhere that these are the bytes that were
 * sealed, and that this is the key, as a digest of the one and an id of the other do here. Then there is one text that they can mean. (The platform's
 * own cipher takes four times as long for texts as short as these.) Words are little-endian, as those of the platforms that Node.js runs on.
 */
export function openXChaCha(key: Int32Array, nonce: Int32Array, words: Int32Array, first: number, bytes: number): void {
  input.set(constants);
  input.set(key, 4);
  input.set(nonce.subarray(0, 4), 12);
  permute();
  // HChaCha20 (section 2.2): a key of its own for the first 16 bytes of the nonce; the rest of it is the nonce of ChaCha20.
  for (let at = 0; at < 4; at += 1) {
    input[4 + at] = block[at] ?? 0;
    input[8 + at] = block[12 + at] ?? 0;
  }
  input[13] = 0;
  input[14] = nonce[4] ?? 0;
  input[15] = nonce[5] ?? 0;
  // Block 0 of the key stream is for the tag. Each is the permuted words and those it began with, added (RFC 8439, section 2.3).
  for (let counter = 1, at = first; at < first + bytes / 4; counter += 1) {
    input[12] = counter;
    permute();
    for (let word = 0; word < 16; word += 1, at += 1) words[at] = (words[at] ?? 0) ^ ((block[word] ?? 0) + (input[word] ?? 0));
  }
}

/** The twenty rounds of ChaCha (RFC 8439, sections 2.1 and 2.3), from `input` to `block`; each line is half a quarter round. Written out, since it runs for every 64 bytes. */
function permute(): void {
  let x0 = input[0]!, x1 = input[1]!, x2 = input[2]!, x3 = input[3]!, x4 = input[4]!, x5 = input[5]!, x6 = input[6]!, x7 = input[7]!;
  let x8 = input[8]!, x9 = input[9]!, xa = input[10]!, xb = input[11]!, xc = input[12]!, xd = input[13]!, xe = input[14]!, xf = input[15]!;
  for (let round = 0; round < 20; round += 2) {
    x0 = (x0 + x4) | 0; xc = turn(xc ^ x0, 16); x8 = (x8 + xc) | 0; x4 = turn(x4 ^ x8, 12);
    x0 = (x0 + x4) | 0; xc = turn(xc ^ x0, 8); x8 = (x8 + xc) | 0; x4 = turn(x4 ^ x8, 7);
    x1 = (x1 + x5) | 0; xd = turn(xd ^ x1, 16); x9 = (x9 + xd) | 0; x5 = turn(x5 ^ x9, 12);
    x1 = (x1 + x5) | 0; xd = turn(xd ^ x1, 8); x9 = (x9 + xd) | 0; x5 = turn(x5 ^ x9, 7);
    x2 = (x2 + x6) | 0; xe = turn(xe ^ x2, 16); xa = (xa + xe) | 0; x6 = turn(x6 ^ xa, 12);
    x2 = (x2 + x6) | 0; xe = turn(xe ^ x2, 8); xa = (xa + xe) | 0; x6 = turn(x6 ^ xa, 7);
    x3 = (x3 + x7) | 0; xf = turn(xf ^ x3, 16); xb = (xb + xf) | 0; x7 = turn(x7 ^ xb, 12);
    x3 = (x3 + x7) | 0; xf = turn(xf ^ x3, 8); xb = (xb + xf) | 0; x7 = turn(x7 ^ xb, 7);
    x0 = (x0 + x5) | 0; xf = turn(xf ^ x0, 16); xa = (xa + xf) | 0; x5 = turn(x5 ^ xa, 12);
    x0 = (x0 + x5) | 0; xf = turn(xf ^ x0, 8); xa = (xa + xf) | 0; x5 = turn(x5 ^ xa, 7);
    x1 = (x1 + x6) | 0; xc = turn(xc ^ x1, 16); xb = (xb + xc) | 0; x6 = turn(x6 ^ xb, 12);
    x1 = (x1 + x6) | 0; xc = turn(xc ^ x1, 8); xb = (xb + xc) | 0; x6 = turn(x6 ^ xb, 7);
    x2 = (x2 + x7) | 0; xd = turn(xd ^ x2, 16); x8 = (x8 + xd) | 0; x7 = turn(x7 ^ x8, 12);
    x2 = (x2 + x7) | 0; xd = turn(xd ^ x2, 8); x8 = (x8 + xd) | 0; x7 = turn(x7 ^ x8, 7);
    x3 = (x3 + x4) | 0; xe = turn(xe ^ x3, 16); x9 = (x9 + xe) | 0; x4 = turn(x4 ^ x9, 12);
    x3 = (x3 + x4) | 0; xe = turn(xe ^ x3, 8); x9 = (x9 + xe) | 0; x4 = turn(x4 ^ x9, 7);
  }
  block[0] = x0; block[1] = x1; block[2] = x2; block[3] = x3; block[4] = x4; block[5] = x5; block[6] = x6; block[7] = x7;
  block[8] = x8; block[9] = x9; block[10] = xa; block[11] = xb; block[12] = xc; block[13] = xd; block[14] = xe; block[15] = xf;
}

/** A word turned left. */
function turn(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
