import { existsSync, readFileSync, statSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { CountersignError } from './errors.ts';
import { permissions, roles, type Permission, type Role } from './permissions.ts';

/** Who sent a request, as the token says. */
export type Identity = {
  /** The individual or machine; what the record names. */
  subject: string;
  name: string;
  roles: readonly Role[];
  /** Systems a pipeline may speak for; `*` is every one. */
  systems: readonly string[];
};

export const tokenAudience = 'countersign';

/** Verifies bearer tokens: EdDSA or ES256 or RS256 JWTs for audience `countersign`, against a JWKS file or URL. */
export function createVerifier(jwks: string, issuer: string): (authorization: string | undefined) => Promise<Identity> {
  const keys = keySource(jwks);
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new CountersignError('unauthenticated', 'The request carries no bearer token.');
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: tokenAudience, algorithms: ['EdDSA', 'ES256', 'RS256'], requiredClaims: ['sub', 'exp'] });
      const subject = payload.sub?.trim() ?? '';
      if (subject === '') throw new Error('The token names nobody.');
      return {
        subject,
        name: typeof payload['name'] === 'string' ? payload['name'] : subject,
        roles: roles.filter((role) => listOf(payload['roles']).includes(role)),
        systems: listOf(payload['systems']),
      };
    } catch (error) {
      throw new CountersignError('unauthenticated', 'The token is not valid: it may be expired, or signed by somebody else.', {}, error);
    }
  };
}

/** Throws `forbidden` unless one of the identity's roles has the permission. */
export function requirePermission(identity: Identity, permission: Permission): void {
  const allowed: readonly Role[] = permissions[permission];
  if (!identity.roles.some((role) => allowed.includes(role))) {
    throw new CountersignError('forbidden', `${permission} needs one of the roles ${allowed.join(', ')}.`, { permission });
  }
}

/** Throws `forbidden` unless the pipeline may speak for the system. */
export function requireSystem(identity: Identity, system: string): void {
  if (!identity.systems.includes('*') && !identity.systems.includes(system)) {
    throw new CountersignError('forbidden', `Your token does not cover the system ${system}.`, { permission: 'system' });
  }
}

function listOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((item): item is string => typeof item === 'string') : [];
}

function keySource(jwks: string): JWTVerifyGetKey {
  if (/^https?:/.test(jwks)) return createRemoteJWKSet(new URL(jwks));
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
