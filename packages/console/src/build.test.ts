import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { buildConsole } from './index.ts';

type Chunk = { file: string; css?: string[]; imports?: string[]; dynamicImports?: string[]; isEntry?: boolean };

const initialBytesMax = 200_000;
const home = join(import.meta.dirname, '..');
const copy = join(home, `dist.copy-${process.pid}`);
const run = promisify(execFile);

let directory: string;
let manifest: Record<string, Chunk>;
let files: string[];

beforeAll(async () => {
  ({ directory } = await buildConsole());
  manifest = JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(directory, name)).isFile());
}, 120_000);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const text = (name: string) => readFileSync(join(directory, name), 'utf8');

/** The scripts that are loaded for a module before anything of it runs. */
function scriptsOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const imported of chunk.imports ?? []) scriptsOf(imported, seen);
  return seen;
}

const gzippedBytes = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(directory, name)), { level: 9 }).length, 0);

describe('the built console', () => {
  test('loads no more JavaScript at first than was agreed, on whatever screen', () => {
    const entry = Object.entries(manifest).find(([, chunk]) => chunk.isEntry === true)?.[0] ?? '';
    const screens = Object.keys(manifest).filter((name) => /^screens\/[\w-]+\/screen\.tsx$/.test(name));
    expect(screens.length).toBeGreaterThanOrEqual(8);
    const sizes = screens.map((screen) => ({ screen, bytes: gzippedBytes(new Set([...scriptsOf(entry), ...scriptsOf(screen), 'theme.js'])) }));
    expect(sizes.filter(({ bytes }) => bytes > initialBytesMax)).toEqual([]);
  });

  test('needs no script or style in the page itself, and nothing from elsewhere', () => {
    const page = text('index.html');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/i);
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) expect(address).toMatch(/^\/[^/]/);
    for (const name of files.filter((file) => file.endsWith('.css'))) expect(text(name)).not.toMatch(/@import|url\(\s*["']?(?:https?:|\/\/|data:)/i);
  });

  test('has each text file also compressed, and the same in it', () => {
    const large = files.filter((name) => /\.(js|css|html|svg)$/.test(name) && statSync(join(directory, name)).size >= 500);
    expect(large.length).toBeGreaterThan(10);
    for (const name of large) {
      expect(gunzipSync(readFileSync(join(directory, `${name}.gz`))).equals(readFileSync(join(directory, name)))).toBe(true);
      expect(brotliDecompressSync(readFileSync(join(directory, `${name}.br`))).equals(readFileSync(join(directory, name)))).toBe(true);
    }
  });

  test('is built again when a source changed, and only then; two at once are safe', async () => {
    // In a copy: others are served from the real one meanwhile.
    for (const part of ['app', 'src', 'vite.config.ts', 'package.json']) cpSync(join(home, part), join(copy, part), { recursive: true });
    const build = async () => (await run(process.execPath, ['--input-type=module', '-e', `import { buildConsole } from ${JSON.stringify(join(copy, 'src/index.ts'))}; console.log((await buildConsole()).rebuilt);`], { cwd: copy })).stdout.trim();
    expect(await Promise.all([build(), build()])).toEqual(['true', 'true']);
    expect([await build(), existsSync(join(copy, 'dist/index.html'))]).toEqual(['false', true]);
    writeFileSync(join(copy, 'app/public/probe.txt'), 'a source more');
    expect([await build(), existsSync(join(copy, 'dist/probe.txt'))]).toEqual(['true', true]);
    rmSync(join(copy, 'app/public/probe.txt'));
    expect([await build(), existsSync(join(copy, 'dist/probe.txt'))]).toEqual(['true', false]);
    expect(readdirSync(copy).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  }, 120_000);
});
