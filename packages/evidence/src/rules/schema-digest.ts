import { hash } from 'node:crypto';

/** What a schema of a record is known by: SHA-256 of the record's name and the schema without its documentation. */
export function schemaDigest(record: string, schema: unknown): string {
  return hash('sha256', `${record} ${JSON.stringify(schema, (name, value: unknown) => (name === 'doc' ? undefined : value))}`);
}
