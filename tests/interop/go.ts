import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { Tally } from './tally.ts';

/** One line of `go test -json`. */
type GoEvent = { Action: string; Test?: string; Output?: string };

/** Runs the Go tests against the stack that `env` names. */
export async function runGo(env: Record<string, string>): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  const code = await runCommand({
    file: 'go',
    args: ['test', '-count=1', '-json', './...'],
    cwd: join(import.meta.dirname, 'go'),
    env,
    onLine: (line) => countEvent(tally, line),
  });
  if (tally.passed + tally.failed === 0) throw new Error(`go test ended with ${code} and ran nothing`);
  return tally;
}

function countEvent(tally: Tally, line: string): void {
  if (!line.startsWith('{')) {
    console.log(line);
    return;
  }
  const event = JSON.parse(line) as GoEvent;
  if (event.Action === 'output' || event.Action === 'build-output') process.stdout.write(event.Output ?? '');
  if (event.Test === undefined) return;
  if (event.Action === 'pass') tally.passed += 1;
  if (event.Action === 'fail') tally.failed += 1;
}
