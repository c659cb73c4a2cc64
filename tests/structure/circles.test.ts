import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/** Files that each hand-written file imports, types too: who reads one file of a circle has to read them all. */
function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']*)'/gm)].map(([, path = '']) => resolve(dirname(file), path));
}

/** Sets of files that can be reached from each other (Tarjan 1972, strongly connected components). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const [seenAt, path] = [new Map<string, number>(), [] as string[]];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = seenAt.size;
    seenAt.set(file, own);
    path.push(file);
    let low = own;
    for (const next of graph.get(file) ?? []) {
      if (!seenAt.has(next)) low = Math.min(low, visit(next));
      else if (path.includes(next)) low = Math.min(low, seenAt.get(next) ?? low);
    }
    if (low !== own) return low;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1 || graph.get(file)?.includes(file) === true) circles.push(circle);
    return low;
  };
  for (const file of graph.keys()) if (!seenAt.has(file)) visit(file);
  return circles;
}

test('circles are found, and nothing else', () => {
  expect(circlesOf(new Map([['a', ['b']], ['b', ['c', 'd']], ['c', ['b']], ['d', []], ['e', ['e']]]))).toEqual([['b', 'c'], ['e']]);
  expect(circlesOf(new Map([['a', ['b', 'c']], ['b', ['d']], ['c', ['d']], ['d', []]]))).toEqual([]);
});

test('no two files import each other, however far around', () => {
  const files = ['packages', 'services', 'tests'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file))).filter((file) => /\.tsx?$/.test(file) && !/node_modules|\/dist\//.test(file));
  expect(files.length).toBeGreaterThan(500);
  const graph = new Map(files.map((file) => [file, importsOf(file)]));
  expect(circlesOf(new Map([...graph].map(([file, imports]) => [file.slice(root.length + 1), imports.filter((each) => graph.has(each)).map((each) => each.slice(root.length + 1))])))).toEqual([]);
});
