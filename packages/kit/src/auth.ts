import { existsSync, readFileSync, statSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { CountersignError } from './errors.ts';
import type { Identity } from './identity.ts';
import { roles } from './permissions.ts';
import type { CommonSettings } from './settings.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export const tokenAudience = 'countersign';

/** Whom review's own tokens name as issuer: those it gives to people who are signed in. */
export const sessionIssuer = 'countersign-sessions';

/** Somebody whose tokens are trusted, and the file or URL of the keys that sign them. */
export type TrustedIssuer = { issuer: string; jwks: string };

/** Whom a service trusts: the issuer of the settings, and review, where its keys are known. */
export function trustedIssuers({ jwks, tokenIssuer, sessionJwks }: Pick<CommonSettings, 'jwks' | 'tokenIssuer' | 'sessionJwks'>): readonly TrustedIssuer[] {
  return [{ issuer: tokenIssuer, jwks }, ...(sessionJwks === null ? [] : [{ issuer: sessionIssuer, jwks: sessionJwks }])];
}

export type Verify = (authorization: string | undefined) => Promise<Identity>;

/** Verifies bearer tokens: EdDSA or ES256 or RS256 JWTs for audience `countersign`, each with the keys of the issuer it names. Throws for two issuers of one name. */
export function createVerifier(issuers: readonly TrustedIssuer[]): Verify {
  const trusted = new Map(issuers.map(({ issuer, jwks }) => [issuer, keySource(jwks)]));
  if (trusted.size !== issuers.length) throw new Error(`Two issuers of tokens have one name: ${issuers.map(({ issuer }) => issuer).join(', ')}.`);
  const verified = new VerifiedTokens();
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new CountersignError('unauthenticated', 'The request carries no bearer token.');
    const keysOf = issuers.map(({ jwks }) => stateOf(jwks)).join();
    const known = verified.get(token, keysOf, Date.now());
    if (known !== undefined) return known;
    try {
      const payload = await verifyToken(token, trusted);
      const identity = identityOf(payload);
      verified.set(token, identity, keysOf, (payload.exp ?? 0) * 1000, Date.now());
      return identity;
    } catch (error) {
      if (error instanceof KeysUnreachable) throw new CountersignError('unavailable', 'The keys that sign tokens cannot be had now.', {}, error);
      throw new CountersignError('unauthenticated', 'The token is not valid: it may be expired, or signed by somebody else.', {}, error);
    }
  };
}

async function verifyToken(token: string, trusted: ReadonlyMap<string, JWTVerifyGetKey>): Promise<JWTPayload> {
  const issuer = decodeJwt(token).iss ?? '';
  const keys = trusted.get(issuer);
  if (keys === undefined) throw new Error('The issuer is not one that is trusted.');
  const { payload } = await jwtVerify(token, keys, { issuer, audience: tokenAudience, algorithms: ['EdDSA', 'ES256', 'RS256'], requiredClaims: issuer === sessionIssuer ? ['sub', 'exp', 'sid'] : ['sub', 'exp'] });
  // Both are of ID tokens alone (OpenID Connect Core 1.0, 2): who signed in at the provider has not signed in here, and stands in no register.
  if (payload['nonce'] !== undefined || payload['at_hash'] !== undefined) throw new Error('This is an ID token.');
  return payload;
}

/** Throws where the token names nobody. `sid` counts from review alone: many identity providers have one of their own. */
function identityOf(payload: JWTPayload): Identity {
  const subject = payload.sub?.trim() ?? '';
  if (subject === '') throw new Error('The token names nobody.');
  const { name, sid } = payload;
  return {
    subject,
    name: typeof name === 'string' ? name : subject,
    roles: roles.filter((role) => listOf(payload['roles']).includes(role)),
    systems: listOf(payload['systems']),
    sessionId: payload.iss === sessionIssuer && typeof sid === 'string' ? sid : null,
  };
}

function listOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((item): item is string => typeof item === 'string') : [];
}

/** Not the token's fault, nor its bearer's. */
class KeysUnreachable extends Error {
  override name = 'KeysUnreachable';
}

function remoteKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const aboutToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported;
      throw aboutToken ? error : new KeysUnreachable(`${url.href} gives no keys.`, { cause: error });
    }
  };
}

/** Changes with the file of keys; where the keys are is no question of ours for an issuer that is asked. */
function stateOf(jwks: string): number {
  return /^https?:/.test(jwks) ? 0 : (statSync(jwks, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function keySource(jwks: string): JWTVerifyGetKey {
  if (/^https?:/.test(jwks)) return remoteKeys(new URL(jwks));
  let readAtMs = 0;
  let keys: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    if (!existsSync(jwks)) throw new Error(`${jwks} does not exist.`);
    const changedMs = statSync(jwks).mtimeMs;
    if (keys === undefined || changedMs !== readAtMs) {
      keys = createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
      readAtMs = changedMs;
    }
    return await keys(header, token);
  };
}
