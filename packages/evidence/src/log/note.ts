import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import { decodeBase64, hashBytes } from './tree.ts';

/** The key of a log (`ed25519`) or of a witness, as those who verify know it (C2SP signed-note, "Verifier keys"). */
export type VerifierKey = { name: string; type: 'ed25519' | 'cosignature/v1'; keyId: number; publicKey: KeyObject };

/** Whom an auditor trusts. */
export type Keys = { logKeys: readonly VerifierKey[]; witnessKeys: readonly VerifierKey[] };

/** What a log signed. `cosignedAtS`: seconds of the cosignatures of trusted witnesses. */
export type SignedHead = { size: number; root: Uint8Array; cosignedAtS: readonly number[] };

/** Signature types by their byte; there are others, which are not for us. */
const types: Record<number, VerifierKey['type'] | undefined> = { 1: 'ed25519', 4: 'cosignature/v1' };
const noteBytesMax = 1_000_000;
/** Origin, size, root, more lines; a blank one; signatures: a name and, in base64, the key's id and what it signed with. */
const noteForm = /^(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:\u2014 [^\s+]+ [A-Za-z0-9+/]+={0,2}\n){1,100})$/;
/** Below U+0020, but for newline. */
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;

/** Reads a published key, `NAME+ID+KEY`; null for anything else, an id that is not that of its name and key among it. Names are printable ASCII: two that look the same would be two keys. */
export function parseVerifierKey(text: string): VerifierKey | null {
  const [, name = '', id = '', encoded] = /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = decodeBase64(encoded);
  const type = types[bytes?.[0] ?? 0];
  if (bytes?.length !== 1 + hashBytes || type === undefined) return null;
  if (hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes])).slice(0, 8) !== id) return null;
  return { name, type, keyId: Number.parseInt(id, 16), publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url', 1) }, format: 'jwk' }) };
}

/**
 * Opens a signed checkpoint (C2SP tlog-checkpoint); gives what is wrong with it where it cannot be trusted. Every signature that names a key we know must
 * hold; others mean nothing. A witness's alone is not enough: the log itself must have signed.
 */
export function openCheckpoint(note: string, origin: string, { logKeys, witnessKeys }: Keys): SignedHead | string {
  const [, text = '', named, size, root = '', signatures = ''] = (note.length <= noteBytesMax && note.isWellFormed() && !controlCharacter.test(note) && noteForm.exec(note)) || [];
  const rootHash = decodeBase64(root);
  if (rootHash?.length !== hashBytes || !Number.isSafeInteger(Number(size))) return 'This is no checkpoint.';
  const signed = new Set<VerifierKey>();
  const cosignedAtS: number[] = [];
  for (const line of signatures.trimEnd().split('\n')) {
    const [, name, encoded] = line.split(' ');
    const bytes = decodeBase64(encoded);
    if (bytes === null || bytes.length <= 4) return 'A signature of the checkpoint is none.';
    const key = [...logKeys, ...witnessKeys].find((each) => each.name === name && each.keyId === bytes.readUInt32BE());
    if (key === undefined) continue;
    const timestampS = verifySignature(text, bytes.subarray(4), key);
    if (timestampS === null) return `The signature of ${key.name} is not of this text.`;
    if (key.type === 'cosignature/v1' && !signed.has(key)) cosignedAtS.push(timestampS);
    signed.add(key);
  }
  if (!logKeys.some((key) => signed.has(key))) return `${origin} did not sign this checkpoint.`;
  return named === origin ? { size: Number(size), root: rootHash, cosignedAtS } : `The checkpoint is not of ${origin}.`;
}

/** When it was signed, in seconds: 0 where the signature does not say, null where it does not hold. A witness signs its time too (C2SP tlog-cosignature). */
function verifySignature(text: string, signature: Buffer, { type, publicKey }: VerifierKey): number | null {
  if (type === 'ed25519') return verify(null, Buffer.from(text), publicKey, signature) ? 0 : null;
  if (signature.length !== 8 + 64) return null;
  const timestampS = Number(signature.readBigUInt64BE());
  return Number.isSafeInteger(timestampS) && verify(null, Buffer.from(`cosignature/v1\ntime ${timestampS}\n${text}`), publicKey, signature.subarray(8)) ? timestampS : null;
}
