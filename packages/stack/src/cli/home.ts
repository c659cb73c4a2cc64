import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from '../infrastructure/failure.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Where data lives: `COUNTERSIGN_HOME`, or `.countersign` in the repository. */
export function homeFolder(): string {
  return resolve(process.env['COUNTERSIGN_HOME'] ?? join(root, '.countersign'));
}

/** Where downloaded jars live, shared by all homes. */
export function cacheFolder(): string {
  return resolve(process.env['COUNTERSIGN_CACHE'] ?? join(root, '.cache'));
}

export function repositoryFile(...parts: readonly string[]): string {
  return join(root, ...parts);
}

export type RunningEndpoints = { http: string; kafka: string; registry: string; postgres: string };

/** The endpoints of the copy that runs from this home. */
export function runningEndpoints(): RunningEndpoints {
  const file = join(homeFolder(), 'endpoints.json');
  if (!existsSync(file)) throw new SetupError('Countersign does not run.', 'Start it with `npm start` in another terminal. One that runs elsewhere is named by settings or options: docs/cli.md.');
  return JSON.parse(readFileSync(file, 'utf8')) as RunningEndpoints;
}
