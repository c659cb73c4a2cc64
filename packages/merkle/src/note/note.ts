import { malformed, type Outcome } from '../outcome.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { charactersProblem, decodeUtf8, isKeyName } from './text.ts';

/** Most bytes of a note that is read; the standard only asks for a limit (signed-note, "Format"). */
export const noteBytesMax = 1_000_000;
/** Most signatures of a note that is read; the standard asks for 16 at least. */
export const noteSignaturesMax = 100;

/** A signature line: key name, key id (uint32), and at least one byte of signature. Nothing is verified yet. */
export type NoteSignature = { name: string; keyId: number; signature: Uint8Array };
/** Text that ends in a newline, and at least one signature. MUST NOT be believed before `verifyNote`. */
export type Note = { text: string; signatures: readonly NoteSignature[] };

const keyIdBytes = 4;
const lineStart = '\u2014 ';

/** The note as it is written (signed-note, "Format"). Throws a `RangeError` for what `parseNote` would refuse. */
export function formatNote(note: Note): string {
  const problem = noteTextProblem(note.text) ?? signaturesProblem(note.signatures);
  if (problem !== null) throw new RangeError(problem);
  const formatted = `${note.text}\n${note.signatures.map(formatSignature).join('')}`;
  if (Buffer.byteLength(formatted) > noteBytesMax) throw new RangeError(`A note has at most ${noteBytesMax} bytes.`);
  return formatted;
}

/**
 * Reads a signed note, from bytes or from a string; `formatNote` of it gives the same note back. Refuses as malformed
 * what is not UTF-8, has control characters (CR among them), no blank line before its signatures, no signature, a line there that
 * is none, or more than 1,000,000 bytes or 100 signatures.
 */
export function parseNote(input: Uint8Array | string): Outcome<Note> {
  if (Buffer.byteLength(input) > noteBytesMax) return malformed(`A note has at most ${noteBytesMax} bytes.`);
  const note = typeof input === 'string' ? input : decodeUtf8(input);
  const problem = note === null ? 'A note is UTF-8.' : charactersProblem(note);
  if (note === null || problem !== null) return malformed(problem ?? '');
  const blank = note.lastIndexOf('\n\n');
  if (blank === -1) return malformed('A note has a blank line between its text and its signatures.');
  const signatures = parseSignatures(note.slice(blank + 2));
  return signatures.ok ? { ok: true, value: { text: note.slice(0, blank + 1), signatures: signatures.value } } : signatures;
}

/** What is wrong with the text of a note, or null. */
export function noteTextProblem(text: string): string | null {
  return text.endsWith('\n') ? charactersProblem(text) : 'The text of a note ends in a newline.';
}

function signaturesProblem(signatures: readonly NoteSignature[]): string | null {
  if (signatures.length < 1 || signatures.length > noteSignaturesMax) return `A note has 1 to ${noteSignaturesMax} signatures.`;
  if (!signatures.every(({ name }) => isKeyName(name))) return 'A key name has no spaces and no plus.';
  if (!signatures.every(({ keyId }) => Number.isInteger(keyId) && keyId >= 0 && keyId < 2 ** 32)) return 'A key id is a uint32.';
  return signatures.every(({ signature }) => signature.length > 0) ? null : 'A signature has at least one byte.';
}

function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(keyIdBytes);
  id.writeUInt32BE(keyId);
  return `${lineStart}${name} ${encodeBase64(Buffer.concat([id, signature]))}\n`;
}

function parseSignatures(block: string): Outcome<NoteSignature[]> {
  if (!block.endsWith('\n')) return malformed('A note ends with a signature line and its newline.');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > noteSignaturesMax) return malformed(`A note has at most ${noteSignaturesMax} signatures.`);
  const signatures = lines.map(parseSignature).filter((signature) => signature !== null);
  if (signatures.length < lines.length) return malformed('A signature line is an em dash, a key name without spaces or plus, and Base 64 of more than 4 bytes.');
  return { ok: true, value: signatures };
}

function parseSignature(line: string): NoteSignature | null {
  const [name, encoded, ...more] = line.startsWith(lineStart) ? line.slice(lineStart.length).split(' ') : [];
  if (name === undefined || encoded === undefined || more.length > 0 || !isKeyName(name)) return null;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.length <= keyIdBytes) return null;
  return { name, keyId: Buffer.from(bytes).readUInt32BE(), signature: bytes.subarray(keyIdBytes) };
}
