import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, runOrThrow } from './command.ts';
import type { Tally } from './tally.ts';

const repository = join(import.meta.dirname, '..', '..');
const requirements = join(repository, 'examples', 'pipeline', 'requirements.txt');
const venv = join(repository, '.cache', 'interop-venv');
const interpreter = join(venv, 'bin', 'python');

/** Makes the virtual environment, unless one with these very requirements is there. */
export async function preparePython(): Promise<void> {
  const wanted = createHash('sha256').update(await readFile(requirements)).digest('hex');
  const mark = join(venv, 'requirements.sha256');
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === wanted) return;
  await rm(venv, { recursive: true, force: true });
  await mkdir(join(repository, '.cache'), { recursive: true });
  await runOrThrow({ file: 'python3', args: ['-m', 'venv', venv] });
  await runOrThrow({ file: interpreter, args: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements] });
  await writeFile(mark, wanted);
}

/** Runs one unittest module of `python/` and reads its last line. */
export async function runPython(module: string, env: Record<string, string>): Promise<Tally> {
  let last = '';
  const code = await runCommand({
    file: interpreter,
    args: ['suite.py', module],
    cwd: join(import.meta.dirname, 'python'),
    env: { ...env, PYTHONPATH: join(repository, 'examples'), PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
    onLine: (line) => {
      last = line;
      console.log(line);
    },
  });
  if (code !== 0 || !last.startsWith('{')) throw new Error(`${module} ended with ${code} and no tally`);
  return JSON.parse(last) as Tally;
}
