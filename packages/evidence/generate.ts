/** Writes what of this package is generated: the digests of all schemas, and the verifier as one file. Run by `npm run generate`; `--check` writes nothing and exits 1 when one is stale. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { earlierSchemas } from '../contracts/src/generated/earlier-schemas.ts';
import { schemaDigest } from './src/rules/schema-digest.ts';
import { singleFile, type Chapter } from './generator/single-file.ts';
import { schemas } from '../contracts/src/generated/schemas.ts';

const root = join(import.meta.dirname, '../..');

/** The first is for whoever has an hour: what it says of the bytes needs nothing of the others. */
const chapters: readonly Chapter[] = [
  {
    title: 'One: nothing was changed since it was signed',
    modules: ['verify/verify.ts', 'verify/checkpoints.ts', 'verify/held-notes.ts', 'log/note.ts', 'verify/tree.ts', 'log/tree.ts', 'verify/line.ts', 'record.ts', 'verify/rows.ts', 'verify/grouped-by.ts', 'bundle/read.ts', 'bundle/stretch.ts', 'bundle/format.ts', 'verify/report.ts'],
  },
  {
    title: 'Two: what the records say, and whether the rules were kept',
    modules: [
      'content/xchacha.ts', 'content/payload.ts', 'content/avro.ts', 'rules/events.ts', 'rules/schema-digest.ts', 'rules/known-schemas.ts', 'verify/examine.ts', 'rules/fact.ts', 'rules/rules.ts', 'rules/decision.ts', 'rules/review.ts',
      'rules/signatures.ts', 'rules/reasoning.ts', 'rules/presentations.ts', 'rules/draws.ts', 'rules/units.ts', 'rules/world.ts', 'rules/privacy.ts', 'rules/retention.ts',
    ],
  },
  { title: 'Three: how it runs', modules: ['verify/spool.ts', 'verify/threads.ts', 'command.ts', 'script.ts'] },
].map(({ title, modules }) => ({ title, modules: modules.map((module) => `packages/evidence/src/${module}`) }));

function heading([one = 0, two = 0, three = 0]: readonly number[]): string {
  const told = (lines: number) => lines.toLocaleString('en');
  return `#!/usr/bin/env node
// Verifies evidence of a Countersign audit log. Generated from packages/evidence by \`npm run generate\`: types are stripped, and what is not needed is
// left out; the comments are those of the source. It needs Node.js 20.12 or newer, no other package and no network, and is meant to be read.
//
//   node countersign-verify.mjs BUNDLE.tar --key KEYS.pub [--checkpoints FILE] [--witness-key FILE] [--sampling-keys FILE] [--json]
//
// Exit codes: 0 everything was checked and nothing found, 1 something was found, 2 nothing was found and not everything could be checked, 3 nothing could be read.
//
// It has three chapters:
//   One, ${told(one)} lines, about an hour: whether anything was changed, removed, put in, reordered or backdated since it was signed. Begin at verifyEvidence; findingCodes says what can
//     be found; checkCheckpoints is about signatures and checkpoints kept elsewhere, RangeCheck about leaves and signed roots, readLines and RowCheck about rows and leaves.
//   Two, ${told(two)} lines, another hour: what the records say. Examiner goes through the lines, holds payloads against their digests, opens them, and holds events against their
//     rows; checkDecision has the rules of one decision; World knows people, policies and keys. Chapter one asks one thing of it: whether the retention of a record that is gone had ended.
//   Three, ${told(three)} lines: what is put aside on disk, threads, the command line.
//
// Copyright the authors of Countersign. Licensed under the Apache License, Version 2.0.
`;
}

/** The other program: written for reading, and apart from the first, so that each is held against the other. */
const plainChapters: readonly Chapter[] = [
  { title: 'The bytes: nothing was changed since it was signed', modules: ['verify.ts', 'bundle.ts', 'merkle.ts', 'checkpoints.ts', 'leaves.ts', 'rows.ts'] },
  { title: 'What they say, and whether the rules were kept', modules: ['events.ts', 'content.ts', 'decisions.ts', 'reviews.ts', 'world.ts', 'retention.ts'] },
  { title: 'The report, the command line, and the schemas that events may have', modules: ['report.ts', '../rules/schema-digest.ts', '../rules/known-schemas.ts', 'program.ts'] },
].map(({ title, modules }) => ({ title, modules: modules.map((module) => join('packages/evidence/src/plain', module)) }));

function plainHeading(lines: readonly number[]): string {
  const [one = 0, two = 0, three = 0] = lines;
  return `#!/usr/bin/env node
// Verifies evidence of a Countersign audit log, plainly: ${(one + two + three).toLocaleString('en')} lines that can be read in about an hour, from verifyPlainly on. It checks what countersign-verify.mjs checks, and was
// written apart from it: that one is fast, and takes evidence of any size; this one reads a bundle whole into memory. Both must say the same of any bundle. Generated from
// packages/evidence/src/plain: types are stripped, comments stay. It needs Node.js 20.12 or newer, no other package and no network.
//
//   node countersign-verify-plain.mjs BUNDLE.tar --key KEYS.pub [--checkpoints FILE] [--witness-key FILE] [--sampling-keys FILE]
//
// Exit codes: 0 everything was checked and nothing found, 1 something was found, 2 nothing was found and not everything could be checked, 3 nothing could be read.
//
// First, ${one} lines: signatures, the tree of RFC 9162, and each record's place in it. Then ${two}: payloads, events and rules. The last ${three} are sentences and lists.
//
// Copyright the authors of Countersign. Licensed under the Apache License, Version 2.0.
`;
}

function knownSchemas(): string {
  const releases: Array<[string, unknown]> = [...Object.entries(schemas), ...Object.entries(earlierSchemas).flatMap(([name, list]) => (list as readonly unknown[]).map((schema): [string, unknown] => [name, schema]))];
  const digests = [...new Set(releases.map(([name, schema]) => schemaDigest(name, schema)))].sort();
  return `// Generated by packages/evidence/generate.ts. Do not edit.

/** Digests (schemaDigest) of every schema of this release and those before: what payloads are read by. */
export const knownSchemas: ReadonlySet<string> = new Set([
${Array.from({ length: Math.ceil(digests.length / 3) }, (_, row) => `  ${digests.slice(row * 3, row * 3 + 3).map((digest) => `'${digest}',`).join(' ')}`).join('\n')}
]);
`;
}

/** Path below the repository and text of each generated file, in the order in which one follows from another. */
const files: ReadonlyArray<[path: string, text: () => string]> = [
  ['packages/evidence/src/rules/known-schemas.ts', knownSchemas],
  ['packages/evidence/countersign-verify.mjs', () => singleFile(root, 'packages/evidence/src/script.ts', chapters, heading)],
  ['packages/evidence/countersign-verify-plain.mjs', () => singleFile(root, 'packages/evidence/src/plain/program.ts', plainChapters, plainHeading)],
];

for (const [path, text] of files) {
  const file = join(root, path);
  const written = text();
  if (existsSync(file) && readFileSync(file, 'utf8') === written) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is stale: run \`npm run generate\`.\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, written);
    process.stdout.write(`wrote ${path}\n`);
  }
}
