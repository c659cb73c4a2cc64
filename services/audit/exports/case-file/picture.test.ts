import { describe, expect, test } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { pictureOf } from './picture.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
}

function png({ width = 4, height = 2, depth = 8, type = 6, interlaced = 0, rows = Buffer.alloc((1 + 4 * 4) * 2), more = Buffer.alloc(0) }: { width?: number; height?: number; depth?: number; type?: number; interlaced?: number; rows?: Buffer; more?: Buffer } = {}): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, type, 0, 0, interlaced], 8);
  return Buffer.concat([signature, chunk('IHDR', head), more, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A head alone, which is all that is looked at. */
const jpeg = (frame: number, width = 30, height = 20) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, frame, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3]);

describe('a picture that can be drawn', () => {
  test('is a PNG that is whole, without what drawing it does not take', () => {
    const noisy = png({ more: chunk('tEXt', Buffer.from('who took it')) });
    const picture = pictureOf(noisy, 'image/png');
    expect(picture).toMatchObject({ width: 4, height: 2 });
    expect([noisy.includes('who took it'), picture?.bytes.includes('who took it'), picture?.bytes.equals(png())]).toEqual([true, false, true]);
  });

  test('is a JPEG by its head', () => {
    expect(pictureOf(jpeg(0xc0), 'image/jpeg')).toMatchObject({ width: 30, height: 20 });
    expect(pictureOf(jpeg(0xc2), 'image/jpeg')).toMatchObject({ width: 30, height: 20 });
  });
});

describe('is none', () => {
  test.each<[string, Buffer, string]>([
    ['of another type', png(), 'image/gif'], ['what only says so', Buffer.from('<svg onload="x"/>'), 'image/png'], ['cut off', png().subarray(0, 60), 'image/png'], ['empty', Buffer.alloc(0), 'image/jpeg'],
    ['a PNG that unpacks to more than its rows', png({ rows: Buffer.alloc(10_000_000) }), 'image/png'], ['a PNG that unpacks to less', png({ rows: Buffer.alloc(3) }), 'image/png'], ['a PNG with a filter that there is not', png({ rows: Buffer.alloc(34, 9) }), 'image/png'],
    ['a PNG of four thousand million pixels', png({ width: 65_535, height: 65_535 }), 'image/png'], ['an interlaced PNG', png({ interlaced: 1 }), 'image/png'], ['a PNG without its palette', png({ type: 3, rows: Buffer.alloc(10) }), 'image/png'],
    ['a PNG without rows', png({ height: 0 }), 'image/png'], ['a JPEG without loss', jpeg(0xc3), 'image/jpeg'], ['a JPEG without a frame', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xda, 0, 2]), 'image/jpeg'],
    ['a JPEG that goes on for ever', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff]), 'image/jpeg'],
  ])('%s', (_what, bytes, mediaType) => {
    expect(pictureOf(bytes, mediaType)).toBe(null);
  });
});
