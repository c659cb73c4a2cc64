import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { base64 } from './bundle.ts';
import type { Contents } from './bundle.ts';
import { beginsWith, hashList, isSame, sha256 } from './merkle.ts';
import { Damaged } from './report.ts';
import type { PlainReport } from './report.ts';

/** `id`: the four bytes that signatures name it by, in hexadecimal. Type 1 signs checkpoints, type 4 is a witness's. */
export type Signer = { name: string; id: string; type: number; key: KeyObject };
export type Trusted = { logKeys: readonly Signer[]; witnessKeys: readonly Signer[]; held: readonly string[] };
/** A root that the log signed. `cosignedAt`: microseconds of the earliest signature of a trusted witness. */
export type SignedHead = { size: number; root: Buffer; cosignedAt: number | null };
export type SignedHeads = { own: SignedHead[]; held: SignedHead[] };

/** Every checkpoint is signed by the log, each is how the next one begins, and those that the auditor kept do not contradict them. */
export function checkHeads(bundle: Contents, trusted: Trusted, report: PlainReport): SignedHeads {
  const own: SignedHead[] = [];
  const lines = bundle.checkpoints();
  let before: SignedHead | null = null;
  for (const [number, { checkpoint, consistency }] of lines.entries()) {
    const proof = hashList(consistency);
    if (typeof checkpoint !== 'string' || proof === null) throw new Damaged(`Line ${number} of the checkpoints is none.`);
    const head: SignedHead | null = signedHead(checkpoint, `checkpoint ${number} of the log`, bundle, trusted, report);
    if (head !== null && before !== null) {
      report.check('pairs of neighbouring checkpoints, consistent and so all of them');
      if (!beginsWith(before, head, proof)) report.find('checkpoints-inconsistent', null, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, 'no proof of that');
    }
    if (head !== null) own.push(head);
    before = head;
  }
  if (bundle.end !== null && Number(bundle.end['checkpoints']) !== lines.length) report.find('bundle-damaged', null, `${String(bundle.end['checkpoints'])} checkpoints`, `${lines.length}`);
  // A file that is kept beside one log after another has checkpoints of each.
  const isOther = (note: string) => note.includes('\n') && !note.startsWith(`${bundle.origin}\n`);
  const others = trusted.held.filter(isOther).length;
  if (others > 0 && others === trusted.held.length) report.skip('checkpoints you hold', 'their first line names another log', others);
  else if (others > 0) report.note('checkpoints you hold', 'their first line names another log', others);
  const held = trusted.held.map((note, number) => (isOther(note) ? null : signedHead(note, `checkpoint ${number} of those you hold`, bundle, trusted, report))).filter((head) => head !== null).sort((a, b) => a.size - b.size);
  for (const head of held) {
    const same = own.findLast(({ size }) => size === head.size);
    if (same === undefined) continue;
    report.check('checkpoints you hold that the log has too');
    if (!isSame(same.root, head.root)) report.find('log-forked', null, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
  if (trusted.witnessKeys.length > 0 && [...own, ...held].every(({ cosignedAt }) => cosignedAt === null)) report.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

function signedHead(note: string, what: string, { origin }: Contents, trusted: Trusted, report: PlainReport): SignedHead | null {
  try {
    const { cosignedAts, ...head } = readCheckpoint(note, origin, trusted);
    report.check('checkpoint signatures');
    report.check('cosignatures of witnesses', cosignedAts.length);
    const told = cosignedAts.filter((at) => at > 0);
    return { ...head, cosignedAt: told.length === 0 ? null : Math.min(...told) };
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    report.find('checkpoint-unsigned', null, `${what}, signed by ${origin}`, error.message);
    return null;
  }
}

/** Reads a checkpoint (C2SP tlog-checkpoint: origin, size, root, a blank line, signatures). Throws `Damaged` unless the log signed it, and unless every signature by a trusted key holds. */
export function readCheckpoint(note: string, origin: string, { logKeys, witnessKeys }: Trusted): { size: number; root: Buffer; cosignedAts: number[] } {
  const end = note.indexOf('\n\n') + 1;
  const [text, signatures] = [note.slice(0, end), note.slice(end + 1)];
  const [name, size = '', root = '', ...extensions] = text.split('\n');
  const rootHash = base64(root);
  // Control characters and half characters could hide what a person reads.
  const isText = note.length <= 1_000_000 && note.isWellFormed() && !/[\0-\t\v-\x1f]/.test(note);
  const isHead = name !== '' && /^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(Number(size)) && rootHash?.length === 32 && extensions.at(-1) === '';
  const lines = signatures.split('\n');
  if (end <= 0 || !isText || !isHead || lines.pop() !== '' || lines.length < 1 || lines.length > 100) throw new Damaged('This is no checkpoint.');
  const [signed, cosignedAts] = [new Set<Signer>(), [] as number[]];
  for (const line of lines) {
    const [, signer, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const bytes = base64(encoded);
    if (bytes === null || bytes.length <= 4) throw new Damaged('A signature of the checkpoint is none.');
    const key = [...logKeys, ...witnessKeys].find((each) => each.name === signer && each.id === bytes.toString('hex', 0, 4));
    if (key === undefined) continue;
    const at = signedAt(text, bytes.subarray(4), key);
    if (key.type === 4 && !signed.has(key)) cosignedAts.push(at);
    signed.add(key);
  }
  if (!logKeys.some((key) => signed.has(key))) throw new Damaged(`${origin} did not sign this checkpoint.`);
  if (name !== origin) throw new Damaged(`The checkpoint is not of ${origin}.`);
  return { size: Number(size), root: rootHash, cosignedAts };
}

/** When a text was signed, in microseconds: a witness signs its time too (C2SP tlog-cosignature), the log does not, which gives 0. Throws `Damaged` where the signature does not hold. */
function signedAt(text: string, signature: Buffer, { name, type, key }: Signer): number {
  const isCosignature = type === 4 && signature.length === 8 + 64;
  const seconds = isCosignature ? Number(signature.readBigUInt64BE()) : 0;
  const signed = isCosignature ? `cosignature/v1\ntime ${seconds}\n${text}` : text;
  if ((type === 4) !== isCosignature || !Number.isSafeInteger(seconds) || !verify(null, Buffer.from(signed), key, isCosignature ? signature.subarray(8) : signature)) throw new Damaged(`The signature of ${name} is not of this text.`);
  return seconds * 1_000_000;
}

/** Reads a published key, NAME+ID+KEY (C2SP signed-note): its id is the beginning of SHA-256(name || newline || type || key). Throws `Damaged` for anything else. */
export function readSigner(text: string): Signer {
  const [, name = '', id = '', encoded] = /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = base64(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== 1 && type !== 4) || sha256(`${name}\n`, bytes).toString('hex', 0, 4) !== id) throw new Damaged(`${text} is neither a file nor a verifier key (NAME+ID+KEY).`);
  return { name, id, type, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url', 1) }, format: 'jwk' }) };
}
