import { stringify } from 'yaml';
import { aclEntries } from '../src/acls.ts';
import { serviceNames, topology, type Party, type TopicDefinition } from '../src/topology.ts';
import type { AvroType, RecordSchema } from './schemas.ts';

const topics = Object.entries(topology) as Array<[string, TopicDefinition]>;
const topicPrefix = 'countersign.';
const nameOf = (topic: string) => `${topicPrefix}${topic}.v1`;
const idOf = (topic: string) => topic.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The AsyncAPI 3.0 document of every topic, with the Avro schemas inside. */
export function generateAsyncApi(schemas: readonly RecordSchema[]): string {
  const channels: Record<string, object> = {};
  const operations: Record<string, object> = {};
  for (const [name, topic] of topics) {
    const channel = { $ref: `#/channels/${idOf(name)}` };
    channels[idOf(name)] = {
      address: nameOf(name),
      messages: Object.fromEntries(topic.records.map((record) => [record, { $ref: `#/components/messages/${record}` }])),
      bindings: { kafka: { topicConfiguration: { 'cleanup.policy': [topic.cleanup], 'retention.ms': topic.retentionMs } } },
    };
    for (const service of topic.writers) operations[`${service}-sends-${idOf(name)}`] = { action: 'send', channel, summary: `${service} writes ${name}` };
    for (const service of topic.readers) operations[`${service}-receives-${idOf(name)}`] = { action: 'receive', channel, summary: `${service} reads ${name}` };
  }
  const messages = Object.fromEntries(schemas.map((schema) => [schema.name, {
    name: schema.name, summary: schema.doc, contentType: 'application/vnd.confluent.avro',
    payload: { schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0', schema },
  }]));
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Countersign events', version: '1.0.0', description: 'Confluent wire format: a zero byte, the schema id, the Avro body. Topics may repeat an event: deduplicate by eventId.', license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/vnd.confluent.avro', channels, operations, components: { messages },
  };
  return `# Generated from the topology and schemas by \`npm run generate\`. Do not edit.\n${stringify(document, { aliasDuplicateObjects: false })}`;
}

/** The event reference for people. */
export function generateEventReference(schemas: readonly RecordSchema[]): string {
  const sections = topics.map(([name, topic]) => {
    const kept = topic.retentionMs < 0 ? 'kept for ever' : `kept ${topic.retentionMs / 86_400_000} days`;
    const records = schemas.filter((schema) => topic.records.includes(schema.name as never)).map(describeRecord);
    return `## ${nameOf(name)}\n\nWritten by ${topic.writers.join(', ')}; read by ${topic.readers.join(', ')}. Keyed by ${topic.key}, ${topic.cleanup}, ${kept}.\n\n${records.join('\n\n')}`;
  });
  return `# Events\n\n<!-- Generated from the topology and schemas by \`npm run generate\`. Do not edit. -->\n\n${sections.join('\n\n')}\n`;
}

function describeRecord(schema: RecordSchema): string {
  const rows = schema.fields.map((field) => `| \`${field.name}\` | ${typeText(field.type).replaceAll('|', '\\|')} | ${field.doc ?? ''} |`);
  return `### ${schema.name}\n\n${schema.doc ?? ''}\n\n| field | type | what it is |\n|---|---|---|\n${rows.join('\n')}`;
}

function typeText(type: AvroType): string {
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return type.map(typeText).join(' | ');
  if (type.type === 'record') return `${type.name} {${type.fields.map((field) => field.name).join(', ')}}`;
  if (type.type === 'array') return `list of ${typeText(type.items)}`;
  if (type.type === 'map') return `map of ${typeText(type.values)}`;
  return type.logicalType;
}

/** The hot path as a Mermaid diagram: topics as arrows from who writes to who reads. */
export function generateDiagram(): string {
  // What every service writes is no flow from one to another.
  const lines = topics.filter(([, topic]) => !isOfAll(topic.writers)).flatMap(([name, topic]) => topic.writers.map((writer) => {
    const readers = topic.readers.filter((reader) => reader !== 'audit' && reader !== 'metrics' && reader !== writer);
    return readers.length === 0 || readers.length > 4 ? null : `  ${writer} -- ${name} --> ${readers.join(' & ')}`;
  })).filter((line) => line !== null);
  return ['```mermaid', 'flowchart LR', ...lines, '```', '', keepersSentence()].join('\n');
}

const isOfAll = (parties: readonly Party[]) => serviceNames.every((name) => parties.includes(name));

function keepersSentence(): string {
  const named = (those: typeof topics) => those.map(([name]) => `\`${name}\``).join(', ');
  const followed = topics.filter(([, topic]) => isOfAll(topic.readers));
  const uncounted = topics.filter((entry) => !entry[1].readers.includes('metrics') || followed.includes(entry));
  const unaudited = topics.filter(([, topic]) => !topic.readers.includes('audit'));
  return `audit reads every topic but ${named(unaudited)}; metrics counts of every topic but ${named(uncounted)}. Every service reads ${named(followed)} whole before it answers.`;
}

/** What each principal may do, as arguments of kafka-acls.sh; one line an entry. */
export function generateAcls(): string {
  const lines = aclEntries(topicPrefix).map(({ principal, operation, resource }) => {
    const on = resource.kind === 'cluster' ? '--cluster' : `--${resource.kind} ${resource.name}${resource.prefixed ? ' --resource-pattern-type prefixed' : ''}`;
    return `--add --allow-principal User:${principal} --operation ${operation} ${on}`;
  });
  return `# Generated from the topology by \`npm run generate\`. Do not edit. Arguments of kafka-acls.sh, one entry a line.\n${lines.join('\n')}\n`;
}

const begin = '<!-- topology:begin -->';
const end = '<!-- topology:end -->';

/** A document with the diagram between its marks. */
export function withDiagram(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md needs the marks ${begin} and ${end}.`);
  return `${document.slice(0, from + begin.length)}\n${generateDiagram()}\n${document.slice(to)}`;
}
