import { malformed, type Outcome } from '../outcome.ts';
import { hashBytes, isHash } from '../tree/hash.ts';
import { isSize } from '../tree/subtree.ts';
import { decodeBase64, encodeBase64 } from '../note/base64.ts';
import { noteBytesMax, parseNote } from '../note/note.ts';
import { charactersProblem, decodeUtf8, parseDecimal } from '../note/text.ts';
import { verifyInclusion } from '../proof/verify.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { openCheckpoint, type CheckpointPolicy, type OpenedCheckpoint } from './open.ts';

/**
 * That one record is in a log, checkable offline (tlog-proof): its index, the inclusion proof from leaf to root, the signed checkpoint as the log
 * issued it. `extra` is for the application and authenticated by nothing; null where there is none.
 */
export type LogProof = { index: number; proof: readonly Uint8Array[]; checkpoint: string; extra: Uint8Array | null };

const header = 'c2sp.org/tlog-proof@v1';
/** No path is longer in a tree of 2^53 - 1 leaves. */
const proofHashesMax = 53;
/** Most bytes of a proof that is read: twice the largest note, so that extra data and hashes have room. */
export const logProofBytesMax = 2 * noteBytesMax;

/** The proof as a `.tlog-proof` file has it (tlog-proof, "Format"). Throws a `RangeError` for what `parseLogProof` would refuse. */
export function formatLogProof({ index, proof, checkpoint, extra }: LogProof): string {
  if (!isSize(index)) throw new RangeError(`An index is a whole number from 0 to 2^53 - 1, not ${index}.`);
  const extraLines = extra === null ? [] : [`extra ${encodeBase64(extra)}`];
  const text = [header, ...extraLines, `index ${index}`, ...proof.map(encodeBase64), '', checkpoint].join('\n');
  const read = parseLogProof(text);
  if (!read.ok) throw new RangeError(read.reason);
  return text;
}

/**
 * Reads a `.tlog-proof` file, strictly; `formatLogProof` of it gives the same text back. Its checkpoint is read too, so that all refusals of form
 * are here, but nothing is verified. Refuses more than 2,000,000 bytes or 53 hashes, and an `extra` line without data.
 */
export function parseLogProof(input: Uint8Array | string): Outcome<LogProof> {
  if (Buffer.byteLength(input) > logProofBytesMax) return malformed(`A proof has at most ${logProofBytesMax} bytes.`);
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (text === null || charactersProblem(text) !== null) return malformed('A proof is UTF-8 without control characters but newline.');
  const blank = text.indexOf('\n\n');
  if (blank === -1) return malformed('A proof has an empty line before its checkpoint.');
  const head = parseHead(text.slice(0, blank).split('\n'));
  if (!head.ok) return head;
  const checkpoint = text.slice(blank + 2);
  const note = parseNote(checkpoint);
  if (!note.ok) return note;
  const tree = parseCheckpoint(note.value.text);
  return tree.ok ? { ok: true, value: { ...head.value, checkpoint } } : tree;
}

/**
 * Verifies that a record with this leaf hash is in the log (tlog-proof, "Verifying a tlog proof"). The caller computes the leaf hash from the record
 * itself, never from what the proof says. Gives the checkpoint with its cosignatures.
 */
export function verifyLogProof({ index, proof, checkpoint }: LogProof, leafHash: Uint8Array, policy: CheckpointPolicy): Outcome<OpenedCheckpoint> {
  const opened = openCheckpoint(checkpoint, policy);
  if (!opened.ok) return opened;
  const { size, root } = opened.value.checkpoint;
  const included = verifyInclusion({ leafHash, index, size, root, proof });
  return included.ok ? opened : included;
}

function parseHead([first, ...lines]: readonly string[]): Outcome<Omit<LogProof, 'checkpoint'>> {
  if (first !== header) return malformed(`A proof starts with ${header}.`);
  const encoded = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined;
  const extra = encoded === undefined ? null : decodeBase64(encoded);
  if (encoded === '' || (encoded !== undefined && extra === null)) return malformed('Extra data is Base 64, or left out.');
  const [indexLine = '', ...hashLines] = lines;
  const index = indexLine.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : null;
  if (index === null) return malformed('The index is a decimal number up to 2^53 - 1 without leading zeroes.');
  if (hashLines.length > proofHashesMax) return malformed(`A proof has at most ${proofHashesMax} hashes.`);
  const proof = hashLines.map(decodeBase64).filter((hash) => hash !== null && isHash(hash)) as Uint8Array[];
  if (proof.length < hashLines.length) return malformed(`A line of the proof is Base 64 of ${hashBytes} bytes.`);
  return { ok: true, value: { index, proof, extra } };
}
