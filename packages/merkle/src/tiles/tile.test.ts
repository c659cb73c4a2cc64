import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bundlePath, parseBundlePath, parseTilePath, tilePath } from './tile.ts';
import { bundlesToWrite, tilesToWrite } from './tiling.ts';

const paths = (from: number, to: number) => tilesToWrite(from, to).map(tilePath);

describe('paths of tiles', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 999, width: 1 }, 'tile/0/999.p/1'],
    [{ level: 0, index: 1000, width: 256 }, 'tile/0/x001/000'],
    [{ level: 0, index: 1_234_067, width: 255 }, 'tile/0/x001/x234/067.p/255'],
    [{ level: 63, index: 2 ** 53 - 1, width: 256 }, 'tile/63/x009/x007/x199/x254/x740/991'],
  ])('%j is at %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ ok: true, value: tile });
    expect(bundlePath(tile)).toBe(path.replace(/tile\/\d+/, 'tile/entries'));
  });

  test('each tile has one path, each bundle too', () => {
    const place = { index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) };
    fc.assert(fc.property(fc.record({ level: fc.nat(63), ...place }), (tile) => expect(parseTilePath(tilePath(tile))).toEqual({ ok: true, value: tile })));
    fc.assert(fc.property(fc.record(place), (bundle) => expect(parseBundlePath(bundlePath(bundle))).toEqual({ ok: true, value: bundle })));
  });

  test.each([
    '', 'tile', 'tile/0', 'tile/0/', 'tile/0/0', 'tile/0/00', 'tile/0/0000', 'tile/00/000', 'tile/01/000', 'tile/64/000', 'tile/-1/000', 'tile/100/000', 'tile/0/x000/001',
    'tile/0/001/000', 'tile/0/x001', 'tile/0/x001/x000', 'tile/0/X001/000', 'tile/0/000.p', 'tile/0/000.p/', 'tile/0/000.p/0', 'tile/0/000.p/00', 'tile/0/000.p/01', 'tile/0/000.p/256',
    'tile/0/000.p/999', 'tile/0/000.p/1000', 'tile/0/000/', '/tile/0/000', 'tile/0/../000', 'tile/0/000\n', 'tile/0/000.p/1\n', 'tile/entries/000', 'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x999/x999/x999/x999/x999/x999/999', 'tile/0/٠٠٠',
  ])('%j is no path of a tile', (path) => {
    expect(parseTilePath(path)).toMatchObject({ ok: false, code: 'malformed' });
    expect(parseBundlePath(path.replace('tile/0/', 'tile/entries/').replace('entries/000', 'entries/0000'))).toMatchObject({ ok: false, code: 'malformed' });
  });

  test('what cannot be a tile has no path', () => {
    const tile = { level: 0, index: 0, width: 256 };
    for (const wrong of [{ level: 64 }, { level: -1 }, { level: 0.5 }, { index: -1 }, { index: NaN }, { index: 2 ** 53 }, { width: 0 }, { width: 257 }, { width: 1.5 }]) {
      expect(() => tilePath({ ...tile, ...wrong })).toThrow(RangeError);
    }
  });
});

describe('tiles that growth writes', () => {
  test('a tree of 70,000 leaves has the tiles that the specification counts', () => {
    const tiles = tilesToWrite(0, 70_000);
    const count = (level: number, isFull: boolean) => tiles.filter((tile) => tile.level === level && (tile.width === 256) === isFull).length;
    expect([0, 1, 2].map((level) => [count(level, true), count(level, false)])).toEqual([[273, 1], [1, 1], [0, 1]]);
    expect(tiles.filter(({ width }) => width < 256).map(tilePath)).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
  });

  test.each([
    [0, 0, []],
    [0, 1, ['tile/0/000.p/1']],
    [1, 1, []],
    [255, 256, ['tile/0/000', 'tile/1/000.p/1']],
    [256, 257, ['tile/0/001.p/1']],
    [0, 256, ['tile/0/000', 'tile/1/000.p/1']],
    [65_535, 65_536, ['tile/0/255', 'tile/1/000', 'tile/2/000.p/1']],
    [500, 513, ['tile/0/001', 'tile/0/002.p/1', 'tile/1/000.p/2']],
  ])('from %d to %d leaves', (from, to, expected) => {
    expect(paths(from, to)).toEqual(expected);
    expect(bundlesToWrite(from, to).map(bundlePath)).toEqual(expected.filter((path) => path.startsWith('tile/0/')).map((path) => path.replace('tile/0', 'tile/entries')));
  });

  test('a hundred million leaves are listed whole', () => {
    expect(tilesToWrite(0, 100_000_000)).toHaveLength(390_625 + 1526 + 6 + 1);
  });

  test('counts up to 2^53 - 1 leaves, and never back', () => {
    expect(paths(2 ** 53 - 2, 2 ** 53 - 1)).toEqual(['tile/0/x035/x184/x372/x088/831.p/255']);
    expect(tilesToWrite(2 ** 48 - 1, 2 ** 48).map(({ level, width }) => [level, width])).toEqual([[0, 256], [1, 256], [2, 256], [3, 256], [4, 256], [5, 256], [6, 1]]);
    for (const [from, to] of [[2, 1], [-1, 0], [0, 2 ** 53], [0, 0.5], [0, NaN]] as const) expect(() => tilesToWrite(from, to)).toThrow(RangeError);
  });
});
