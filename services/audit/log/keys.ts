import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { formatVerifierKey, parseVerifierKey, signingKey, type SigningKey, type VerifierKey } from '@countersign/merkle';

/** The log's name, and the keys that sign each of its checkpoints: several while they are rotated. */
export type LogKeys = { origin: string; keys: readonly SigningKey[] };

const seedBytes = 32;
/** PKCS #8 of an Ed25519 private key up to its seed (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Reads `{"origin", "keys": [{"name", "privateKey": base64 of 32 bytes}]}`. Rejects with a `RangeError` that names the file and quotes nothing of it. */
export async function readLogKeys(file: string): Promise<LogKeys> {
  return parseLogKeys(await readFile(file, 'utf8'), file);
}

/** Throws a `RangeError` where the text is no file of log keys. */
export function parseLogKeys(text: string, file: string): LogKeys {
  const { origin, keys } = parseObject(text, file) as { origin?: unknown; keys?: unknown };
  if (typeof origin !== 'string' || origin === '' || /[\n\r\0]/.test(origin)) throw new RangeError(`${file} names no origin: one line of text, such as example.com/countersign.`);
  if (!Array.isArray(keys) || keys.length === 0) throw new RangeError(`${file} lists no keys.`);
  const signers = keys.map((key) => signerOf(key as { name?: unknown; privateKey?: unknown }, file));
  if (new Set(signers.map(({ verifier }) => formatVerifierKey(verifier))).size < signers.length) throw new RangeError(`${file} has one key twice.`);
  return { origin, keys: signers };
}

/** A key of the file, from its name and the Base 64 of its seed. */
export function signerOfSeed(name: string, seed: Uint8Array): SigningKey {
  return signingKey(name, 'ed25519', createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' }));
}

/** Reads verifier keys, one a line; blank lines and lines that start with # are skipped. Rejects with a `RangeError` that names the line. */
export async function readVerifierKeys(file: string): Promise<VerifierKey[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const parsed = parseVerifierKey(line);
    if (!parsed.ok) throw new RangeError(`${file}: "${line}" is no verifier key. ${parsed.reason}`);
    return parsed.value;
  });
}

/** A verifier key that we wrote ourselves. */
export function storedVerifierKey(text: string): VerifierKey {
  const parsed = parseVerifierKey(text);
  if (!parsed.ok) throw new RangeError(`"${text}" is no verifier key. ${parsed.reason}`);
  return parsed.value;
}

/** Whether two keys are the same for whoever checks. */
export function sameKey(a: VerifierKey, b: VerifierKey): boolean {
  return formatVerifierKey(a) === formatVerifierKey(b);
}

function signerOf({ name, privateKey }: { name?: unknown; privateKey?: unknown }, file: string): SigningKey {
  const seed = typeof privateKey === 'string' ? Buffer.from(privateKey, 'base64') : Buffer.alloc(0);
  if (typeof name !== 'string' || seed.length !== seedBytes || seed.toString('base64') !== privateKey) throw new RangeError(`A key in ${file} needs a name, and 32 bytes in Base 64 as privateKey.`);
  return signerOfSeed(name, seed);
}

/** Without the parser's own words, which would quote a part of the secret. */
function parseObject(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, as for every text that is no object.
  }
  throw new RangeError(`${file} is no JSON file of log keys.`);
}
