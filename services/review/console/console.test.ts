import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpServer, createLog } from '@countersign/kit';
import type { FastifyInstance } from 'fastify';
import { consoleRoutes } from './http.ts';

const page = '<!doctype html><title>Console</title><script type="module" src="/assets/index-3f9a.js"></script>';
const script = 'export const answer = 42;\n'.repeat(100);
let folder: string;
let app: FastifyInstance;

async function serve(directory: string | null): Promise<FastifyInstance> {
  const options = { log: createLog('test', 'silent'), issuers: [], trustedProxies: [], services: () => [], onDenied: () => undefined };
  return await createHttpServer({ ...options, routes: [consoleRoutes(directory), async (routes) => void routes.get('/v1/session', { config: { permission: 'public' } }, () => ({ signedIn: false }))] });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-console-'));
  writeFileSync(join(folder, '..', `${folder.split('/').at(-1)}-secret.txt`), 'secret');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, '.env'), 'SECRET=1');
  writeFileSync(join(folder, 'assets', 'index-3f9a.js'), script);
  writeFileSync(join(folder, 'assets', 'index-3f9a.js.br'), brotliCompressSync(script));
  app = await serve(folder);
});
afterAll(async () => {
  await app.close();
  rmSync(`${folder}-secret.txt`);
  rmSync(folder, { recursive: true });
});

const navigate = async (url: string) => await app.inject({ url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

describe('the console', () => {
  test.each(['/', '/work', '/sign-in?problem=expired', '/people/jane.doe@example.com', '/decisions/mailroom/scan-0000.png', '/authors', '/v1x'])('is its one page at %s', async (url) => {
    const answer = await navigate(url);
    expect([answer.statusCode, answer.body, answer.headers['cache-control']]).toEqual([200, page, 'no-cache']);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
  });

  test.each(['/v1', '/v1/nothing', '/v1/session/nothing', '/auth', '/auth/nothing', '/.well-known/nothing', '/docs/nothing', '/openapi/x', '/dev-oidc/auth', '/assets/gone-1234.js', '/.env', '/assets'])('is nothing at %s, whoever asks', async (url) => {
    const answer = await navigate(url);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, expect.stringMatching(/^application\/problem\+json/)]);
  });

  test.each(['/healthz', '/openapi.json', '/v1/session'])('leaves %s to whom it belongs', async (url) => {
    expect((await navigate(url)).headers['content-type']).toMatch(/json/);
  });

  test('is no answer to a program that asks for something else', async () => {
    for (const headers of [{}, { accept: 'application/json' }, { accept: '*/*' }]) expect((await app.inject({ url: '/work', headers })).statusCode).toBe(404);
    expect((await app.inject({ method: 'POST', url: '/work', headers: { accept: 'text/html' } })).statusCode).toBe(404);
  });

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/assets/..%2f..%2fsecret.txt', '/assets/%2e%2e/%2e%2e/secret.txt', '/assets/..%5c..%5csecret.txt', '//etc/passwd', '/assets//etc/passwd', '/assets/%00'])('shows nothing beside its folder: %s', async (path) => {
    const name = `${folder.split('/').at(-1)}-secret.txt`;
    const answer = await app.inject({ url: path.replace('secret.txt', name) });
    expect(answer.body).not.toBe('secret');
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });

  test('has files that are kept for ever where their names change, packed where the browser can', async () => {
    const plain = await app.inject({ url: '/assets/index-3f9a.js' });
    expect([plain.statusCode, plain.body, plain.headers['cache-control']]).toEqual([200, script, 'public, max-age=31536000, immutable']);
    const packed = await app.inject({ url: '/assets/index-3f9a.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect([packed.headers['content-encoding'], packed.headers['content-type'], packed.headers['vary']]).toEqual(['br', expect.stringMatching(/javascript/), expect.stringMatching(/accept-encoding/i)]);
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe(script);
    expect((await app.inject({ url: '/favicon.svg' })).headers['cache-control']).toBe('no-cache');
  });

  test('is looked for anew, and not sent again when it is the same', async () => {
    const { headers } = await navigate('/work');
    const again = await app.inject({ url: '/work', headers: { accept: 'text/html', 'if-none-match': String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('runs scripts and draws with styles of ours only', async () => {
    const policy = String((await navigate('/work')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|style-src|font-src|unsafe|https?:/);
  });
});

test.each([null, '/nowhere'])('without a build, %s, it says how to make one', async (directory) => {
  await using server = { app: await serve(directory), [Symbol.asyncDispose]: async () => void (await server.app.close()) };
  const answer = await server.app.inject({ url: '/' });
  expect([answer.statusCode, answer.body]).toEqual([200, expect.stringMatching(/console is not built[^]*@countersign\/console build/)]);
  expect(answer.headers['content-security-policy']).toMatch(/style-src 'sha256-/);
  expect((await server.app.inject({ url: '/work', headers: { accept: 'text/html' } })).statusCode).toBe(404);
});
