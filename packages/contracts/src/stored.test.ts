import { describe, expect, test } from '@jest/globals';
import avro from 'avsc';
import { earlierSchemas } from './generated/earlier-schemas.ts';
import { readerType, readStored, schemas, type RecordName } from './index.ts';

const changed = Object.keys(earlierSchemas) as RecordName[];

describe('an event that was kept', () => {
  test.each(changed)('is read whichever release wrote it: %s', (record) => {
    const today = schemas[record].fields.map(({ name }) => name);
    for (const schema of earlierSchemas[record] ?? []) {
      const names = schema.fields.map(({ name }) => name);
      // At the end: the bytes of one release are never those of another.
      expect(today.slice(0, names.length)).toEqual(names);
      const type = avro.Type.forSchema(schema);
      for (let round = 0; round < 50; round += 1) {
        const value = type.random() as unknown as Record<string, unknown>;
        const read = readStored(record, type.toBuffer(value)) as Record<string, unknown>;
        expect(JSON.parse(JSON.stringify(read))).toMatchObject(JSON.parse(JSON.stringify(value)) as object);
        expect(today.slice(names.length).map((name) => read[name])).toEqual(today.slice(names.length).map(() => null));
      }
    }
  });

  test('of today is read as it is, and other bytes are refused', () => {
    for (const record of Object.keys(schemas) as RecordName[]) {
      const bytes = readerType(record).toBuffer(readerType(record).random());
      expect(readerType(record).toBuffer(readStored(record, bytes)).equals(bytes)).toBe(true);
      expect(() => readStored(record, Buffer.concat([bytes, Buffer.from('and more')]))).toThrow();
    }
  });
});
