import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Command = {
  file: string;
  args: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  /** Called with each line of standard output; without it lines are passed on. */
  onLine?: (line: string) => void;
};

/** Runs a command to its end and returns its exit code; a missing program throws with the program's name. */
export async function runCommand(command: Command): Promise<number> {
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const onLine = command.onLine ?? ((line: string) => console.log(line));
  createInterface({ input: child.stdout }).on('line', onLine);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command.file}: ${error.message}; is it installed?`)));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** As `runCommand`, but any exit code other than 0 throws. */
export async function runOrThrow(command: Command): Promise<void> {
  const code = await runCommand(command);
  if (code !== 0) throw new Error(`${command.file} ${command.args.join(' ')} ended with ${code}`);
}
