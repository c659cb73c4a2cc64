import type { SigningKey } from '../note/key.ts';
import type { NoteSignature } from '../note/note.ts';
import { cosignText } from '../note/sign.ts';
import { parseCheckpoint } from './checkpoint.ts';

/**
 * A witness's statement that at a time, in seconds since 1970, this was the largest tree it had seen of this log and consistent with all before
 * (tlog-cosignature, "Ed25519 signed message"). The witness MUST have verified the log's signature and that consistency. Throws a `RangeError`
 * for text that is no checkpoint and for a key of another type than `cosignature/v1`.
 */
export function cosignCheckpoint(text: string, key: SigningKey, timestampS: number): NoteSignature {
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint.ok) throw new RangeError(checkpoint.reason);
  return cosignText(text, key, timestampS);
}
