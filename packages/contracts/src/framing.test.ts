import { expect, it } from '@jest/globals';
import avro from 'avsc';
import { encodeFramed, frame, schemaIdOf } from './framing.ts';

const type = avro.Type.forSchema({ type: 'record', name: 'Note', fields: [{ name: 'text', type: 'string' }, { name: 'bytes', type: 'bytes' }] });

it('gives every value bytes of its own, whatever its size and whatever came before it', () => {
  const sizes = [0, 1, 63, 65, 1000, 1024, 1025, 30_000, 32_768, 33_000, 131_072, 140_000, 700_000];
  const notes = Array.from({ length: 600 }, (_, index) => ({ text: 'ü'.repeat(index), bytes: Buffer.alloc(sizes[index % sizes.length] ?? 0, index) }));
  const framed = notes.map((note, index) => encodeFramed(index, type, note));
  // Looked at after all were written: none may have been written over.
  framed.forEach((bytes, index) => expect(bytes.equals(frame(index, type.toBuffer(notes[index])))).toBe(true));
  expect(schemaIdOf(framed[7] ?? Buffer.alloc(0))).toBe(7);
});

it('refuses a value that does not fit, and goes on', () => {
  expect(() => encodeFramed(1, type, { text: 'half', bytes: 'none' })).toThrow();
  const note = { text: 'whole', bytes: Buffer.of(1) };
  expect(encodeFramed(1, type, note).equals(frame(1, type.toBuffer(note)))).toBe(true);
});
