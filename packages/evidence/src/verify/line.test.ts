import { expect, test } from '@jest/globals';
import { BundleError } from '../bundle/format.ts';
import { readLines } from './line.ts';

/** A line without its row, whose payload has so many characters; it is read as JSON, as one with a row would be that is not in plain ASCII. */
function lineOf(index: number, characters: number): string {
  return `{"index":${index},"leaf":"${Buffer.alloc(32).toString('base64')}","payload":"${'A'.repeat(characters)}","record":null}\n`;
}

test('lines are read whole and in order, however they lie across what is read at once', () => {
  // Around 64 KiB: a line that ends there, one that begins there, some that are longer.
  const frame = lineOf(0, 0).length;
  for (const first of [65_535, 65_536, 65_537, 65_538].map((bytes) => bytes - frame)) {
    const lengths = [first, 0, 4, 200_000, 65_536, 1, 70_000, 0];
    const read = [...readLines(Buffer.from(lengths.map((length, index) => lineOf(index, length)).join('')))];
    expect(read.map(({ index, payload }) => [index, payload?.length])).toEqual(lengths.map((length, index) => [index, length]));
  }
});

test('what ends within a line is no file of records, also behind much that is sound', () => {
  const sound = Array.from({ length: 2000 }, (_, index) => lineOf(index, 100)).join('');
  expect(() => [...readLines(Buffer.from(sound.slice(0, -1)))]).toThrow(new BundleError('A file of records ends within a line.'));
  expect([...readLines(Buffer.alloc(0))]).toEqual([]);
});
