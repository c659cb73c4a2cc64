import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './failure.ts';

/** One running copy per home. A lock whose process is gone is taken over. */
export function lockHome(home: string): Disposable {
  const file = join(home, 'running.pid');
  for (let tries = 0; ; tries += 1) {
    try {
      // Creating is the lock: of two that start at once, one gets it.
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || tries === 1) throw refusal(home, runningPid(home), error);
    }
    const holder = runningPid(home);
    if (holder !== undefined) throw refusal(home, holder);
    rmSync(file, { force: true });
  }
}

function refusal(home: string, holder: number | undefined, cause?: unknown): SetupError {
  return new SetupError(
    `Countersign runs already from ${home}${holder === undefined ? '' : ` (process ${holder})`}.`,
    `Use it, stop it with Ctrl-C, or set COUNTERSIGN_HOME to another folder. If that process is something else, remove ${join(home, 'running.pid')}.`, cause,
  );
}

/** The process that runs from this home, if one does. */
export function runningPid(home: string): number | undefined {
  const file = join(home, 'running.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // One that is not ours to signal is alive all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? pid : undefined;
  }
}
