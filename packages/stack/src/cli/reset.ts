import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { SetupError } from '../infrastructure/failure.ts';
import { runningPid } from '../infrastructure/lock.ts';

/** What a home may hold. `COUNTERSIGN_HOME` is typed by people: a folder that holds anything else is not cleared. */
const ours = new Set(['anchors', 'audit-log', 'endpoints.json', 'kafka', 'logs', 'postgres', 'postgres-password', 'running.pid', 'secrets']);

/** Clears the data of a home that nothing runs from. */
export async function reset(home: string): Promise<void> {
  if (runningPid(home) !== undefined) throw new SetupError('Countersign is running.', 'Stop it with Ctrl-C first.');
  const foreign = existsSync(home) ? (await readdir(home)).find((name) => !ours.has(name)) : undefined;
  if (foreign !== undefined) throw new SetupError(`${home} holds ${foreign}, which is not ours: nothing was cleared.`, 'Set COUNTERSIGN_HOME to the folder Countersign ran from, or move what does not belong there.');
  await rm(home, { recursive: true, force: true });
  process.stdout.write(`Cleared ${home}\n`);
}
