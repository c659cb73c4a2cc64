import { expect, test } from '@jest/globals';
import { Collector } from './report.ts';
import { RowCheck } from './rows.ts';

test('a day that left the log may have had any number of rows', () => {
  const found = new Collector();
  const rows = new RowCheck(found);
  const count = 30_000;
  for (let index = 0; index < count; index += 1) rows.add({ index, leaf: `leaf-${index}`, record: null, sound: false, logged: null, entry: null });
  void rows.finish(count + 1, ({ runs }) => {
    expect(runs.reduce((sum, { first, last }) => sum + last - first + 1, 0)).toBe(count);
    return [];
  });
  expect([found.findings, [...found.gaps.values()].map((gap) => gap.count)]).toEqual([[], [count]]);
});
