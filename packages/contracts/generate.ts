/**
 * `--accept-baseline` makes today's schemas the ones that later ones must stay compatible with: at a release. Those that were are kept in
 * `schemas/earlier`, since the audit log holds events that were written with them.
 * Writes every file that follows from the schemas and the topology. `--check` writes nothing and exits 1 when one is stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateAcls, generateAsyncApi, generateEventReference, withDiagram } from './generator/documents.ts';
import { earlierSchemas, loadSchemas, retireBaseline } from './generator/schemas.ts';
import { generateTypes } from './generator/types.ts';

const root = join(import.meta.dirname, '../..');
const schemas = loadSchemas(join(root, 'schemas'));
const generatedMark = '// Generated from schemas/*.avsc by `npm run generate`. Do not edit.\n';
const schemasImport = "import type { schema } from 'avsc';\nimport type { EventTypes } from './types.ts';\n";

const files: Record<string, string> = {
  'docs/reference/asyncapi.yaml': generateAsyncApi(schemas),
  'docs/reference/events.md': generateEventReference(schemas),
  'infra/kafka/acls.txt': generateAcls(),
  'ARCHITECTURE.md': withDiagram(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')),
  'packages/contracts/src/generated/types.ts': generateTypes(schemas),
  'packages/contracts/src/generated/schemas.ts': `${generatedMark}\n${schemasImport}\n/** The Avro schema of every record, by its name. */\nexport const schemas: Readonly<Record<keyof EventTypes, schema.RecordType>> = ${JSON.stringify(
    Object.fromEntries(schemas.map((schema) => [schema.name, schema])), null, 2)};\n`,
  'packages/contracts/src/generated/earlier-schemas.ts': `${generatedMark}\n${schemasImport}\n/** What events were written with before today's schemas, newest first, of the records that changed. */\nexport const earlierSchemas: { readonly [R in keyof EventTypes]?: readonly schema.RecordType[] } = ${JSON.stringify(
    earlierSchemas(join(root, 'schemas'), schemas), null, 2)};\n`,
};

const stale = Object.entries(files).filter(([path, text]) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is stale: run \`npm run generate\`.\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
if (process.argv.includes('--accept-baseline')) {
  retireBaseline(join(root, 'schemas'), schemas);
  for (const schema of schemas) writeFileSync(join(root, 'schemas/baseline', `${schema.name}.avsc`), `${JSON.stringify(schema, null, 2)}\n`);
}
