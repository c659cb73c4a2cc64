import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import avro from 'avsc';
import { loadSchemas, type AvroType, type RecordSchema } from '../generator/schemas.ts';
import { frame, readerType, schemaIdOf, schemas, topology, type RecordName, type TopicName } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const baselineFolder = join(root, 'schemas/baseline');
const topics = Object.entries(topology) as Array<[TopicName, (typeof topology)[TopicName]]>;

describe('the topology', () => {
  test('every topic has a writer and a reader, every record a topic', () => {
    for (const [name, topic] of topics) {
      expect({ name, writers: topic.writers.length > 0, readers: topic.readers.length > 0 }).toEqual({ name, writers: true, readers: true });
    }
    const carried = topics.flatMap(([, topic]) => topic.records as readonly RecordName[]);
    expect([...carried].sort()).toEqual(Object.keys(schemas).sort());
  });

  test('topics that outsiders touch hold no Avro enum', () => {
    const outside = topics.filter(([, topic]) => topic.outside).flatMap(([, topic]) => topic.records as readonly RecordName[]);
    for (const record of outside) expect(JSON.stringify(schemas[record])).not.toContain('"enum"');
  });
});

describe('every event', () => {
  test('of ours carries the envelope', () => {
    for (const [record, schema] of Object.entries(schemas)) {
      const names = (schema as unknown as RecordSchema).fields.slice(0, 6).map(({ name }) => name);
      if (record !== 'DecisionProposed') expect([record, ...names]).toEqual([record, 'eventId', 'occurredAt', 'system', 'decisionId', 'actor', 'policyVersion']);
    }
  });

  test('keeps its value over encode and decode', () => {
    for (const record of Object.keys(schemas) as RecordName[]) {
      const type = readerType(record);
      const value: unknown = type.random();
      const bytes = type.toBuffer(value);
      expect(type.toBuffer(type.fromBuffer(bytes)).equals(bytes)).toBe(true);
    }
  });

  test('can still be read as the committed baseline demands', () => {
    expect(readdirSync(baselineFolder).length).toBeGreaterThan(0);
    for (const old of loadSchemas(baselineFolder)) {
      const record = old.name as RecordName;
      const before = avro.Type.forSchema(old as avro.Schema);
      // BACKWARD: we read what was written before. FULL, where outsiders read: they read what we write now, too.
      expect(() => readerType(record).createResolver(before)).not.toThrow();
      const outside = topics.some(([, topic]) => topic.outside && (topic.records as readonly RecordName[]).includes(record));
      if (outside) expect(() => before.createResolver(readerType(record))).not.toThrow();
    }
  });
});

describe('framing', () => {
  test('is a zero byte and the schema id, big-endian', () => {
    expect(frame(258, Buffer.from('ab'))).toEqual(Buffer.from([0, 0, 0, 1, 2, 97, 98]));
    expect([schemaIdOf(Buffer.from([0, 0, 0, 1, 2])), schemaIdOf(Buffer.from([1, 0, 0, 1, 2])), schemaIdOf(Buffer.alloc(4)), schemaIdOf(Buffer.alloc(0))]).toEqual([258, null, null, null]);
  });

  test('names in schemas are documented', () => {
    const missing: string[] = [];
    const visit = (type: AvroType, path: string): void => {
      if (typeof type === 'string') return;
      if (Array.isArray(type)) return type.forEach((branch) => visit(branch, path));
      if (type.type === 'record') for (const field of type.fields) {
        if ((field.doc ?? '') === '') missing.push(`${path}.${field.name}`);
        visit(field.type, `${path}.${field.name}`);
      } else if (type.type === 'array') visit(type.items, path);
      else if (type.type === 'map') visit(type.values, path);
    };
    for (const schema of loadSchemas(join(root, 'schemas'))) visit(schema, schema.name);
    expect(missing).toEqual([]);
  });
});

test('the AsyncAPI document is valid', async () => {
  const { diagnostics } = await new Parser().parse(readFileSync(join(root, 'docs/reference/asyncapi.yaml'), 'utf8'));
  expect(diagnostics.filter(({ severity }) => Number(severity) === 0)).toEqual([]);
});
