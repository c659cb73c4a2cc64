import avro from 'avsc';
import { earlierSchemas } from './generated/earlier-schemas.ts';
import type { EventTypes } from './generated/types.ts';
import type { RecordName } from './topology.ts';
import { readerType } from './view.ts';

type Writer = { type: avro.Type; resolver: avro.Resolver };

const writers = new Map<RecordName, readonly Writer[]>();

/**
 * Reads the body of an event that was kept, whichever release wrote it and without a registry: a log must be readable when
 * Kafka and its registry are gone. Fields get their defaults where the event is from before them. Throws where the bytes
 * are no such record. Fields are only ever added at the end, so that bytes fit one schema alone; a test holds that.
 */
export function readStored<R extends RecordName>(record: R, body: Buffer): EventTypes[R] {
  const today = readerType(record);
  try {
    return today.fromBuffer(body) as EventTypes[R];
  } catch (error) {
    for (const { type, resolver } of earlierWriters(record)) {
      if (fits(type, body)) return today.fromBuffer(body, resolver) as EventTypes[R];
    }
    throw error;
  }
}

function earlierWriters(record: RecordName): readonly Writer[] {
  let found = writers.get(record);
  if (found === undefined) {
    found = (earlierSchemas[record] ?? []).map((schema) => {
      const type = avro.Type.forSchema(schema);
      return { type, resolver: readerType(record).createResolver(type) };
    });
    writers.set(record, found);
  }
  return found;
}

function fits(type: avro.Type, body: Buffer): boolean {
  try {
    type.fromBuffer(body);
    return true;
  } catch {
    return false;
  }
}
