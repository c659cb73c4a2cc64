import { hash } from 'node:crypto';
import type { CanonicalRecord } from '../record.ts';
import { nonceBytes, openXChaCha, tagBytes } from './xchacha.ts';

/** Sealed content: 0x03, the id of its key, the nonce, the ciphertext with its tag. */
const sealedVersion = 3;
const contentKeyIdBytes = 32;
const headBytes = 1 + contentKeyIdBytes + nonceBytes;
const keysKept = 4096;

/** `closed`: sealed, and nobody gave the key. `erased`: never kept. `wrong`: what it is not, in words. */
export type Opened = { state: 'open'; plain: Buffer } | { state: 'closed' | 'erased' } | { state: 'wrong'; problem: string; found: string };

type ContentKey = { key: Buffer; id: string; valueKey: Buffer };
const keys = new Map<string, ContentKey>();

/** SHA-256 of a payload, as `payloadSha256` has it. */
export function payloadDigest(payload: Uint8Array): string {
  return hash('sha256', payload);
}

/**
 * The payload in the clear. The id of the key stands in the sealed bytes, which the leaf commits to: a ciphertext opens to one text only, though its
 * cipher alone would not promise that. `key` is base64, or null where it was not disclosed.
 */
export function openPayload(kind: CanonicalRecord['payload'], payload: Buffer, key: string | null): Opened {
  if (kind === 'plain') return { state: 'open', plain: payload };
  if (kind === 'erased') return { state: 'erased' };
  if (key === null) return { state: 'closed' };
  const content = contentKeyOf(key);
  if (content === null) return { state: 'wrong', problem: 'a content key of 32 bytes', found: 'something else' };
  if (payload[0] !== sealedVersion || payload.length < headBytes + tagBytes) return { state: 'wrong', problem: 'bytes sealed in format 3', found: `format ${payload[0] ?? 'none'}` };
  if (payload.toString('hex', 1, 1 + contentKeyIdBytes) !== content.id) return { state: 'wrong', problem: 'the key that it was sealed under', found: 'another key' };
  return { state: 'open', plain: openXChaCha(content.key, payload.subarray(1 + contentKeyIdBytes, headBytes), payload.subarray(headBytes)) };
}

/** `valueDigest` of a value: SHA-256 in the clear, and keyed where it is sealed, so that nothing can be guessed from it once the key is gone. */
export function valueDigestOf(kind: CanonicalRecord['payload'], plain: Buffer, key: string | null): string | null {
  if (kind === 'plain') return hash('sha256', plain);
  const content = key === null ? null : contentKeyOf(key);
  return content === null ? null : hmac(content.valueKey, plain);
}

/** Events of one decision stand near each other: the last keys are kept, with what follows from them. */
function contentKeyOf(text: string): ContentKey | null {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return null;
  const content = { key, id: hmac(key, Buffer.from('countersign content key v1')), valueKey: Buffer.from(hmac(key, Buffer.from('countersign value digest v1')), 'hex') };
  if (keys.size >= keysKept) keys.clear();
  keys.set(text, content);
  return content;
}

const hmacBlockBytes = 64;

/** HMAC-SHA256 in hex (RFC 2104), of a key of 32 bytes. Two calls of the platform's hash: its own HMAC takes longer to set up than these to run. */
function hmac(key: Buffer, text: Buffer): string {
  const inner = Buffer.allocUnsafe(hmacBlockBytes + text.length).fill(0x36, 0, hmacBlockBytes);
  const outer = Buffer.allocUnsafe(hmacBlockBytes + 32).fill(0x5c, 0, hmacBlockBytes);
  for (let at = 0; at < key.length; at += 1) {
    inner[at] = 0x36 ^ (key[at] ?? 0);
    outer[at] = 0x5c ^ (key[at] ?? 0);
  }
  inner.set(text, hmacBlockBytes);
  outer.write(hash('sha256', inner), hmacBlockBytes, 'hex');
  return hash('sha256', outer);
}
