import { expect, test } from '@jest/globals';
import { newClusterId } from './kafka.ts';

test('a cluster id is 128 bits that no command line takes for an option', () => {
  const ids = Array.from({ length: 2000 }, newClusterId);
  expect(new Set(ids).size).toBe(2000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
});
