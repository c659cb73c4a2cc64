import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const head = `
import type { DecisionClassified, DecisionResolved, EventTypes } from '@countersign/contracts';
import type { Publisher, TopicsWrittenBy } from './publisher.ts';
declare const risk: Publisher<'risk'>;
declare const routing: Publisher<'routing'>;
declare const review: Publisher<'review'>;
declare const classified: DecisionClassified;
declare const resolved: DecisionResolved;
declare const anyOf: { [R in keyof EventTypes]: EventTypes[R] };
`;

/** Each becomes a file of its own beside publisher.ts, in memory only. */
const snippets = {
  sound: "risk.record('decisions.classified', 'DecisionClassified', classified, 'k'); routing.record('decisions.resolved', 'DecisionResolved', resolved, 'k'); review.record('decisions.resolved', 'DecisionResolved', resolved, 'k');",
  foreignTopic: "risk.record('decisions.resolved', 'DecisionResolved', resolved, 'k');",
  undeclaredTopic: "risk.record('decisions.imagined', 'DecisionResolved', resolved, 'k');",
  foreignRecord: "risk.record('decisions.classified', 'DecisionResolved', resolved, 'k');",
  foreignValue: "risk.record('decisions.classified', 'DecisionClassified', resolved, 'k');",
  missingField: "risk.record('decisions.classified', 'DecisionClassified', { eventId: 'e', occurredAt: 1 }, 'k');",
  noService: "declare const nobody: Publisher<'billing'>; void nobody;",
  pipelineOnly: "const topic: TopicsWrittenBy<'audit'> = 'decisions.proposed'; void topic;",
  everyService: "declare const audit: Publisher<'audit'>; audit.record('dead.letters', 'DeadLetter', anyOf.DeadLetter, null); audit.record('governance.recorded', 'ExportMade', anyOf.ExportMade, null);",
} as const;
type Snippet = keyof typeof snippets;

const diagnostics = new Map<Snippet, string[]>();

beforeAll(() => {
  const fileOf = (name: string) => join(root, `packages/kit/src/__${name}.ts`);
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const texts = new Map(Object.entries(snippets).map(([name, body]) => [fileOf(name), `${head}${body}\n`]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, languageVersion, ...rest) : ts.createSourceFile(file, text, languageVersion);
  };
  const program = ts.createProgram({ rootNames: [...texts.keys()], options, host });
  for (const name of Object.keys(snippets) as Snippet[]) {
    const source = program.getSourceFile(fileOf(name));
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    diagnostics.set(name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')));
  }
}, 120_000);

describe('publishing compiles', () => {
  test.each(['sound', 'everyService'] as const)('what the topology declares: %s', (name) => expect(diagnostics.get(name)).toEqual([]));
});

describe('publishing does not compile', () => {
  test.each<[string, Snippet, RegExp]>([
    ['to a topic of another service', 'foreignTopic', /"decisions\.resolved"' is not assignable to parameter of type 'TopicsWrittenBy<"risk">'/],
    ['to a topic nobody declared', 'undeclaredTopic', /"decisions\.imagined"' is not assignable/],
    ['a record the topic does not carry', 'foreignRecord', /"DecisionResolved"' is not assignable to parameter of type '"DecisionClassified"'/],
    ['the value of another record', 'foreignValue', /not assignable to parameter of type 'DecisionClassified'/],
    ['a value with fields missing', 'missingField', /not assignable to parameter of type 'DecisionClassified'|missing the following properties/],
    ['as a service that is none', 'noService', /'"billing"' does not satisfy the constraint/],
    ['what pipelines alone write', 'pipelineOnly', /"decisions\.proposed"' is not assignable/],
  ])('%s', (_what, name, message) => {
    expect(diagnostics.get(name)?.join('\n')).toMatch(message);
  });
});
