/** Builds the console into `dist` when its sources changed. A process of its own: the bundler must not stay in the memory of what asks for it. */

import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { distDirectory, hashSources, stampName } from './sources.ts';

/** Of what is smaller than this, compression saves nothing that counts. */
const compressedBytesMin = 500;

const sources = hashSources();
const stamp = join(distDirectory, stampName);
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) await rebuild();

/** Built beside and moved in whole, so that a server never finds half of it; the one who comes second replaces the same by the same. */
async function rebuild(): Promise<void> {
  const fresh = `${distDirectory}.${process.pid}`;
  await build({ configFile: join(import.meta.dirname, '../vite.config.ts'), logLevel: 'warn', build: { outDir: fresh } });
  await compress(join(fresh));
  await writeFile(join(fresh, stampName), sources);
  const old = `${distDirectory}.${process.pid}.old`;
  await rename(distDirectory, old).catch(ignoreMissing);
  await rename(fresh, distDirectory).catch(async () => await rm(fresh, { recursive: true, force: true }));
  await rm(old, { recursive: true, force: true });
}

/** Each text file also as `.br` and `.gz`: the server only picks one. */
async function compress(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    if (bytes.length < compressedBytesMin) continue;
    await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
