import { afterEach, expect, test } from '@jest/globals';
import { runReview } from '../testing/running-review.ts';
import type { Running } from '../testing/running-review.ts';

let running: Running;
afterEach(async () => await running.close(), 30_000);

test('without a provider nobody can sign in, it is said why, and everything else works', async () => {
  running = await runReview();
  const signIn = await running.http.inject('/auth/sign-in');
  expect([signIn.statusCode, signIn.json()]).toMatchObject([404, { refusal: 'sign-in-not-configured', remedy: expect.stringContaining('COUNTERSIGN_OIDC_ISSUER') }]);
  const callback = await running.http.inject('/auth/callback?code=x&state=y');
  expect([callback.statusCode, callback.headers.location]).toEqual([302, '/sign-in?problem=expired']);
  expect((await running.http.inject('/v1/session')).json()).toEqual({ signedIn: false, providerName: null });
  expect((await running.http.inject('/.well-known/jwks.json')).json()).toEqual({ keys: [expect.objectContaining({ crv: 'Ed25519', use: 'sig' })] });
  expect((await running.http.inject({ method: 'GET', url: '/v1/reviews/claims', headers: { authorization: running.token('ann', 'reviewer') } })).statusCode).toBe(200);
  expect((await running.http.inject('/v1/session')).headers['set-cookie']).toBeUndefined();
}, 60_000);

test('a provider that does not answer leads back, and does not keep review from starting', async () => {
  const unreachable = { COUNTERSIGN_PUBLIC_URL: 'https://desk.example', COUNTERSIGN_OIDC_ISSUER: 'http://127.0.0.1:1', COUNTERSIGN_OIDC_CLIENT_ID: 'x' };
  running = await runReview(unreachable);
  const https = { 'x-forwarded-proto': 'https', host: 'desk.example' };
  const signIn = await running.http.inject({ url: '/auth/sign-in', headers: https });
  expect([signIn.statusCode, signIn.headers.location]).toEqual([302, '/sign-in?problem=provider-refused']);
  expect((await running.http.inject({ url: '/v1/session', headers: https })).json()).toEqual({ signedIn: false, providerName: '127.0.0.1:1' });
  // The cookie is for https alone: by http it would be lost, and people would go round in a circle.
  const plain = await running.http.inject({ url: '/auth/sign-in', headers: { host: 'desk.example' } });
  expect([plain.statusCode, plain.json()]).toMatchObject([400, { remedy: expect.stringContaining('X-Forwarded-Proto') }]);
}, 60_000);
