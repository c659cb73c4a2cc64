import { sign } from 'node:crypto';
import { cosignatureHeader, cosignedMessage, encodeTimestamped } from './cosigned.ts';
import type { SignatureType, SigningKey } from './key.ts';
import { noteTextProblem, type NoteSignature } from './note.ts';

/**
 * Signs the text of a note (signed-note, "Ed25519 signatures"). Throws a `RangeError` for text that no note can have, for a key of
 * another type, and for text that starts like a cosignature's message, since the signature could be taken for one.
 */
export function signNote(text: string, key: SigningKey): NoteSignature {
  requireSignable(text, key, 'ed25519');
  if (text.startsWith(`${cosignatureHeader}\n`)) throw new RangeError('The text could be taken for the message of a cosignature.');
  return signatureBy(key, sign(null, Buffer.from(text), key.privateKey));
}

/** Cosigns the text of a note at a time in seconds since 1970; callers use `cosignCheckpoint`. Throws a `RangeError` as `signNote` does. */
export function cosignText(text: string, key: SigningKey, timestampS: number): NoteSignature {
  requireSignable(text, key, 'cosignature/v1');
  return signatureBy(key, encodeTimestamped({ timestampS, signature: sign(null, cosignedMessage(text, timestampS), key.privateKey) }));
}

function requireSignable(text: string, key: SigningKey, type: SignatureType): void {
  const problem = noteTextProblem(text);
  if (problem !== null) throw new RangeError(problem);
  if (key.verifier.type !== type) throw new RangeError(`The key makes ${key.verifier.type} signatures, not ${type}.`);
}

function signatureBy({ verifier: { name, keyId } }: SigningKey, signature: Uint8Array): NoteSignature {
  return { name, keyId, signature };
}
