/**
 * What the console asks of the API, read from its source by the compiler: each `api.call<T>({ method, path, query, body })`, and the few requests it
 * makes beside them. Nothing is listed by hand that could be forgotten.
 */

import { join } from 'node:path';
import ts from 'typescript';

export type ConsoleCall = {
  where: string;
  method: string;
  /** A pattern of addresses: what the source computes is a wildcard. */
  path: RegExp;
  /** What it takes the answer for; `null` where it reads none of it. */
  answer: ts.Type | null;
  query: readonly string[];
  body: ts.Type | null;
};

export type ConsoleCalls = { checker: ts.TypeChecker; calls: ConsoleCall[] };

/** Requests with the cookie, which take their answers by a cast. */
const besides = [
  { file: 'session/session.ts', type: 'SessionAnswer', method: 'GET', path: '/v1/session' },
] as const;

export function readConsoleCalls(root: string): ConsoleCalls {
  const directory = join(root, 'packages/console/app');
  const config = ts.getParsedCommandLineOfConfigFile(join(directory, 'tsconfig.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => { throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n')); } });
  if (config === undefined) throw new Error('the console has no tsconfig.json');
  const program = ts.createProgram(config.fileNames, config.options);
  const checker = program.getTypeChecker();
  const calls: ConsoleCall[] = [];
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(directory) || source.fileName.includes('.test.')) continue;
    const visit = (node: ts.Node): void => {
      const call = ts.isCallExpression(node) ? callOf(checker, node) : null;
      if (call !== null) calls.push({ ...call, where: `${source.fileName.slice(directory.length + 1)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}` });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  for (const { file, type, method, path } of besides) {
    const source = program.getSourceFile(join(directory, file));
    const alias = source?.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === type);
    if (alias === undefined) throw new Error(`${file} declares no type ${type}`);
    calls.push({ where: file, method, path: exactly(path), answer: checker.getTypeAtLocation(alias), query: [], body: null });
  }
  return { checker, calls };
}

function callOf(checker: ts.TypeChecker, node: ts.CallExpression): Omit<ConsoleCall, 'where'> | null {
  const { expression, typeArguments, arguments: [given] } = node;
  if (!ts.isPropertyAccessExpression(expression) || !['call', 'send', 'open'].includes(expression.name.text)) return null;
  if (given === undefined || !ts.isObjectLiteralExpression(given) || checker.getTypeAtLocation(expression.expression).symbol?.name !== 'ApiClient') return null;
  const method = partOf(given, 'method');
  const path = partOf(given, 'path');
  if (method === undefined || !ts.isStringLiteral(method) || path === undefined) return null;
  const body = partOf(given, 'body');
  const query = partOf(given, 'query');
  const type = typeArguments?.[0];
  return {
    method: method.text,
    path: patternOf(checker, path),
    answer: type === undefined ? null : checker.getTypeFromTypeNode(type),
    query: query === undefined ? [] : checker.getTypeAtLocation(query).getProperties().map(({ name }) => name),
    body: body === undefined ? null : checker.getTypeAtLocation(body),
  };
}

function partOf(given: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const part of given.properties) {
    if (ts.isPropertyAssignment(part) && part.name.getText() === name) return part.initializer;
    if (ts.isShorthandPropertyAssignment(part) && part.name.text === name) return part.name;
  }
  return undefined;
}

function patternOf(checker: ts.TypeChecker, path: ts.Expression): RegExp {
  if (ts.isStringLiteral(path) || ts.isNoSubstitutionTemplateLiteral(path)) return exactly(path.text);
  if (ts.isTemplateExpression(path)) {
    const [head, ...rest] = [path.head.text, ...path.templateSpans.map(({ literal }) => literal.text)];
    return new RegExp(`^${[head, ...rest].map(literally).join(head === '' ? '(?:.+)' : '(?:\\{\\w+\\})')}$`);
  }
  if (ts.isIdentifier(path)) {
    const declared = path.parent !== undefined && ts.isShorthandPropertyAssignment(path.parent) ? checker.getShorthandAssignmentValueSymbol(path.parent) : checker.getSymbolAtLocation(path);
    const declaration = declared?.valueDeclaration;
    if (declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined) return patternOf(checker, declaration.initializer);
  }
  throw new Error(`cannot tell the address ${path.getText()}`);
}

function exactly(path: string): RegExp {
  return new RegExp(`^${literally(path)}$`);
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
