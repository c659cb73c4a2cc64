import { expect, it } from '@jest/globals';
import avro from 'avsc';
import './codec.ts';

const type = avro.Type.forSchema({ type: 'record', name: 'Blob', fields: [{ name: 'bytes', type: 'bytes' }, { name: 'after', type: 'string' }] });

it('bytes are read where they are, whole', () => {
  const encoded = type.toBuffer({ bytes: Buffer.from([1, 2, 3]), after: 'x' });
  const { bytes, after } = type.fromBuffer(encoded) as { bytes: Buffer; after: string };
  expect([...bytes, after]).toEqual([1, 2, 3, 'x']);
  expect(bytes.buffer).toBe(encoded.buffer);
  expect((type.fromBuffer(type.toBuffer({ bytes: Buffer.alloc(0), after: '' })) as { bytes: Buffer }).bytes).toHaveLength(0);
});

it.each([['cut off', [10, 1, 2]], ['longer than anything', [0xfe, 0xff, 0xff, 0xff, 0x0f, 1]], ['of negative length', [1, 1, 2, 3]]])('bytes %s are refused', (_what, encoded) => {
  expect(() => { type.fromBuffer(Buffer.from(encoded)); }).toThrow();
});
