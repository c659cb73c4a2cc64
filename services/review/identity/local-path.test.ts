import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localPath } from './local-path.ts';

const origin = 'https://countersign.example';

test.each(['/', '/work', '/work?queue=a%20b&x=//evil', '/people/jane.doe@example.com', '/#/x', '/a/../b', '/%2f%2fevil.example', '/authors'])('%s is kept', (path) => {
  expect(new URL(localPath(path), origin).href).toBe(new URL(path, origin).href);
});

test('whatever it is given, a browser stays where it is, and no header gets another line', () => {
  const hostile = fc.array(fc.constantFrom('/', '\\', '.', '..', ':', '@', '?', '#', '\t', '\n', '\r', '\u0000', ' ', '%2f', '%5c', 'https', 'evil.example', 'a', '[', ']', '%', '\u2028', 'é'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(fc.property(fc.oneof(hostile, fc.webUrl(), fc.string(), hostile.map((text) => `/${text}`)), (text) => {
    const path = localPath(text);
    expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
    expect(path).not.toContain('\\');
    expect(new URL(path, origin).origin).toBe(origin);
    // What was checked is what is gone to: nothing is resolved a second time.
    expect(localPath(path)).toBe(path);
  }), { numRuns: 20_000 });
});
