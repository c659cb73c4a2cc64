import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** `apart`: whether a blank line stands before it. */
type Statement = { path: string; apart: boolean; names: readonly string[]; uses: ReadonlySet<string>; text: string };
/** `modules`: paths, in the order in which they are read; a value at the top of one that is used at the top of another MUST come before it. */
export type Chapter = { title: string; modules: readonly string[] };
type Module = { path: string; statements: Statement[]; imports: Array<{ from: string; names: string[] }> };

/**
 * One file from a module and all that it needs: what nothing reaches is left out, types are stripped, comments stay. `heading` is given the lines of each chapter.
 * Throws where two modules have one name at their top, since there is but one scope, and where a module is in no chapter.
 */
export function singleFile(root: string, entry: string, chapters: readonly Chapter[], heading: (lines: readonly number[]) => string): string {
  const modules = new Map<string, Module>();
  visit(join(root, entry), modules, root);
  const all = [...modules.values()];
  const reached = reach(all);
  requireDistinct(reached.statements);
  const builtIn = new Map<string, Set<string>>();
  for (const { imports } of all) for (const { from, names } of imports) builtIn.set(from, new Set([...(builtIn.get(from) ?? []), ...names.filter((name) => reached.used.has(name))]));
  const imports = [...builtIn].filter(([, names]) => names.size > 0).sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}';\n`);
  const texts = new Map(all.flatMap(({ path, statements }) => {
    const kept = statements.filter((statement) => reached.statements.has(statement));
    const text = kept.map(({ text, apart }, at) => `${at > 0 && (apart || kept[at - 1]?.text.includes('\n') === true) ? '\n' : ''}${text}\n`).join('');
    return kept.length === 0 ? [] : [[relative(root, path), text] as const];
  }));
  const written = chapters.map(({ title, modules: paths }) => `// ${'='.repeat(10)} ${title}\n\n${paths.map((path) => `// ${'-'.repeat(10)} ${path}\n\n${take(texts, path)}`).join('\n')}`);
  if (texts.size > 0) throw new Error(`No chapter has ${[...texts.keys()].join(', ')}.`);
  return `${heading(written.map((chapter) => chapter.split('\n').length - 1))}\n${imports.join('')}\n${written.join('\n')}`;
}

function take(texts: Map<string, string>, path: string): string {
  const text = texts.get(path);
  if (text === undefined) throw new Error(`Nothing of ${path} is needed, or a chapter has it twice.`);
  texts.delete(path);
  return text;
}

/** Modules in the order in which they must run. */
function visit(path: string, modules: Map<string, Module>, root: string, seen = new Set<string>()): void {
  if (seen.has(path)) return;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const stripped = stripTypeScriptTypes(text);
  if (stripped.length !== text.length) throw new Error(`Stripping types moved the text of ${path}.`);
  const module: Module = { path, statements: [], imports: [] };
  for (const statement of source.statements) {
    const from = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
    if (from !== undefined && ts.isStringLiteral(from)) {
      if (from.text.startsWith('node:')) module.imports.push({ from: from.text, names: importedNames(statement) });
      else visit(resolve(from.text, path), modules, root, seen);
    } else if (!ts.isExportDeclaration(statement)) module.statements.push(...statementOf(path, statement, text, stripped));
  }
  modules.set(path, module);
}

function resolve(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  throw new Error(`${from} imports ${specifier}: the verifier has no dependencies.`);
}

function importedNames(statement: ts.Statement): string[] {
  const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
  if (bindings === undefined || !ts.isNamedImports(bindings)) throw new Error('Built-in modules are imported by names.');
  return bindings.elements.filter((element) => !element.isTypeOnly).map(({ name }) => name.text);
}

function statementOf(path: string, statement: ts.Statement, text: string, stripped: string): Statement[] {
  const start = statement.getFullStart();
  const code = statement.getStart();
  if (stripped.slice(code, statement.end).trim() === '') return [];
  const written = `${text.slice(start, code)}${withoutGaps(text.slice(code, statement.end), stripped.slice(code, statement.end))}`.replace(/^export /m, '').trim();
  return [{ path, apart: /^\s*\n\s*\n/.test(text.slice(start)) || start === 0, names: namesOf(statement), uses: identifiersIn(statement), text: written }];
}

/** Where types stood there are blanks: they go, with the blank beside them. */
function withoutGaps(text: string, stripped: string): string {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === stripped[at]) {
      out += text[at];
      continue;
    }
    let end = at;
    for (let next = at; next < text.length && (text[next] !== stripped[next] || /\s/.test(text[next] ?? '')); next += 1) if (text[next] !== stripped[next]) end = next;
    if (stripped[at] !== ' ' && stripped[at] !== '\n') out += stripped[at];
    // A word before what stays, as `readonly`, takes its blank with it.
    if (/(^|[\s(])$/.test(out) && text[end + 1] === ' ') end += 1;
    // A word after what stays, as `as const`, has its blank before it.
    if (/[;,)\]]/.test(text[end + 1] ?? '')) out = out.trimEnd();
    at = end;
  }
  return out.replace(/[ \t]+$/gm, '').replace(/\n\n(\s*\n)+/g, '\n\n');
}

function namesOf(statement: ts.Statement): string[] {
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name !== undefined) return [statement.name.text];
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  return [];
}

function identifiersIn(statement: ts.Statement): Set<string> {
  const found = new Set<string>();
  const look = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) found.add(node.text);
    ts.forEachChild(node, look);
  };
  look(statement);
  return found;
}

/** What the statements that declare nothing need, and what that needs: by names of their own module, else of another. */
function reach(modules: readonly Module[]): { statements: Set<Statement>; used: Set<string> } {
  const declared = new Map<string, Statement[]>();
  for (const statement of modules.flatMap((module) => module.statements)) for (const name of statement.names) declared.set(name, [...(declared.get(name) ?? []), statement]);
  const statements = new Set<Statement>();
  const used = new Set<string>();
  const waiting = modules.flatMap((module) => module.statements.filter(({ names }) => names.length === 0));
  for (let statement = waiting.pop(); statement !== undefined; statement = waiting.pop()) {
    if (statements.has(statement)) continue;
    statements.add(statement);
    for (const name of statement.uses) {
      used.add(name);
      const candidates = declared.get(name) ?? [];
      const needed = candidates.find(({ path }) => path === statement?.path) ?? candidates[0];
      if (needed !== undefined) waiting.push(needed);
    }
  }
  return { statements, used };
}

function requireDistinct(statements: ReadonlySet<Statement>): void {
  const places = new Map<string, string>();
  const twice: string[] = [];
  for (const { path, names } of statements) {
    for (const name of names) {
      const other = places.get(name);
      if (other !== undefined) twice.push(`${name} in ${other} and ${path}`);
      places.set(name, path);
    }
  }
  if (twice.length > 0) throw new Error(`One file has one scope; rename ${twice.join('; ')}.`);
}
