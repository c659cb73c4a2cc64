import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { folderEnvironment } from '../embedded/folders.ts';
import { secretFiles } from '../embedded/secrets.ts';
import { SetupError } from '../infrastructure/failure.ts';
import { runningPid } from '../infrastructure/lock.ts';

/** What Kafka, PostgreSQL and the start itself leave in a home, also when they are cut off. */
const ofInfrastructure = ['endpoints.json', 'endpoints.json.new', 'kafka', 'logs', 'postgres', 'postgres-password', 'postgres.password', 'running.pid'];

/** What a home may hold. `COUNTERSIGN_HOME` is typed by people: a folder that holds anything else is not cleared. */
function isOurs(home: string, name: string): boolean {
  return ofInfrastructure.includes(name) || Object.values({ ...secretFiles(home), ...folderEnvironment(home) }).some((path) => relative(home, path).split(sep)[0] === name);
}

/** Clears the data of a home that nothing runs from. */
export async function reset(home: string): Promise<void> {
  if (runningPid(home) !== undefined) throw new SetupError('Countersign is running.', 'Stop it with Ctrl-C first.');
  const foreign = existsSync(home) ? (await readdir(home)).find((name) => !isOurs(home, name)) : undefined;
  if (foreign !== undefined) throw new SetupError(`${home} holds ${foreign}, which is not ours: nothing was cleared.`, 'Set COUNTERSIGN_HOME to the folder Countersign ran from, or move what does not belong there.');
  await rm(home, { recursive: true, force: true });
  process.stdout.write(`Cleared ${home}\n`);
}
