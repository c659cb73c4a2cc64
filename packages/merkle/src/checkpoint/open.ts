import { refused, type Outcome } from '../outcome.ts';
import type { VerifierKey } from '../note/key.ts';
import { parseNote } from '../note/note.ts';
import { verifyNote, type VerifiedSignature } from '../note/verify.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';

/**
 * Whom to believe about one log: its origin, its keys (several while keys rotate), and how many of which witnesses must have cosigned. A witness
 * is a name: two keys of one name count once.
 */
export type CheckpointPolicy = { origin: string; logKeys: readonly VerifierKey[]; witnessKeys?: readonly VerifierKey[]; witnessesMin?: number };
/** A checkpoint that the log signed, the text that witnesses sign, and the cosignatures of known witnesses. */
export type OpenedCheckpoint = { checkpoint: Checkpoint; text: string; cosignatures: readonly VerifiedSignature[] };

/**
 * Opens a signed checkpoint (tlog-checkpoint; tlog-proof, "Verifying a tlog proof", steps 2 and 3). A witness's signature alone is not enough: the log
 * itself must have signed. Throws a `RangeError` where one public key is in the policy twice.
 */
export function openCheckpoint(input: Uint8Array | string, policy: CheckpointPolicy): Outcome<OpenedCheckpoint> {
  const { origin, logKeys, witnessKeys = [], witnessesMin = 0 } = policy;
  const note = parseNote(input);
  if (!note.ok) return note;
  const verified = verifyNote(note.value, [...logKeys, ...witnessKeys]);
  if (!verified.ok) return verified;
  if (!verified.value.verified.some(({ key }) => logKeys.includes(key))) return refused('unsigned', `${origin} did not sign this checkpoint.`);
  const checkpoint = parseCheckpoint(verified.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== origin) return refused('wrong-origin', `The checkpoint is not of ${origin}.`);
  const cosignatures = verified.value.verified.filter(({ key }) => witnessKeys.includes(key));
  const witnesses = new Set(cosignatures.map(({ key }) => key.name)).size;
  if (witnesses < witnessesMin) return refused('too-few-witnesses', `${witnesses} of ${witnessesMin} witnesses cosigned this checkpoint.`);
  return { ok: true, value: { checkpoint: checkpoint.value, text: verified.value.text, cosignatures } };
}
