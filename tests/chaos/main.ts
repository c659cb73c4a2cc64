/** `node tests/chaos/main.ts [--full] [--seed N] [--logs FOLDER]`: one chaos run with its progress, outside of Jest. */
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';
import { sizes } from './sizes.ts';

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false }, seed: { type: 'string' }, logs: { type: 'string' } } });
const startedAt = Date.now();
const note = (line: string) => process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
note(`seed ${seed}`);
const report = await runChaos({ ...(values.full ? sizes.full : sizes.short), seed, note, ...(values.logs === undefined ? {} : { keepLogs: values.logs }) }).catch((error: unknown) => {
  // What failed first is what matters; what failed while it was cleaned up hides it.
  for (let cause = error; cause !== undefined; cause = cause instanceof SuppressedError ? cause.suppressed : undefined) note(cause instanceof Error ? (cause.stack ?? cause.message) : 'something that is no error was thrown');
  process.exit(2);
});
const { violations, ...rest } = report;
process.stdout.write(`${JSON.stringify(rest, null, 2)}\n${violations.length} violations\n`);
for (const { kind, what } of violations.slice(0, 50)) process.stdout.write(`  ${kind}: ${what}\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
