import type { AvroType, RecordSchema } from './schemas.ts';

const scalars: Readonly<Record<string, string>> = {
  null: 'null', string: 'string', bytes: 'Buffer', boolean: 'boolean', int: 'number', long: 'number', float: 'number', double: 'number',
};

/** TypeScript for every record, nested ones once; erasable, so that Node runs it as it is. */
export function generateTypes(schemas: readonly RecordSchema[]): string {
  const declared = new Map<string, string>();
  for (const schema of schemas) declareRecord(schema, declared);
  const names = schemas.map((schema) => `  ${schema.name}: ${schema.name};`).join('\n');
  return [
    '// Generated from schemas/*.avsc by `npm run generate`. Do not edit.',
    ...declared.values(),
    `/** Every event by the name of its record. */\nexport type EventTypes = {\n${names}\n};`,
    '',
  ].join('\n\n');
}

function declareRecord(schema: RecordSchema, declared: Map<string, string>): void {
  if (declared.has(schema.name)) return;
  declared.set(schema.name, '');
  const fields = schema.fields.map((field) => {
    const doc = field.doc === undefined ? '' : `  /** ${field.doc} */\n`;
    return `${doc}  ${field.name}: ${typeOf(field.type, declared)};`;
  });
  declared.set(schema.name, `/** ${schema.doc ?? schema.name} */\nexport type ${schema.name} = {\n${fields.join('\n')}\n};`);
}

function typeOf(type: AvroType, declared: Map<string, string>): string {
  if (typeof type === 'string') return scalars[type] ?? type;
  if (Array.isArray(type)) return type.map((branch) => typeOf(branch, declared)).join(' | ');
  switch (type.type) {
    case 'record':
      declareRecord(type, declared);
      return type.name;
    case 'array':
      return `Array<${typeOf(type.items, declared)}>`;
    case 'map':
      return `Record<string, ${typeOf(type.values, declared)}>`;
    default:
      return typeOf(type.type, declared);
  }
}
