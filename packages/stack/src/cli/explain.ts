import { SettingsError } from '@countersign/kit';
import { SetupError } from '../infrastructure/failure.ts';

const fileFaults: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no file ${path}.`,
  // The platform says so only when it reads, and then no longer knows the path.
  EISDIR: () => 'That is a folder; name a file.',
  EACCES: (path) => `You may not open ${path}.`,
  EPERM: (path) => `You may not change ${path}.`,
  ENOSPC: () => 'The disk is full. Free some space.',
};

/** What a person reads when a command fails: what is wrong and what to do; the stack only where it is a fault of ours. */
export function explain(error: unknown): string {
  if (error instanceof SetupError) return `${error.message}\n${error.remedy}`;
  // A RangeError is what our readers throw on a file that is not what it should be; they name file and place.
  if (error instanceof SettingsError || error instanceof RangeError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  return fileFaults[code ?? '']?.(path ?? 'the file') ?? error.stack ?? error.message;
}
