import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BundleError } from './bundle/format.ts';
import { openBundle, type EvidenceSource } from './bundle/read.ts';
import { parseVerifierKey, type VerifierKey } from './log/note.ts';
import { samplingKeysIn } from './rules/world.ts';
import { notesIn } from './verify/held-notes.ts';
import { reportText, type Report } from './verify/report.ts';
import { verifyEvidence } from './verify/verify.ts';

/** What an auditor has from elsewhere than the evidence: keys as files or as they are, and names of files. */
export type VerifyArguments = { key: readonly string[]; witnessKey?: readonly string[] | undefined; checkpoints?: readonly string[] | undefined; samplingKeys?: string | undefined; origin?: string | undefined; json?: boolean | undefined };

/** 0: everything was checked and nothing found. 1: something was found. 2: nothing was found, and not everything could be checked. 3: there was nothing to check. */
export const exitCodes = { verified: 0, findings: 1, incomplete: 2, unreadable: 3 } as const;

const usage = `Usage: node countersign-verify.mjs BUNDLE --key FILE|KEY
  BUNDLE                 a bundle, as it was exported
  --key FILE|KEY         verifier keys of the log, one a line, from elsewhere than the bundle; may be repeated
  --checkpoints FILE     checkpoints that you or a witness kept: an anchor file, a witness's statements, or a note; may be repeated
  --witness-key FILE|KEY keys of witnesses whose cosignatures you trust; may be repeated
  --sampling-keys FILE   recompute the draws of samples and forms
  --origin NAME          the name of the log, where its keys have other names
  --json                 the report as JSON
`;

/** Runs the verifier as a program of its own; gives its exit code. */
export async function verifyCommand(args: readonly string[]): Promise<number> {
  try {
    const many = { type: 'string', multiple: true } as const;
    const one = { type: 'string' } as const;
    const { values, positionals: [path, ...more] } = parseArgs({ args: [...args], allowPositionals: true, options: { 'key': many, 'checkpoints': many, 'witness-key': many, 'sampling-keys': one, 'origin': one, 'json': { type: 'boolean' } } });
    if (path === undefined || more.length > 0 || values.key === undefined) throw new BundleError(usage);
    const { key, checkpoints, origin, json } = values;
    return await verifyAndReport(openBundle(path), { key, checkpoints, origin, json, witnessKey: values['witness-key'], samplingKeys: values['sampling-keys'] });
  } catch (error) {
    // What cannot be read or understood is told in a sentence, and is no verdict.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.unreadable;
  }
}

/** Verifies evidence, prints the report, and gives the exit code. Throws a `BundleError` where what the auditor gave cannot be used. */
export async function verifyAndReport(source: EvidenceSource, args: VerifyArguments): Promise<number> {
  const report: Report = await verifyEvidence(source, optionsOf(source, args));
  process.stdout.write(args.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return exitCodes[report.verdict];
}

function optionsOf(source: EvidenceSource, { key, witnessKey = [], checkpoints = [], samplingKeys, origin }: VerifyArguments): Parameters<typeof verifyEvidence>[1] {
  const logKeys = keysOf(key, 'ed25519');
  const expected = origin ?? originOf(logKeys);
  if (source.manifest.origin !== expected) throw new BundleError(`The evidence is of the log ${source.manifest.origin}, and the keys are of ${expected}. Give --origin if the keys of that log have other names.`);
  const files = checkpoints.map(notesIn);
  const held = { *[Symbol.iterator]() { for (const notes of files) yield* notes; } };
  return { trust: { logKeys, witnessKeys: keysOf(witnessKey, 'cosignature/v1'), held }, samplingKeys: samplingKeys === undefined ? [] : samplingKeysIn(readFileSync(samplingKeys, 'utf8'), samplingKeys) };
}

/** Keys are named after their log. */
export function originOf(keys: readonly VerifierKey[]): string {
  const [first] = keys;
  if (first === undefined || keys.some(({ name }) => name !== first.name)) throw new BundleError('The keys have several names: say with --origin which log they are of.');
  return first.name;
}

/** Verifier keys from files, one a line, or as they are; each once. */
export function keysOf(values: readonly string[], type: VerifierKey['type']): VerifierKey[] {
  const lines = values.flatMap((value) => (existsSync(value) ? readFileSync(value, 'utf8').split('\n') : [value])).map((line) => line.trim()).filter((line) => line !== '');
  return [...new Set(lines)].map((line) => {
    const key = parseVerifierKey(line);
    if (key === null) throw new BundleError(`${line} is neither a file nor a verifier key (NAME+ID+KEY).`);
    if (key.type !== type) throw new BundleError(`${line} is a key for ${key.type} signatures; one for ${type} is needed.`);
    return key;
  });
}
