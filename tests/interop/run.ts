import { runGo } from './go.ts';
import { preparePython, runPython } from './python.ts';
import { startStack } from './stack.ts';
import { brokenPart, sum } from './tally.ts';
import type { Tally } from './tally.ts';
import { writeTransparencyVectors } from './transparency.ts';

async function attempt(part: string, run: () => Promise<Tally>): Promise<Tally> {
  try {
    return await run();
  } catch (error) {
    return brokenPart(part, error);
  }
}

async function runAgainstStack(): Promise<Tally> {
  await using stack = await startStack();
  await using vectors = await writeTransparencyVectors();
  return sum([
    await attempt('Python against the stack', () => runPython('test_stack', stack.env)),
    await attempt('Go against the stack', () => runGo({ ...stack.env, INTEROP_TRANSPARENCY: vectors.file })),
  ]);
}

const total = sum([
  await attempt('Python recordings', async () => {
    await preparePython();
    return sum([await runPython('test_recorded', {}), await runPython('test_figures', {})]);
  }),
  await attempt('The stack', runAgainstStack),
]);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
