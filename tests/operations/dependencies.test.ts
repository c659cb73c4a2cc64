import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './expressions.ts';

const packages = ['packages', 'services'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)));

/** Packages that a source names, without the built-in ones and files of its own. */
function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:^(?:import|export)\s[^;]*?from |^import |import\()'([^.'][^']*)'/gm)].flatMap(([, name = '']) => (name.startsWith('node:') ? [] : name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')));
}

/** Bundled, or doing the bundling: a stage of its own builds the console, with what is for development; the auditors' script is made here and committed. */
const builtAway = /^packages\/(console\/(app\/|src\/build\.ts$|vite\.config\.ts$)|evidence\/generator\/)/;

// An image holds no development dependencies: a package that only tests declare is missing there, and nowhere else.
test.each(packages)('%s declares what it needs to run', (folder) => {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/node_modules|\.test\.ts$|(^|\/)testing\//.test(file) && !builtAway.test(`${folder}/${file}`));
  expect(files).not.toEqual([]);
  for (const file of files) for (const name of importsOf(readFileSync(join(root, folder, file), 'utf8'))) expect([file, name, Object.hasOwn(dependencies, name)]).toEqual([file, name, true]);
});
