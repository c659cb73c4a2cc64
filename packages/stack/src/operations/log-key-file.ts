import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseLogKeys } from '@countersign/audit/log-keys';
import { formatVerifierKey } from '@countersign/merkle';

/** The keys that sign checkpoints of the audit log, as their file has them: seeds of 32 bytes in Base 64. */
export type LogKeyFile = { origin: string; keys: ReadonlyArray<{ name: string; privateKey: string }> };

export function formatLogKeys(keys: LogKeyFile): string {
  return `${JSON.stringify(keys, null, 2)}\n`;
}

/** Where the public halves stand: beside the keys. */
export function verifierKeysFile(keyFile: string): string {
  return keyFile.replace(/(\.json)?$/, '.pub');
}

/** Writes the public half of each key beside the file, one a line, and keeps those of earlier keys: old checkpoints are checked with them. Answers those in use. */
export async function publishLogKeys(keyFile: string): Promise<string[]> {
  const { keys } = parseLogKeys(await readFile(keyFile, 'utf8'), keyFile);
  const current = keys.map(({ verifier }) => formatVerifierKey(verifier));
  const publicFile = verifierKeysFile(keyFile);
  const published = existsSync(publicFile) ? (await readFile(publicFile, 'utf8')).split('\n').filter((line) => line !== '') : [];
  const all = [...new Set([...published, ...current])];
  if (all.length > published.length) await writeFile(publicFile, all.map((line) => `${line}\n`).join(''), { mode: 0o644 });
  return current;
}
