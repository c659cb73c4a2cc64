/** The built console, for whoever serves it. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { distDirectory, hashSources, stampName } from './sources.ts';

const run = promisify(execFile);

export type BuiltConsole = {
  /** What `COUNTERSIGN_CONSOLE_DIR` names: `index.html`, hashed `assets/`, and `.br` and `.gz` beside what is text. */
  directory: string;
  /** False where the sources are those of the build that was there. */
  rebuilt: boolean;
};

/**
 * Builds the console unless the build that is there is of these sources. Takes a few seconds then, and milliseconds otherwise. Two at
 * once are safe. Throws with the output of the bundler where the sources cannot be built.
 */
export async function buildConsole(): Promise<BuiltConsole> {
  const stamp = join(distDirectory, stampName);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources()) return { directory: distDirectory, rebuilt: false };
  await run(process.execPath, [join(import.meta.dirname, 'build.ts')], { cwd: join(import.meta.dirname, '..'), env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } });
  return { directory: distDirectory, rebuilt: true };
}
