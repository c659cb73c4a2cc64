import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import canonicalize from 'canonicalize';
import { LineCounter, isMap, isPair, isScalar, isSeq, parseDocument, visit, type Document, type Node } from 'yaml';
import { checkDocument } from './checks.ts';
import type { DocumentPath, Finding, PolicyDocument, PolicyProblem, RuleEffect } from './document.ts';
import { expressionCompiler, type Expression } from './expression.ts';
import { checkProposal, linearTimeProblem } from './proposal-checks.ts';
import { policySchema } from './schema.ts';
import { unknownAnswers, type PlacedComparison } from './warnings.ts';
import { expressionWords, schemaFinding, yamlMessage } from './problem-words.ts';

export type CompiledRule = { id: string; because: string; set: RuleEffect; matches: Expression };

/** A checked policy version, ready to classify with. */
export type CompiledPolicy = {
  /** `sha256:` and the hex digest of the RFC 8785 form of the document. */
  version: string;
  document: PolicyDocument;
  rules: readonly CompiledRule[];
  dualWhen: Expression | null;
};

/** Warnings are about what is sound and can hardly be meant: they refuse nothing, so that a version in force stays one. */
export type PolicyResult = { warnings: PolicyProblem[] } & ({ ok: true; policy: CompiledPolicy } | { ok: false; problems: PolicyProblem[] });

/** Pinned when no policy covers a type: two people look. */
export const failClosedVersion = 'fail-closed';

const textBytesMax = 64 * 1024;
const recordedBytesMax = 256 * 1024;
/** Nobody corrects more at once. */
const problemsMax = 100;
const validate = new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile<PolicyDocument>(policySchema);

const refused = (problems: PolicyProblem[]): PolicyResult => ({ ok: false, problems, warnings: [] });

/**
 * Parses and checks one policy file. Never throws: what is wrong, the first hundred of it, comes back with line, column and remedy. A
 * text on record was proposed already, and is checked as texts were before the checks of proposals.
 */
export function parsePolicy(text: string, { recorded = false } = {}): PolicyResult {
  const bytesMax = recorded ? recordedBytesMax : textBytesMax;
  if (Buffer.byteLength(text) > bytesMax) {
    return refused([{ line: 1, column: 1, code: 'too-large', message: `A policy has at most ${bytesMax} bytes.`, remedy: 'Split it by decision type.' }]);
  }
  const lines = new LineCounter();
  // Whether keys repeat is looked at below: the parser compares each with all others.
  const source = parseDocument(text, { lineCounter: lines, maxAliasCount: 0, uniqueKeys: false } as Parameters<typeof parseDocument>[1]);
  const at = (position: number) => {
    const { line, col } = lines.linePos(position);
    return { line, column: col };
  };
  if (source.errors.length > 0) {
    return refused(source.errors.slice(0, problemsMax).map((error) => ({ ...at(error.pos[0]), code: 'yaml', message: yamlMessage(error.message), remedy: 'Correct the YAML.' })));
  }
  const malformed = scalarProblems(source).slice(0, problemsMax).map(({ position, ...problem }) => ({ ...at(position), ...problem }));
  if (malformed.length > 0) return refused(malformed);
  const place = (finding: Finding, offset = 0): PolicyProblem => ({ ...placeOf(source, lines, finding.path, offset), code: finding.code, message: finding.message, remedy: finding.remedy });
  let document: unknown;
  try {
    document = source.toJS({ maxAliasCount: 100 });
  } catch {
    return refused([place({ path: [], code: 'yaml', message: 'The file uses too many aliases.', remedy: 'Write the values out.' })]);
  }
  if (!validate(document)) return refused((validate.errors ?? []).slice(0, problemsMax).map((error) => place(schemaFinding(error))));
  const compiled = compileRules(document, recorded);
  const findings = [...checkDocument(document), ...(recorded ? [] : checkProposal(document))];
  const problems = inOrder([...findings.map((finding) => place(finding)), ...compiled.findings.map(({ offset, ...finding }) => place(finding, offset))]).slice(0, problemsMax);
  const warnings = inOrder(unknownAnswers(document, compiled.comparisons).map(({ offset, ...finding }) => place(finding, offset)));
  if (problems.length > 0) return { ok: false, problems, warnings };
  return { ok: true, warnings, policy: { version: versionOf(document), document, rules: compiled.rules, dualWhen: compiled.dualWhen } };
}

const inOrder = (problems: PolicyProblem[]) => problems.sort((a, b) => a.line - b.line || a.column - b.column);

function versionOf(document: PolicyDocument): string {
  return `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`;
}

/** Keys that stand twice, and texts that no database keeps and no hash is taken of. */
function scalarProblems(source: Document): Array<Omit<PolicyProblem, 'line' | 'column'> & { position: number }> {
  const problems: ReturnType<typeof scalarProblems> = [];
  visit(source, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) problems.push({ position: key.range?.[0] ?? 0, code: 'yaml', message: `${String(key.value)} stands twice.`, remedy: 'Remove or rename one.' });
        seen.add(key.value);
      }
    },
    Scalar(_, { value, range }) {
      if (typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'))) return;
      problems.push({ position: range?.[0] ?? 0, code: 'invalid-text', message: 'The text holds U+0000 or half of a character.', remedy: 'Take it out.' });
    },
  });
  return problems;
}

function compileRules(document: PolicyDocument, recorded: boolean) {
  const compile = expressionCompiler(document.attributes ?? {});
  const names = ['confidence', 'output', ...Object.keys(document.attributes ?? {})];
  const findings: Array<Finding & { offset: number }> = [];
  const comparisons: PlacedComparison[] = [];
  const compileAt = (path: DocumentPath, text: string): Expression | null => {
    const result = compile(text);
    if ('expression' in result) {
      if (!recorded) findings.push(...result.patterns.map((offset) => ({ path, offset, ...linearTimeProblem })));
      comparisons.push(...result.comparisons.map((comparison) => ({ ...comparison, path })));
      return result.expression;
    }
    findings.push({ path, offset: result.error.offset, code: 'expression', ...expressionWords(result.error.message, names) });
    return null;
  };
  const rules = (document.rules ?? []).flatMap((rule, index): CompiledRule[] => {
    const matches = compileAt(['rules', index, 'when'], rule.when);
    return matches === null ? [] : [{ id: rule.id, because: rule.because, set: rule.set, matches }];
  });
  const dualWhen = document.dual?.when === undefined ? null : compileAt(['dual', 'when'], document.dual.when);
  return { rules, dualWhen, findings, comparisons };
}

/** Line and column of a path: of the deepest node that exists, of the key where the value is at fault. */
function placeOf(source: Document, lines: LineCounter, path: DocumentPath, offset: number): { line: number; column: number } {
  let node: unknown = source.contents;
  let position = 0;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === undefined) break;
    position = next.position;
    node = next.node;
  }
  const inText = offset > 0 && isScalar(node) && (node.type === 'PLAIN') ? offset : 0;
  const { line, col } = lines.linePos(position + inText);
  return { line, column: col };
}

function childOf(node: unknown, part: string | number): { node: unknown; position: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === part);
    if (pair === undefined) return undefined;
    const start = (pair.value as Node | null)?.range?.[0] ?? (pair.key as Node).range?.[0] ?? 0;
    return { node: pair.value, position: start };
  }
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? undefined : { node: item, position: item.range?.[0] ?? 0 };
  }
  return undefined;
}
