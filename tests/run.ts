/** `npm test`: lint, types, generated files, then every test against real infrastructure. Ends with `N passed, N failed`. */
import { TestRun } from './test-run.ts';

const full = process.argv.includes('--full');
const run = new TestRun();
run.check('generated files', process.execPath, ['packages/contracts/generate.ts', '--check']);
run.check('generated verifier', process.execPath, ['--no-warnings', 'packages/evidence/generate.ts', '--check']);
run.check('types', process.execPath, ['node_modules/@typescript/native/bin/tsc', '--noEmit', '-p', '.']);
run.check('types of the console', process.execPath, ['node_modules/@typescript/native/bin/tsc', '--noEmit', '-p', 'packages/console/app']);
run.check('lint', process.execPath, ['node_modules/eslint/bin/eslint.js', '.']);
run.jest(`tests${full ? ', full counts' : ''}`, [], full ? { COUNTERSIGN_TEST_FULL: '1' } : {});
run.end();
