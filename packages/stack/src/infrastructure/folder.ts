import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './failure.ts';

/** Makes the folder and tries it: whoever may create one thing in it may run from it. `setting` names another one. */
export async function makeFolder(folder: string, setting: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await rmdir(await mkdtemp(join(folder, '.may-i-write-')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw new SetupError(`The disk of ${folder} is full.`, `Free some space, or set ${setting} to another disk.`, error);
    throw new SetupError(`The folder ${folder} cannot be made or written (${error instanceof Error ? error.message : String(error)}).`, `Let this user write there, or set ${setting} to another folder.`, error);
  }
}
