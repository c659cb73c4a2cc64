import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createVerifier, sessionIssuer } from '@countersign/kit';
import { openIssuer } from './issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-issuer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const write = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return join(folder, name);
};
const rita = { personId: 'rita', name: 'Rita', roles: ['reviewer' as const], sessionId: '0b6f2f5e-7f0d-4a52-8f1e-3f1f0f8f5a11' };

test('a token names the person, the roles and the session, and lives five minutes', async () => {
  const issuer = await openIssuer(write('one.json', newKey()));
  const nowMs = Math.floor(Date.now() / 1000) * 1000;
  const { token, expiresAtMs } = await issuer.issue(rita, nowMs);
  expect(expiresAtMs - nowMs).toBe(300_000);
  const verify = createVerifier([{ issuer: sessionIssuer, jwks: write('jwks.json', issuer.jwks) }]);
  expect(await verify(`Bearer ${token}`)).toEqual({ subject: 'rita', name: 'Rita', roles: ['reviewer'], systems: [], sessionId: rita.sessionId });
  const { token: old } = await issuer.issue(rita, nowMs - 301_000);
  await expect(verify(`Bearer ${old}`)).rejects.toThrow('not valid');
});

test('what is published is public', async () => {
  const key = newKey();
  const { jwks } = await openIssuer(write('public.json', { keys: [key, newKey()] }));
  expect(jwks.keys.map((published) => Object.keys(published).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x'], ['alg', 'crv', 'kid', 'kty', 'use', 'x']]);
  expect(JSON.stringify(jwks)).not.toContain(key.d);
});

test('a key is rotated in steps, and at each the tokens of the step before are good', async () => {
  const [old, next] = [newKey(), newKey()];
  const steps = [{ keys: [old] }, { keys: [old, next] }, { keys: [next, old] }];
  const issuers = await Promise.all(steps.map((step, index) => openIssuer(write(`step-${index}.json`, step))));
  for (const [index, issuer] of issuers.entries()) {
    const { token } = await issuer.issue(rita, Date.now());
    for (const [neighbour, other] of issuers.entries()) {
      if (Math.abs(neighbour - index) > 1) continue;
      const verify = createVerifier([{ issuer: sessionIssuer, jwks: write(`jwks-${index}-${neighbour}.json`, other.jwks) }]);
      expect([index, neighbour, (await verify(`Bearer ${token}`)).subject]).toEqual([index, neighbour, 'rita']);
    }
  }
});

test.each<[string, unknown]>([
  ['no JSON', 'nonsense'], ['no key', { keys: [] }], ['a public key', { ...newKey(), d: undefined }], ['another kind of key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })],
])('a file with %s is refused, and named', async (_what, content) => {
  await expect(openIssuer(write('bad.json', content))).rejects.toThrow(/COUNTERSIGN_ISSUER_KEY_FILE.*bad\.json/s);
});

test('a file that is not there is named', async () => {
  await expect(openIssuer(join(folder, 'nowhere.json'))).rejects.toThrow(/COUNTERSIGN_ISSUER_KEY_FILE.*nowhere\.json/s);
});
