/** What a build of the console follows from: when the hash is as it was, so is the build. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Where a build lies, and the file in it that names its sources. */
export const distDirectory = join(root, 'dist');
export const stampName = '.sources';

/** Hex SHA-256 over every file a build reads. Tests are none of them. */
export function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles()) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function sourceFiles(): string[] {
  const app = readdirSync(join(root, 'app'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...app, join(root, 'vite.config.ts'), join(root, 'package.json'), join(import.meta.dirname, 'build.ts')].sort();
}
