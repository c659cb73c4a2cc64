/** `npm test`: lint, types, generated files, then every test against real infrastructure. Ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const full = process.argv.includes('--full');
let passed = 0;
let failed = 0;

function check(name: string, args: readonly string[]): void {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed += 1;
  else failed += 1;
}

function runJest(): void {
  process.stdout.write(`\n== tests${full ? ', full counts' : ''}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-results-'));
  const results = join(folder, 'results.json');
  spawnSync(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`], {
    cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(full ? { COUNTERSIGN_TEST_FULL: '1' } : {}) },
  });
  try {
    const summary = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number; numRuntimeErrorTestSuites: number; numPendingTests: number };
    passed += summary.numPassedTests;
    failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites + summary.numPendingTests;
  } catch {
    failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

check('generated files', ['packages/contracts/generate.ts', '--check']);
check('types', ['node_modules/@typescript/native/bin/tsc', '--noEmit', '-p', '.']);
check('lint', ['node_modules/eslint/bin/eslint.js', '.']);
runJest();
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
