import { describe, expect, test } from '@jest/globals';
import { readSettings } from '@countersign/kit';
import { sessionCookie } from './browser-sessions.ts';
import { checkIdentityConfig, identitySettings } from './config.ts';
import { firstRoles } from './entering.ts';

const complete = { COUNTERSIGN_PUBLIC_URL: 'https://desk.example', COUNTERSIGN_OIDC_ISSUER: 'https://login.example/realm', COUNTERSIGN_OIDC_CLIENT_ID: 'countersign', COUNTERSIGN_ISSUER_KEY_FILE: '/run/secrets/session_key' };
const read = (env: Record<string, string>, environment = 'production', tokenIssuer = 'https://tokens.example') => checkIdentityConfig(readSettings(identitySettings, env), { environment, tokenIssuer });

describe('the settings of signing in', () => {
  test('may all be absent', () => {
    expect(read({})).toMatchObject({ provider: null, publicOrigin: null });
  });

  test('make a provider when they are complete', () => {
    expect(read(complete)).toMatchObject({ publicOrigin: 'https://desk.example', provider: { clientId: 'countersign', clientSecret: null, name: 'login.example', rolesClaim: 'roles', insecure: false } });
  });

  test('name all that is missing at once', () => {
    expect(() => read({ COUNTERSIGN_OIDC_ISSUER: complete.COUNTERSIGN_OIDC_ISSUER })).toThrow(/COUNTERSIGN_PUBLIC_URL.*COUNTERSIGN_OIDC_CLIENT_ID.*COUNTERSIGN_ISSUER_KEY_FILE/s);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['http in production', { COUNTERSIGN_OIDC_ISSUER: 'http://login.example' }, /COUNTERSIGN_OIDC_ISSUER must be https/],
    ['http for people in production', { COUNTERSIGN_PUBLIC_URL: 'http://desk.example' }, /COUNTERSIGN_PUBLIC_URL must be https/],
    ['a path', { COUNTERSIGN_PUBLIC_URL: 'https://desk.example/app' }, /must be an origin/],
    ['no address', { COUNTERSIGN_PUBLIC_URL: 'desk.example' }, /must be a URL/],
    ['a scheme of scripts', { COUNTERSIGN_PUBLIC_URL: 'javascript:alert(1)' }, /must be a URL/],
  ])('refuse %s', (_what, change, message) => {
    expect(() => read({ ...complete, ...change })).toThrow(message);
  });

  test('refuse a client whose ID tokens would pass as bearer tokens', () => {
    for (const tokenIssuer of ['https://login.example/realm', 'https://login.example/realm/']) {
      expect(() => read(complete, 'production', tokenIssuer)).toThrow(/COUNTERSIGN_OIDC_CLIENT_ID must not be countersign/);
      expect(read({ ...complete, COUNTERSIGN_OIDC_CLIENT_ID: 'countersign-console' }, 'production', tokenIssuer).provider?.clientId).toBe('countersign-console');
    }
  });

  test('allow http in development', () => {
    expect(read({ ...complete, COUNTERSIGN_OIDC_ISSUER: 'http://127.0.0.1:8080/dev-oidc', COUNTERSIGN_PUBLIC_URL: 'http://127.0.0.1:8080' }, 'development').provider?.insecure).toBe(true);
  });
});

test('over https the cookie is bound to its host, and to https', () => {
  expect(sessionCookie('https://desk.example')).toEqual({ name: '__Host-countersign-session', options: { path: '/', httpOnly: true, sameSite: 'lax', secure: true } });
  expect(sessionCookie('http://127.0.0.1:8080')).toEqual({ name: 'countersign-session', options: { path: '/', httpOnly: true, sameSite: 'lax', secure: false } });
});

describe('somebody unknown begins with', () => {
  const vouched = { subject: 'zoe', name: 'Zoe', roles: ['reviewer', 'emperor', 'pipeline', 'admin'] };
  test.each<[string, { enterUnknown: boolean; firstAdmins: string[] }, string[] | null]>([
    ['nothing, where nobody unknown is entered', { enterUnknown: false, firstAdmins: [] }, null],
    ['the roles of the claim that a person can have', { enterUnknown: true, firstAdmins: [] }, ['reviewer', 'admin']],
    ['admin alone, as a first admin', { enterUnknown: false, firstAdmins: ['zoe'] }, ['admin']],
    ['nothing, where another one is a first admin', { enterUnknown: false, firstAdmins: ['zoe2'] }, null],
  ])('%s', (_what, settings, roles) => {
    expect(firstRoles(vouched, settings)).toEqual(roles);
  });
});
