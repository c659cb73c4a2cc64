import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { CanonicalRecord } from '../record.ts';
import { nonceBytes, openXChaCha } from './xchacha.ts';

/** Sealed content: 0x03, the id of its key, the nonce, the ciphertext with its tag. */
const sealedVersion = 3;
const keyIdBytes = 32;
const headBytes = 1 + keyIdBytes + nonceBytes;
const keysKept = 4096;

/** `closed`: sealed, and nobody gave the key. `erased`: never kept. `wrong`: what it is not, in words. */
export type Opened = { state: 'open'; plain: Buffer } | { state: 'closed' | 'erased' } | { state: 'wrong'; problem: string; found: string };

type ContentKey = { key: Buffer; id: Buffer; valueKey: KeyObject };
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
  if (payload[0] !== sealedVersion || payload.length < headBytes) return { state: 'wrong', problem: 'bytes sealed in format 3', found: `format ${payload[0] ?? 'none'}` };
  if (Buffer.compare(payload.subarray(1, 1 + keyIdBytes), content.id) !== 0) return { state: 'wrong', problem: 'the key that it was sealed under', found: 'another key' };
  const plain = openXChaCha(content.key, payload.subarray(1 + keyIdBytes, headBytes), payload.subarray(headBytes));
  return plain === null ? { state: 'wrong', problem: 'a ciphertext that its key opens', found: 'one whose tag does not fit' } : { state: 'open', plain };
}

/** `valueDigest` of a value: SHA-256 in the clear, and keyed where it is sealed, so that nothing can be guessed from it once the key is gone. */
export function valueDigestOf(kind: CanonicalRecord['payload'], plain: Buffer, key: string | null): string | null {
  if (kind === 'plain') return hash('sha256', plain);
  const content = key === null ? null : contentKeyOf(key);
  return content === null ? null : createHmac('sha256', content.valueKey).update(plain).digest('hex');
}

/** Events of one decision stand near each other: the last keys are kept, with what follows from them. */
function contentKeyOf(text: string): ContentKey | null {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return null;
  const derived = (label: string): Buffer => createHmac('sha256', key).update(label).digest();
  const content = { key, id: derived('countersign content key v1'), valueKey: createSecretKey(derived('countersign value digest v1')) };
  if (keys.size >= keysKept) keys.clear();
  keys.set(text, content);
  return content;
}
