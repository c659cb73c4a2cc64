/** That what runs our tests tells a broken one from a sound one: a run of its own over files that are broken in all the ways we know. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import base from '../../../jest.config.ts';

const root = join(import.meta.dirname, '../../..');
const files: Readonly<Record<string, string>> = {
  'sound.test.ts': `import { expect, jest, test } from '@jest/globals';
    import { count, declare } from './shared.ts';
    process.env.LEFT = 'sound';
    console.log = () => undefined;
    test('passes', () => expect([1, { a: new Date(0) }]).toStrictEqual([1, { a: new Date(0) }]));
    test('an error is one', () => expect(() => { throw new TypeError('no'); }).toThrow(TypeError));
    test('time is held', () => { jest.useFakeTimers(); const rung = jest.fn(); setTimeout(rung, 1000); jest.advanceTimersByTime(1000); expect(rung).toHaveBeenCalledTimes(1); });
    declare('sound');
    test('counts', () => expect(count()).toBeGreaterThan(0));`,
  'sound-too.test.ts': `import { expect, test } from '@jest/globals';
    import { count, declare } from './shared.ts';
    test.each([1, 2])('is given %d', (given) => expect(given).toBeGreaterThan(0));
    declare('sound-too');
    test('nothing is left of the file before', async () => {
      expect([process.env.LEFT, String(console.log) === '() => undefined']).toEqual([undefined, false]);
      await new Promise((done) => setTimeout(done, 1));
      expect(count()).toBeGreaterThan(0);
    });`,
  'shared.ts': `import { test } from '@jest/globals';
    let counted = 0;
    export const count = () => (counted += 1);
    export const declare = (name) => test('declared for ' + name, () => undefined);`,
  'fails.test.ts': `import { expect, test } from '@jest/globals';
    test('fails', () => expect(1).toBe(2));
    test('a failure does not hide the next', () => expect(1).toBe(1));
    test('rejects', async () => await expect(Promise.resolve(1)).rejects.toThrow());`,
  'hangs.test.ts': `import { test } from '@jest/globals';
    test('hangs', () => new Promise(() => undefined));`,
  'hook.test.ts': `import { beforeAll, test } from '@jest/globals';
    beforeAll(() => { throw new Error('of the hook'); });
    test('cannot begin', () => undefined);`,
  'unhandled.test.ts': `import { test } from '@jest/globals';
    test('throws beside', async () => { setImmediate(() => { throw new Error('beside the test'); }); await new Promise((done) => setTimeout(done, 50)); });
    test('rejects beside', async () => { void Promise.reject(new Error('unheard')); await new Promise((done) => setTimeout(done, 50)); });`,
  'no-import.test.ts': `import './nothing-there.ts';`,
  'syntax.test.ts': `const = 1;`,
  'empty.test.ts': `export {};`,
  'skips.test.ts': `import { test } from '@jest/globals';
    test.skip('is skipped', () => undefined);
    test('is not', () => undefined);`,
};

type Ran = { name: string; status: string; message: string; assertionResults: Array<{ title: string; status: string; failureMessages: string[] }> };
let folder: string;
let byFile: Map<string, Ran>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-jest-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { runtime, testEnvironment, transform, extensionsToTreatAsEsm } = base;
  const own = (path: string) => path.replace('<rootDir>', root);
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify({ runtime: own(runtime), testEnvironment: own(testEnvironment), transform, extensionsToTreatAsEsm, testMatch: [`${folder}/*.test.ts`], testTimeout: 500 }));
  const results = join(folder, 'results.json');
  const { JEST_WORKER_ID: _, ...env } = process.env;
  // One worker: files follow one another in the same process, which is what this is about.
  const { stderr } = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(folder, 'jest.config.json'), '--runInBand', '--json', `--outputFile=${results}`], { cwd: folder, env, encoding: 'utf8' });
  const told = JSON.parse(readFileSync(results, 'utf8')) as { testResults: Ran[] };
  byFile = new Map(told.testResults.map((ran) => [ran.name.slice(ran.name.lastIndexOf('/') + 1), ran]));
  expect([byFile.size, stderr.includes('Test Suites:')]).toEqual([Object.keys(files).length - 1, true]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const told = (file: string) => (byFile.get(file)?.assertionResults ?? []).map(({ title, status }) => [title, status]);

describe('a run of tests', () => {
  test('passes what is sound; a module that files share declares its tests in each of them, and nothing of the process stays changed', () => {
    expect(told('sound.test.ts')).toEqual(['passes', 'an error is one', 'time is held', 'declared for sound', 'counts'].map((title) => [title, 'passed']));
    expect(told('sound-too.test.ts')).toEqual(['is given 1', 'is given 2', 'declared for sound-too', 'nothing is left of the file before'].map((title) => [title, 'passed']));
  });

  test.each([
    ['fails.test.ts', [['fails', 'failed'], ['a failure does not hide the next', 'passed'], ['rejects', 'failed']]],
    ['hangs.test.ts', [['hangs', 'failed']]],
    ['hook.test.ts', [['cannot begin', 'failed']]],
    ['unhandled.test.ts', [['throws beside', 'failed'], ['rejects beside', 'failed']]],
    ['skips.test.ts', [['is skipped', 'pending'], ['is not', 'passed']]],
  ])('tells what is wrong in %s', (file, expected) => {
    expect(told(file)).toEqual(expected);
  });

  test.each([['no-import.test.ts', 'nothing-there.ts'], ['syntax.test.ts', 'SyntaxError'], ['empty.test.ts', 'must contain at least one test']])('fails %s as a whole, and says why', (file, why) => {
    expect([byFile.get(file)?.status, byFile.get(file)?.message]).toEqual(['failed', expect.stringContaining(why)]);
  });

  test('runs in Node itself: an error that Node makes is an Error', () => {
    expect(() => readFileSync(join(folder, 'not-there'))).toThrow(Error);
    expect(jest.isMockFunction(jest.fn())).toBe(true);
  });
});
