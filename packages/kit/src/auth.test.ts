import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createVerifier, sessionIssuer, tokenAudience, trustedIssuers } from './auth.ts';
import { requirePermission, requireSystem } from './identity.ts';
import { CountersignError } from './errors.ts';
import { permissions, roles } from './permissions.ts';
import { commonSettings, readSettings, SettingsError } from './settings.ts';

const issuer = 'https://issuer.example';
const folder = mkdtempSync(join(tmpdir(), 'countersign-auth-'));
const jwks = join(folder, 'jwks.json');
let ours: KeyObject;
let theirs: KeyObject;

/** Writes the keys that are trusted from now on. */
function trust(...keys: readonly KeyObject[]): void {
  writeFileSync(jwks, JSON.stringify({ keys: keys.map((key) => ({ ...key.export({ format: 'jwk' }), d: undefined, alg: 'EdDSA', use: 'sig' })) }));
}

beforeAll(() => {
  ours = generateKeyPairSync('ed25519').privateKey;
  theirs = generateKeyPairSync('ed25519').privateKey;
  trust(ours);
});
afterAll(() => rmSync(folder, { recursive: true }));

const claims = (change: object = {}) => ({ sub: 'rita', iss: issuer, aud: tokenAudience, exp: Math.floor(Date.now() / 1000) + 60, roles: ['reviewer'], ...change });
const sign = async (payload: object, key: KeyObject = ours) => `Bearer ${await new SignJWT({ ...payload }).setProtectedHeader({ alg: 'EdDSA' }).sign(key)}`;

async function refusal(authorization: string | undefined): Promise<CountersignError> {
  const error: unknown = await createVerifier([{ issuer, jwks }])(authorization).then((identity) => identity, (failure: unknown) => failure);
  if (!(error instanceof CountersignError)) throw new Error(`It was let in: ${JSON.stringify(error)}`);
  return error;
}

describe('a bearer token', () => {
  test('of ours names the person, the roles we know, and nothing else', async () => {
    const identity = await createVerifier([{ issuer, jwks }])(await sign(claims({ roles: ['reviewer', 'emperor', 7], systems: ['a', 1] })));
    expect(identity).toEqual({ subject: 'rita', name: 'rita', roles: ['reviewer'], systems: ['a'], sessionId: null });
  });

  const hour = 3600;
  test.each<[string, () => Promise<string | undefined> | string | undefined]>([
    ['none at all', () => undefined],
    ['another scheme', () => 'Basic cml0YTpyaXRh'],
    ['no token behind the word', () => 'Bearer '],
    ['three words that are no token', () => 'Bearer a.b.c'],
    ['another issuer', () => sign(claims({ iss: 'https://elsewhere.example' }))],
    ['another audience', () => sign(claims({ aud: 'payroll' }))],
    ['an expired one', () => sign(claims({ exp: Math.floor(Date.now() / 1000) - hour }))],
    ['one not valid yet', () => sign(claims({ nbf: Math.floor(Date.now() / 1000) + hour }))],
    ['one that never expires', () => sign(claims({ exp: undefined }))],
    ['one about nobody', () => sign(claims({ sub: undefined }))],
    ['one about a person without a name', () => sign(claims({ sub: '' }))],
    ['an ID token', () => sign(claims({ nonce: 'n-0S6_WzA2Mj', typ: 'ID', roles: ['admin'] }))],
    ['an ID token without a nonce', () => sign(claims({ at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng', roles: ['admin'] }))],
    ['a stranger\'s key', () => sign(claims(), theirs)],
    ['alg none', () => `Bearer ${new UnsecuredJWT(claims()).encode()}`],
    ['alg none with a signature', () => `Bearer ${new UnsecuredJWT(claims()).encode()}AAAA`],
    ['the public key as an HMAC secret', async () => `Bearer ${await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JSON.stringify(ours.export({ format: 'jwk' }))))}`],
    ['changed claims under the old signature', async () => {
      const [header, , signature] = (await sign(claims())).slice(7).split('.');
      return `Bearer ${header}.${Buffer.from(JSON.stringify(claims({ roles: ['admin'] }))).toString('base64url')}.${signature}`;
    }],
  ])('is refused: %s', async (_what, make) => {
    expect((await refusal(await make())).code).toBe('unauthenticated');
  });

  test('follows a key rotation without a restart', async () => {
    const verify = createVerifier([{ issuer, jwks }]);
    await verify(await sign(claims()));
    trust(theirs);
    utimesSync(jwks, new Date(), new Date(Date.now() + 5000));
    expect((await verify(await sign(claims(), theirs))).subject).toBe('rita');
    await expect(verify(await sign(claims()))).rejects.toThrow(CountersignError);
    trust(ours);
  });
});

describe('tokens of several issuers', () => {
  const sessionJwks = join(folder, 'session-jwks.json');
  const both = [{ issuer, jwks }, { issuer: sessionIssuer, jwks: sessionJwks }];
  let session: KeyObject;
  beforeAll(() => {
    session = generateKeyPairSync('ed25519').privateKey;
    writeFileSync(sessionJwks, JSON.stringify({ keys: [{ ...session.export({ format: 'jwk' }), d: undefined, alg: 'EdDSA', use: 'sig' }] }));
  });
  const ofSession = (change: object = {}) => claims({ iss: sessionIssuer, sid: 's1', ...change });

  test('are each checked with the keys of the issuer they name', async () => {
    const verify = createVerifier(both);
    expect(await verify(await sign(claims()))).toMatchObject({ subject: 'rita', sessionId: null });
    expect(await verify(await sign(ofSession(), session))).toMatchObject({ subject: 'rita', sessionId: 's1' });
    for (const token of [await sign(claims(), session), await sign(ofSession(), ours), await sign(claims({ iss: 'https://elsewhere.example' })), await sign(claims({ iss: ['a', sessionIssuer] })), await sign(claims({ iss: undefined }))]) {
      await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  test('have a session only where review issued them, and then never none', async () => {
    const verify = createVerifier(both);
    expect(await verify(await sign(claims({ sid: 'the provider has one too' })))).toMatchObject({ sessionId: null });
    await expect(verify(await sign(ofSession({ sid: undefined }), session))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('are refused where nobody said that review is trusted', async () => {
    await expect(createVerifier(trustedIssuers({ jwks, tokenIssuer: issuer, sessionJwks: null }))(await sign(ofSession(), session))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await createVerifier(trustedIssuers({ jwks, tokenIssuer: issuer, sessionJwks }))(await sign(ofSession(), session))).sessionId).toBe('s1');
  });

  test('cannot be told apart where two issuers have one name', () => {
    expect(() => createVerifier(trustedIssuers({ jwks, tokenIssuer: sessionIssuer, sessionJwks }))).toThrow('one name');
  });

  test('cannot be judged while the keys cannot be had: that is no fault of the token', async () => {
    const verify = createVerifier([{ issuer: sessionIssuer, jwks: 'http://127.0.0.1:1/jwks.json' }]);
    await expect(verify(await sign(ofSession(), session))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('what a role may do', () => {
  const identity = (...of: ReadonlyArray<(typeof roles)[number]>) => ({ subject: 'x', name: 'x', roles: of, systems: ['a'], sessionId: null });

  test('is what the one table says, for every role and permission', () => {
    for (const [permission, allowed] of Object.entries(permissions) as Array<[keyof typeof permissions, readonly string[]]>) {
      for (const role of roles) {
        const attempt = () => requirePermission(identity(role), permission);
        if (allowed.includes(role)) expect(attempt).not.toThrow();
        else expect(attempt).toThrow(`${permission} needs one of the roles ${allowed.join(', ')}.`);
      }
      expect(() => requirePermission(identity(), permission)).toThrow('needs one of the roles');
    }
  });

  test('a pipeline speaks for its own systems only', () => {
    expect(() => requireSystem(identity('pipeline'), 'a')).not.toThrow();
    expect(() => requireSystem(identity('pipeline'), 'b')).toThrow('does not cover the system b');
    expect(() => requireSystem({ ...identity('pipeline'), systems: ['*'] }, 'b')).not.toThrow();
  });
});

describe('production', () => {
  const env = {
    COUNTERSIGN_KAFKA_BROKERS: 'k:9092', COUNTERSIGN_REGISTRY_URL: 'http://r', COUNTERSIGN_DATABASE_URL: 'postgres://p/c', COUNTERSIGN_VAULT_DATABASE_URL: 'postgres://p/v',
    COUNTERSIGN_DATABASE_PASSWORD: 'x', COUNTERSIGN_MASTER_KEY_FILE: '/m', COUNTERSIGN_SAMPLING_KEYS_FILE: '/s', COUNTERSIGN_JWKS: '/j',
  };

  test('is what a service runs in unless told otherwise, and there it refuses the development issuer', () => {
    for (const environment of [{}, { COUNTERSIGN_ENVIRONMENT: 'production' }]) {
      for (const named of [{}, { COUNTERSIGN_TOKEN_ISSUER: 'countersign-development' }]) {
        expect(() => readSettings(commonSettings, { ...env, ...environment, ...named })).toThrow(SettingsError);
        expect(() => readSettings(commonSettings, { ...env, ...environment, ...named })).toThrow(/COUNTERSIGN_TOKEN_ISSUER/);
      }
    }
    expect(readSettings(commonSettings, { ...env, COUNTERSIGN_TOKEN_ISSUER: issuer }).environment).toBe('production');
    expect(readSettings(commonSettings, { ...env, COUNTERSIGN_ENVIRONMENT: 'development' }).tokenIssuer).toBe('countersign-development');
  });
});
