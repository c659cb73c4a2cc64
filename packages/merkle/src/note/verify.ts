import { verify } from 'node:crypto';
import { refused, type Outcome } from '../outcome.ts';
import { cosignedMessage, decodeTimestamped } from './cosigned.ts';
import { formatVerifierKey, type VerifierKey } from './key.ts';
import type { Note, NoteSignature } from './note.ts';

/** A key whose signature holds; the time it states, in seconds since 1970, where it is a cosignature, else null. */
export type VerifiedSignature = { key: VerifierKey; timestampS: number | null };
export type VerifiedNote = { text: string; verified: readonly VerifiedSignature[]; unknown: readonly NoteSignature[] };

/**
 * Verifies a note against the keys we know (signed-note, "Signatures"). Every signature that names one of them, by name and id, must hold,
 * repeated ones too, though a key counts once, with its first signature; all others are unknown and mean nothing. Refuses a note with a bad
 * signature of a known key, and one without any of a known key. Throws a `RangeError` where one public key is given twice: it
 * could vote twice.
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): Outcome<VerifiedNote> {
  requireDistinct(keys);
  const verified = new Map<VerifierKey, VerifiedSignature>();
  const unknown: NoteSignature[] = [];
  for (const signature of note.signatures) {
    const key = keys.find(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    if (key === undefined) unknown.push(signature);
    else {
      const holds = verifySignature(note.text, signature.signature, key);
      if (holds === null) return refused('bad-signature', `The signature of ${key.name} is not of this text.`);
      if (!verified.has(key)) verified.set(key, holds);
    }
  }
  if (verified.size === 0) return refused('unsigned', 'No key that is known signed this note.');
  return { ok: true, value: { text: note.text, verified: [...verified.values()], unknown } };
}

function verifySignature(text: string, signature: Uint8Array, key: VerifierKey): VerifiedSignature | null {
  switch (key.type) {
    case 'ed25519':
      return verify(null, Buffer.from(text), key.publicKey, signature) ? { key, timestampS: null } : null;
    case 'cosignature/v1': {
      const timed = decodeTimestamped(signature);
      if (timed === null) return null;
      return verify(null, cosignedMessage(text, timed.timestampS), key.publicKey, timed.signature) ? { key, timestampS: timed.timestampS } : null;
    }
    default:
      return key.type satisfies never;
  }
}

function requireDistinct(keys: readonly VerifierKey[]): void {
  const twice = keys.find((key, at) => keys.slice(0, at).some(({ publicKey }) => publicKey.equals(key.publicKey)));
  if (twice !== undefined) throw new RangeError(`The public key of ${formatVerifierKey(twice)} is given twice.`);
}
