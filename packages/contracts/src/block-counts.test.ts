import { describe, expect, it } from '@jest/globals';
import avro from 'avsc';
import { readerType } from './view.ts';

const long = (value: number) => avro.Type.forSchema('long').toBuffer(value);
const text = (value: string) => avro.Type.forSchema('string').toBuffer(value);
const list = avro.Type.forSchema({ type: 'array', items: 'string' });
const map = avro.Type.forSchema({ type: 'map', values: 'long' });
const writer = avro.Type.forSchema({ type: 'record', name: 'R', fields: [{ name: 'gone', type: { type: 'array', items: 'string' } }, { name: 'gonemap', type: { type: 'map', values: 'long' } }, { name: 'kept', type: 'string' }] });
const reader = avro.Type.forSchema({ type: 'record', name: 'R', fields: [{ name: 'kept', type: 'string' }] });
const skipping = (bytes: Buffer): unknown => reader.fromBuffer(bytes, reader.createResolver(writer));
const decode = (type: avro.Type, bytes: Buffer): unknown => type.fromBuffer(bytes);

describe('counts of lists and maps', () => {
  it.each<[string, () => unknown]>([
    // Each of these filled the memory or did not come back before.
    ['a list of four billion items in six bytes', () => decode(list, long(4_000_000_000))],
    ['a map of four billion entries', () => decode(map, long(4_000_000_000))],
    ['a list in a block with a size', () => decode(list, Buffer.concat([long(-3_000_000_000), long(10)]))],
    ['a list that is skipped', () => skipping(Buffer.concat([long(4_000_000_000), Buffer.alloc(4)]))],
    ['a map that is skipped', () => skipping(Buffer.concat([long(0), long(4_000_000_000)]))],
  ])('%s are refused', (_what, decoding) => {
    expect(decoding).toThrow('does not fit');
  });

  it('a block that ends before it begins is refused', () => {
    expect(() => skipping(Buffer.concat([long(-1), long(-2), Buffer.alloc(9)]))).toThrow('fewer than no bytes');
  });

  it('what fits is read as before, in one block, in several and with sizes', () => {
    const blocks = Buffer.concat([long(1), text('a'), long(-2), long(4), text('b'), text('c'), long(0)]);
    expect(decode(list, blocks)).toEqual(['a', 'b', 'c']);
    expect(decode(map, Buffer.concat([long(-1), long(3), text('a'), long(7), long(0)]))).toEqual({ a: 7 });
    expect({ ...(skipping(Buffer.concat([blocks, long(1), text('a'), long(7), long(0), text('still here')])) as object) }).toEqual({ kept: 'still here' });
  });

  it('random bytes are decoded or refused at once, never believed', () => {
    const type = readerType('DecisionProposed');
    const valid = type.toBuffer(type.random());
    let refused = 0;
    for (let round = 0; round < 20_000; round += 1) {
      // A valid event with some bytes changed reaches deeper than noise.
      const bytes = Buffer.from(valid);
      for (let change = 0; change < 4; change += 1) bytes[(round * 7919 + change * 104_729) % bytes.length] = (round * 31 + change * 17) & 0xff;
      try {
        type.fromBuffer(bytes);
      } catch {
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
