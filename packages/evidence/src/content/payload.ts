import { hash } from 'node:crypto';
import type { PayloadKind } from '../record.ts';
import { nonceBytes, openXChaCha, tagBytes } from './xchacha.ts';

/** Sealed content: 0x03, the id of its key, the nonce, the ciphertext with its tag. */
const sealedVersion = 3;
const keyIdBytes = 32;
const headBytes = 1 + keyIdBytes + nonceBytes;
/** SHA-256 takes blocks of so many bytes, and HMAC puts one before its text (RFC 2104). */
const blockBytes = 64;

/** The blocks that HMAC begins its two hashes with. */
type Pads = { inner: Int32Array; outer: Int32Array };
/** Its pads are those of value digests. */
type ContentKey = Pads & { words: Int32Array; id: string };
export type Opened = { state: 'open'; plain: Buffer } | { state: 'closed' } | { state: 'erased' } | { state: 'wrong'; problem: string; found: string };

/**
 * Where payloads are read to and opened, one after another. Sealed bytes begin so that their text begins behind one block, at a whole word: it is opened where
 * it stands, and hashed there with the block of its HMAC before it.
 */
let space = Buffer.from(new ArrayBuffer(1024 * 1024));
let words = new Int32Array(space.buffer);
const nonce = new Int32Array(nonceBytes / 4);
const payloadAt = blockBytes - headBytes;

/** The bytes of a payload; they stay until the next one is read. */
export function readPayload(base64: string): Buffer {
  if (base64.length + 2 * blockBytes > space.length) {
    space = Buffer.from(new ArrayBuffer(2 * (base64.length + 4 * blockBytes)));
    words = new Int32Array(space.buffer);
  }
  return space.subarray(payloadAt, payloadAt + space.write(base64, payloadAt, 'base64'));
}

/**
 * The payload in the clear, in the place of what `readPayload` read last. The id of the key stands in the sealed bytes, which the leaf commits to: a ciphertext
 * opens to one text only, though its cipher alone would not promise that. `key` is base64, or null where it was not disclosed.
 */
export function openPayload(kind: PayloadKind, payload: Buffer, key: string | null): Opened {
  if (kind === 'plain') return { state: 'open', plain: payload };
  if (kind === 'erased') return { state: 'erased' };
  if (key === null) return { state: 'closed' };
  const content = contentKeyOf(key);
  if (content === null) return { state: 'wrong', problem: 'a content key of 32 bytes', found: 'something else' };
  if (payload[0] !== sealedVersion || payload.length < headBytes + tagBytes) return { state: 'wrong', problem: 'bytes sealed in format 3', found: `format ${payload[0] ?? 'none'}` };
  if (payload.toString('latin1', 1, 1 + keyIdBytes) !== content.id) return { state: 'wrong', problem: 'the key that it was sealed under', found: 'another key' };
  for (let word = 0; word < nonce.length; word += 1) nonce[word] = payload.readInt32LE(1 + keyIdBytes + 4 * word);
  const bytes = payload.length - headBytes - tagBytes;
  openXChaCha(content.words, nonce, words, blockBytes / 4, bytes);
  return { state: 'open', plain: space.subarray(blockBytes, blockBytes + bytes) };
}

/** `valueDigest` of what `openPayload` opened, in hex: keyed, so that nothing can be guessed from it once the key is gone. */
export function valueDigestOf(plain: Buffer, key: string | null): string | null {
  const content = key === null ? null : contentKeyOf(key);
  if (content === null) return null;
  words.set(content.inner);
  return outerHash(content.outer, space.subarray(0, blockBytes + plain.length), 'hex');
}

const keysKept = 4096;
const keys = new Map<string, ContentKey>();
let [lastText, lastKey]: [string, ContentKey | null] = ['', null];

/** Events of one decision stand near each other: the last keys are kept, with what follows from them. */
function contentKeyOf(text: string): ContentKey | null {
  // A payload is opened, and then its digest is taken.
  if (lastText === text) return lastKey;
  const known = keys.get(text);
  if (known !== undefined) [lastText, lastKey] = [text, known];
  if (known !== undefined) return known;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return null;
  const own = wordsOf(key);
  const pads = padsOf(own);
  const content = { words: own, id: hmacOf(pads, 'countersign content key v1'), ...padsOf(wordsOf(Buffer.from(hmacOf(pads, 'countersign value digest v1'), 'latin1'))) };
  if (keys.size >= keysKept) keys.clear();
  // Written anew: `text` is a part of a whole file, which would stay with it.
  keys.set(key.toString('base64'), content);
  return content;
}

/** HMAC-SHA256 (RFC 2104) of a short text, as Latin-1, by two calls of the platform's hash: its own HMAC takes longer to set up than these to run. */
function hmacOf({ inner, outer }: Pads, text: string): string {
  innerWords.set(inner);
  return outerHash(outer, innerText.subarray(0, blockBytes + innerText.write(text, blockBytes, 'latin1')), 'binary');
}

function padsOf(key: Int32Array): Pads {
  return { inner: blockOf(key, 0x36363636), outer: blockOf(key, 0x5c5c5c5c) };
}

/** A block of HMAC: a key of eight words, filled up with nothing, each bit of it turned where the pad has one. */
function blockOf(key: Int32Array, pad: number): Int32Array<ArrayBuffer> {
  const block = new Int32Array(blockBytes / 4).fill(pad);
  for (let word = 0; word < key.length; word += 1) block[word] = (key[word] ?? 0) ^ pad;
  return block;
}

const [innerWords, outerWords] = [new Int32Array((blockBytes + 32) / 4), new Int32Array((blockBytes + 32) / 4)];
const [innerText, outerText] = [Buffer.from(innerWords.buffer), Buffer.from(outerWords.buffer)];

function outerHash(block: Int32Array, inner: Buffer, encoding: 'hex' | 'binary'): string {
  outerWords.set(block);
  outerText.write(hash('sha256', inner, 'binary'), blockBytes, 'latin1');
  return hash('sha256', outerText, encoding);
}

function wordsOf(bytes: Buffer): Int32Array {
  const read = new Int32Array(bytes.length / 4);
  for (let word = 0; word < read.length; word += 1) read[word] = bytes.readInt32LE(4 * word);
  return read;
}
