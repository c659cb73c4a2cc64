import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './failure.ts';

/** One running copy per home. A lock whose process is gone is taken over. */
export function lockHome(home: string): Disposable {
  const file = join(home, 'running.pid');
  const holder = runningPid(home);
  if (holder !== undefined) throw new SetupError(`Countersign runs already from ${home} (process ${holder}).`, 'Use it, stop it with Ctrl-C, or set COUNTERSIGN_HOME to another folder.');
  rmSync(file, { force: true });
  const handle = openSync(file, 'wx');
  writeSync(handle, String(process.pid));
  closeSync(handle);
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** The process that runs from this home, if one does. */
export function runningPid(home: string): number | undefined {
  const file = join(home, 'running.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid === process.pid ? undefined : pid;
  } catch {
    return undefined;
  }
}
