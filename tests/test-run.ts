import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Runs parts of a test run one after the other in the repository and counts what passed; `end` says so in the last line. */
export class TestRun {
  #passed = 0;
  #failed = 0;

  /** A command is one test: true when it ended with 0. */
  check(name: string, command: string, args: readonly string[]): boolean {
    process.stdout.write(`\n== ${name}\n`);
    const ok = spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
    if (ok) this.#passed += 1;
    else this.#failed += 1;
    return ok;
  }

  fail(reason: string): void {
    process.stderr.write(`${reason}\n`);
    this.#failed += 1;
  }

  /** Every test of a Jest run counts; one that is skipped counts as failed. */
  jest(name: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
    process.stdout.write(`\n== ${name}\n`);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-results-'));
    const results = join(folder, 'results.json');
    spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...args, '--json', `--outputFile=${results}`], {
      cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env },
    });
    try {
      const summary = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number; numRuntimeErrorTestSuites: number; numPendingTests: number };
      this.#passed += summary.numPassedTests;
      this.#failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites + summary.numPendingTests;
    } catch {
      this.#failed += 1;
    }
    rmSync(folder, { recursive: true, force: true });
  }

  end(): void {
    process.stdout.write(`\n${this.#passed} passed, ${this.#failed} failed\n`);
    process.exitCode = this.#failed === 0 ? 0 : 1;
  }
}
