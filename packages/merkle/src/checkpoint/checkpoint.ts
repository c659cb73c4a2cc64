import { malformed, type Outcome } from '../outcome.ts';
import { hashBytes, isHash } from '../tree/hash.ts';
import { isSize } from '../tree/subtree.ts';
import { decodeBase64, encodeBase64 } from '../note/base64.ts';
import { noteTextProblem } from '../note/note.ts';
import { parseDecimal } from '../note/text.ts';

/**
 * The head of a log's tree (tlog-checkpoint, "Note text"): which log, how many leaves (0 to 2^53 - 1), their root (32 bytes). Extensions are
 * opaque lines, best left out: who monitors the log cannot check them.
 */
export type Checkpoint = { origin: string; size: number; root: Uint8Array; extensions: readonly string[] };

/** The text that is signed. Throws a `RangeError` for what `parseCheckpoint` would refuse. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!isSize(size)) throw new RangeError(`A tree has 0 to 2^53 - 1 leaves, not ${size}.`);
  const text = `${[origin, size, encodeBase64(root), ...extensions].join('\n')}\n`;
  const read = parseCheckpoint(text);
  if (!read.ok) throw new RangeError(read.reason);
  if (read.value.origin !== origin || read.value.extensions.length !== extensions.length) throw new RangeError('Origin and extensions are one line each.');
  return text;
}

/**
 * Reads the text of a checkpoint, strictly: three lines at least, none empty, each ended by one newline, the size in decimal without leading
 * zeroes, the root as canonical Base 64 of 32 bytes. Text MUST come from a verified note.
 */
export function parseCheckpoint(text: string): Outcome<Checkpoint> {
  const problem = noteTextProblem(text);
  if (problem !== null) return malformed(problem);
  const lines = text.slice(0, -1).split('\n');
  const [origin, decimal, encoded, ...extensions] = lines;
  if (origin === undefined || decimal === undefined || encoded === undefined || lines.includes('')) return malformed('A checkpoint has at least three lines, none of them empty.');
  const size = parseDecimal(decimal);
  if (size === null) return malformed('The size of the tree is a decimal number up to 2^53 - 1 without leading zeroes.');
  const root = decodeBase64(encoded);
  if (root === null || !isHash(root)) return malformed(`The root is Base 64 of ${hashBytes} bytes.`);
  return { ok: true, value: { origin, size, root, extensions } };
}
