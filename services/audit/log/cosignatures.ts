import type { Pool } from 'pg';
import { CountersignError } from '@countersign/kit';
import { parseCheckpoint, parseNote, verifyNote, type NoteSignature, type VerifierKey } from '@countersign/merkle';
import { checkpointOf } from './checkpoint.ts';
import { insertCosignature, readCheckpoints, readCosignatures } from './store.ts';

/**
 * Keeps the cosignatures of a note, from whoever brings it: they speak for themselves. Throws `unprocessable` for a note that no witness of these
 * signed, and `conflict` for a checkpoint that this log never published: a witness was shown another history.
 */
export async function keepCosignatures(pool: Pool, text: string, witnesses: readonly VerifierKey[]): Promise<{ size: number; witnesses: string[] }> {
  const note = parseNote(text);
  if (!note.ok) throw new CountersignError('invalid-request', note.reason);
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) throw new CountersignError('invalid-request', checkpoint.reason);
  const verified = verifyNote(note.value, witnesses);
  if (!verified.ok) throw new CountersignError('unprocessable', `${verified.reason} Only cosignatures of the witnesses that this log was given are kept.`);
  const { size } = checkpoint.value;
  const [own] = await readCheckpoints(pool, [size]);
  if (own === undefined || checkpointOf(own.note).text !== note.value.text) throw new CountersignError('conflict', `This log did not publish that checkpoint of ${size} records.`);
  for (const { key, timestampS } of verified.value.verified) {
    const signature = note.value.signatures.find(({ name, keyId }) => name === key.name && keyId === key.keyId)?.signature;
    if (signature !== undefined && timestampS !== null) await insertCosignature(pool, { size, keyName: key.name, keyId: key.keyId, signedAtS: timestampS, signature: Buffer.from(signature) });
  }
  return { size, witnesses: (await readCosignatures(pool, size)).map(({ keyName }) => keyName) };
}

export async function signaturesOf(pool: Pool, size: number): Promise<NoteSignature[]> {
  return (await readCosignatures(pool, size)).map(({ keyName: name, keyId, signature }) => ({ name, keyId, signature }));
}
