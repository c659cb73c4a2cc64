import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { tokenAudience } from '@countersign/kit';
import { formatLogKeys, publishLogKeys } from '../operations/log-key-file.ts';

/** The files of secrets in a home; the development issuer's private key never leaves it. `sessionKey` is review's: it signs the tokens of people who are signed in. */
export type SecretFiles = { jwks: string; issuerKey: string; sessionJwks: string; sessionKey: string; masterKey: string; samplingKeys: string; auditLogKey: string; witnessKeys: string; databasePassword: string; biPassword: string };

export const developmentIssuer = 'countersign-development';

export function secretFiles(home: string): SecretFiles {
  const at = (name: string) => join(home, 'secrets', name);
  return { jwks: at('jwks.json'), issuerKey: at('issuer-key.json'), sessionJwks: at('session-jwks.json'), sessionKey: at('session-key.json'), masterKey: at('master.key'), samplingKeys: at('sampling-keys.json'), auditLogKey: at('audit-log-key.json'), witnessKeys: at('witness-keys.txt'), databasePassword: at('database-password'), biPassword: at('bi-password') };
}

/** Makes the secrets that are missing; none is ever replaced. */
export async function ensureSecrets(home: string): Promise<SecretFiles> {
  const files = secretFiles(home);
  await mkdir(join(home, 'secrets'), { recursive: true, mode: 0o700 });
  const keep = async (file: string, make: () => Promise<string> | string) => {
    if (!existsSync(file)) await writeFile(file, await make(), { mode: 0o600 });
  };
  await keep(files.masterKey, () => randomBytes(32).toString('base64'));
  await keep(files.databasePassword, () => randomBytes(24).toString('base64url'));
  await keep(files.biPassword, () => randomBytes(24).toString('base64url'));
  // The first key is valid from the beginning of time, so that no decision is ever accepted without one.
  await keep(files.samplingKeys, () => `${JSON.stringify({ keys: [{ version: 'k1', validFrom: '1970-01-01T00:00:00Z', keyBase64: randomBytes(32).toString('base64') }] }, null, 2)}\n`);
  await keep(files.auditLogKey, newLogKeys);
  await publishLogKeys(files.auditLogKey);
  await keep(files.witnessKeys, () => '# Verifier keys of the witnesses whose cosignatures audit keeps, one a line.\n');
  await keep(files.issuerKey, newSigningKey);
  await keep(files.sessionKey, newSigningKey);
  await publishKey(files.issuerKey, files.jwks);
  await publishKey(files.sessionKey, files.sessionJwks);
  return files;
}

/** A log of its own for each home: two logs of one name would contradict each other. Whoever runs one for good gives it a name of theirs before its first start. */
function newLogKeys(): string {
  const origin = `countersign.local/${randomBytes(6).toString('hex')}`;
  return formatLogKeys({ origin, keys: [{ name: origin, privateKey: randomBytes(32).toString('base64') }] });
}

/** Where audit of this home keeps its Merkle log, and what it signs it with. */
export function auditLogEnvironment(home: string): Record<string, string> {
  return {
    COUNTERSIGN_AUDIT_LOG_FOLDER: join(home, 'audit-log'), COUNTERSIGN_AUDIT_ANCHOR_FILE: join(home, 'anchors', 'checkpoints.jsonl'), COUNTERSIGN_AUDIT_LOG_KEY_FILE: secretFiles(home).auditLogKey,
    COUNTERSIGN_AUDIT_WITNESS_KEYS_FILE: secretFiles(home).witnessKeys,
  };
}

async function newSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** Writes the public half of each key of a file, a key or a set of them, for whoever checks signatures. */
async function publishKey(privateFile: string, publicFile: string): Promise<void> {
  const read = JSON.parse(await readFile(privateFile, 'utf8')) as JWK | { keys: JWK[] };
  const keys = await Promise.all(('keys' in read && Array.isArray(read.keys) ? read.keys : [read as JWK]).map(async ({ d: _private, ...publicKey }) => ({ ...publicKey, kid: await calculateJwkThumbprint(publicKey), alg: 'EdDSA', use: 'sig' })));
  await writeFile(publicFile, JSON.stringify({ keys }), { mode: 0o644 });
}

export type TokenClaims = { subject: string; roles: readonly string[]; systems?: readonly string[]; ttlSeconds?: number };

/** A development token of this home. Production trusts other issuers, so it is worth nothing there. */
export async function signDevelopmentToken(home: string, claims: TokenClaims): Promise<string> {
  const jwk = JSON.parse(await readFile(secretFiles(home).issuerKey, 'utf8')) as JWK;
  const { d: _private, ...publicKey } = jwk;
  return await new SignJWT({ name: claims.subject, roles: claims.roles, systems: claims.systems ?? (claims.roles.includes('pipeline') ? ['*'] : []) })
    .setProtectedHeader({ alg: 'EdDSA', kid: await calculateJwkThumbprint(publicKey) })
    .setSubject(claims.subject).setIssuer(developmentIssuer).setAudience(tokenAudience).setIssuedAt()
    .setExpirationTime(`${claims.ttlSeconds ?? 12 * 3600}s`)
    .sign(await importJWK(jwk, 'EdDSA'));
}
