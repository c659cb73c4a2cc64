import { formatCheckpoint, formatNote, parseCheckpoint, parseNote, signNote, type Checkpoint, type NoteSignature } from '@countersign/merkle';
import type { LogKeys } from './keys.ts';

/** The head of the tree, signed by every key of the file. The same tree and keys give the same bytes (RFC 8032: Ed25519 is deterministic). */
export function signCheckpoint({ origin, keys }: LogKeys, size: number, root: Uint8Array): string {
  const text = formatCheckpoint({ origin, size, root, extensions: [] });
  return formatNote({ text, signatures: keys.map((key) => signNote(text, key)) });
}

/** A note of our own database or disk. Throws an `Error` where it is none; its signatures are not looked at. */
export function checkpointOf(note: string): Checkpoint & { text: string } {
  const parsed = parseNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed;
  if (!parsed.ok) throw new Error(`A stored checkpoint cannot be read. ${parsed.reason}`);
  if (!checkpoint.ok) throw new Error(`A stored checkpoint cannot be read. ${checkpoint.reason}`);
  return { ...checkpoint.value, text: parsed.value.text };
}

/** Whether a note says that it is of this log; nothing else of it is looked at. */
export function isOfLog(note: string, origin: string): boolean {
  return note.startsWith(`${origin}\n`);
}

/** The note with the signatures of witnesses after its own. */
export function withCosignatures(note: string, cosignatures: readonly NoteSignature[]): string {
  const parsed = parseNote(note);
  if (!parsed.ok) throw new Error(`A stored checkpoint cannot be read. ${parsed.reason}`);
  return formatNote({ text: parsed.value.text, signatures: [...parsed.value.signatures, ...cosignatures] });
}
