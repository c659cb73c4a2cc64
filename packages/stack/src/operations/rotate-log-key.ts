import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseLogKeys, signerOfSeed } from '@countersign/audit/log-keys';
import { formatVerifierKey } from '@countersign/merkle';
import { SetupError } from '../infrastructure/failure.ts';
import { formatLogKeys, publishLogKeys, verifierKeysFile, type LogKeyFile } from './log-key-file.ts';
import { replaceFile } from './rotate-key.ts';

export type LogKeyRotation = { origin: string; added: string | null; retired: string | null; inUse: readonly string[]; publicFile: string };

/**
 * Adds a random key, with which checkpoints are signed besides the keys there are; or takes the one away whose verifier key is given, once everybody who
 * checks knows another. The public halves of all keys stay beside the file. Throws `SetupError` for a key that is not there and for the last one.
 */
export async function rotateLogKey({ file, retire }: { file: string; retire?: string }): Promise<LogKeyRotation> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SetupError(`${file} cannot be read.`, 'Name the file of the log keys with --file.', error);
  });
  const { origin } = parseLogKeys(text, file);
  const { keys } = JSON.parse(text) as LogKeyFile;
  const changed = retire === undefined ? withKey(origin, keys) : withoutKey(keys, retire);
  const next = formatLogKeys({ origin, keys: changed.keys });
  parseLogKeys(next, file);
  await replaceFile(file, next);
  return { origin, added: changed.added, retired: retire ?? null, inUse: await publishLogKeys(file), publicFile: verifierKeysFile(file) };
}

type Keys = LogKeyFile['keys'];

function withKey(origin: string, keys: Keys): { keys: Keys; added: string } {
  const key = { name: origin, privateKey: randomBytes(32).toString('base64') };
  return { keys: [...keys, key], added: verifierOf(key) };
}

function withoutKey(keys: Keys, retire: string): { keys: Keys; added: null } {
  const left = keys.filter((key) => verifierOf(key) !== retire);
  if (left.length === keys.length) throw new SetupError('No key of the file has that verifier key.', `It has: ${keys.map(verifierOf).join(' ')}`);
  if (left.length === 0) throw new SetupError('This is the only key: without one nothing could be signed.', 'Add another first, and give everybody who checks its verifier key.');
  return { keys: left, added: null };
}

function verifierOf({ name, privateKey }: Keys[number]): string {
  return formatVerifierKey(signerOfSeed(name, Buffer.from(privateKey, 'base64')).verifier);
}
