import { describe, expect, test } from '@jest/globals';
import avro from 'avsc';
import fc from 'fast-check';
import { schemas, type RecordName } from '@countersign/contracts';
import { avroReader } from './avro.ts';

const names = Object.keys(schemas) as RecordName[];
const everyField = (schema: unknown) => (schema as { fields: Array<{ name: string }> }).fields.map(({ name }) => name);
const named = (names: readonly string[], values: readonly unknown[]) => Object.fromEntries(names.map((name, at) => [name, values[at]]));

/** As a plain value: the library's records are instances, and its maps objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_name, part: unknown) => (part instanceof Map ? (Object.fromEntries(part) as unknown) : part))) as unknown;

describe('events', () => {
  test.each(names)('%s reads as the library reads it', (name) => {
    const schema = schemas[name];
    const type = avro.Type.forSchema(schema);
    const read = avroReader(schema, everyField(schema));
    for (let round = 0; round < 20; round += 1) {
      const bytes = type.toBuffer(sound(type.random()));
      expect(plain(named(everyField(schema), read(bytes)))).toEqual(plain(type.fromBuffer(bytes)));
      expect(read(bytes)).toBeDefined();
    }
  });

  test('give only the fields that are wanted', () => {
    const type = avro.Type.forSchema(schemas.TaskClosed);
    const value = sound(type.random()) as { taskId: string };
    expect(avroReader(schemas.TaskClosed, ['none', 'taskId'])(type.toBuffer(value))).toEqual([undefined, value.taskId]);
  });

  /** Numbers that JavaScript can count. */
  function sound(value: unknown): unknown {
    if (typeof value === 'number') return Number.isInteger(value) ? value % 2 ** 31 : value;
    if (Array.isArray(value)) return value.map(sound);
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
    for (const [name, part] of Object.entries(value)) (value as Record<string, unknown>)[name] = sound(part);
    return value;
  }
});

describe('hostile bytes', () => {
  test('are refused with a RangeError, or read: never more than they are', () => {
    fc.assert(fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 300 }), (name, bytes) => {
      try {
        avroReader(schemas[name], everyField(schemas[name]))(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }), { numRuns: process.env['COUNTERSIGN_TEST_FULL'] === '1' ? 100_000 : 2000 });
  });

  const list = (items: unknown) => ({ type: 'record', name: 'R', fields: [{ name: 'list', type: { type: 'array', items } }] });
  const count = (items: number) => Buffer.concat([avro.Type.forSchema('long').toBuffer(items), Buffer.alloc(4)]);
  test.each<[string, unknown, Buffer]>([
    ['a list of more than there is', list('string'), count(1e12)],
    ['a list of nothing, very often', list('null'), Buffer.concat([...Array.from({ length: 50_000 }, () => avro.Type.forSchema('long').toBuffer(40_000)), Buffer.alloc(1)])],
    ['a block of fewer than no bytes', list('null'), Buffer.from([1, 1, 0])],
    ['text longer than the bytes', { type: 'record', name: 'R', fields: [{ name: 'text', type: 'string' }] }, count(1e9)],
    ['a number without an end', { type: 'record', name: 'R', fields: [{ name: 'number', type: 'long' }] }, Buffer.alloc(20, 0xff)],
    ['a record that holds itself', { type: 'record', name: 'R', fields: [{ name: 'self', type: 'R' }] }, Buffer.alloc(4)],
    ['a branch that is not there', { type: 'record', name: 'R', fields: [{ name: 'either', type: ['null', 'string'] }] }, Buffer.from([40])],
  ])('%s', (_what, schema, bytes) => {
    expect(() => avroReader(schema, ['list', 'text', 'number', 'self', 'either'])(bytes)).toThrow(RangeError);
  });

  test.each<[string, unknown]>([['no schema', 7], ['no record', { type: 'string' }], ['an unknown type', list('nonsense')], ['a field named as nothing may be', { type: 'record', name: 'R', fields: [{ name: '__proto__', type: 'string' }] }], ['no fields', { type: 'record', name: 'R' }]])('%s is no schema', (_what, schema) => {
    expect(() => avroReader(schema, [])).toThrow(RangeError);
  });
});
