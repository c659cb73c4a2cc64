import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { objectOfText, readBundle } from './bundle.ts';
import type { Fields } from './bundle.ts';
import { readSigner } from './checkpoints.ts';
import type { Signer } from './checkpoints.ts';
import { Damaged } from './report.ts';
import { verifyPlainly } from './verify.ts';
import type { DrawKey } from './world.ts';

const many = { type: 'string', multiple: true } as const;
const one = { type: 'string' } as const;
/** Its records take some five times as much, and Node has 4 GB unless it is told otherwise. */
const bytesMax = 500_000_000;
const exitCodes = { verified: 0, findings: 1, incomplete: 2 } as const;

try {
  const { values, positionals: [path, ...more] } = parseArgs({ allowPositionals: true, options: { 'key': many, 'checkpoints': many, 'witness-key': many, 'sampling-keys': one, 'origin': one } });
  if (path === undefined || more.length > 0 || values.key === undefined) throw new Damaged('Usage: node countersign-verify-plain.mjs BUNDLE --key FILE|KEY [--checkpoints FILE] [--witness-key FILE|KEY] [--sampling-keys FILE] [--origin NAME]');
  if (statSync(path).size > bytesMax) throw new Damaged(`${path} has more than 500 MB, and this verifier reads a bundle whole. Take countersign-verify.mjs, which checks the same of any size.`);
  const bundle = readBundle(readFileSync(path));
  const logKeys = signersIn(values.key, 1);
  const origin = values.origin ?? logKeys[0]?.name;
  if (bundle.origin !== origin || (values.origin === undefined && logKeys.some(({ name }) => name !== origin))) throw new Damaged(`The evidence is of the log ${bundle.origin}, and the keys are of ${logKeys.map(({ name }) => name).join(', ')}. Give --origin if the keys of that log have other names.`);
  const held = (values.checkpoints ?? []).flatMap(notesOf);
  const report = verifyPlainly(bundle, { logKeys, witnessKeys: signersIn(values['witness-key'] ?? [], 4), held }, values['sampling-keys'] === undefined ? [] : drawKeysIn(values['sampling-keys']));
  process.stdout.write(`${bundle.kind === 'selection' ? 'Selected records' : 'All records'} from index ${bundle.first} to ${bundle.last} of the log ${bundle.origin}\n${report.toString()}`);
  process.exitCode = exitCodes[report.verdict];
} catch (error) {
  // What cannot be read or understood is told in a sentence, and is no verdict.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}

/** Keys of one type, as they are or from files with one in each line; each once. */
function signersIn(values: readonly string[], type: number): Signer[] {
  const lines = values.flatMap((value) => (existsSync(value) ? readFileSync(value, 'utf8').split('\n') : [value])).map((line) => line.trim()).filter((line) => line !== '');
  const signers = [...new Set(lines)].map(readSigner);
  for (const signer of signers) if (signer.type !== type) throw new Damaged(`The key ${signer.name}+${signer.id} is of another kind than is needed here.`);
  return signers;
}

/** Checkpoints that somebody kept: JSON lines with a member `checkpoint`, of which one may be cut off, or one note. */
function notesOf(file: string): string[] {
  const notes: string[] = [];
  for (const line of heldLines(file)) notes.push(...checkpointIn(line));
  if (notes.length === 0) notes.push(readFileSync(file, 'utf8'));
  if (notes.every((note) => !note.includes('\n\n\u2014 '))) throw new Damaged(`${file} is neither a checkpoint nor JSON lines of them.`);
  return notes;
}

/** One after the other: such a file may be longer than a text can be. */
function* heldLines(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  const block = Buffer.alloc(1_000_000);
  let rest = Buffer.alloc(0);
  for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
    const bytes = Buffer.concat([rest, block.subarray(0, read)]);
    const end = bytes.lastIndexOf('\n') + 1;
    yield* bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    rest = bytes.subarray(end);
  }
  yield rest.toString('utf8');
  closeSync(handle);
}

/** What a witness was shown and nobody signed is none. */
function checkpointIn(line: string): string[] {
  try {
    const { checkpoint, alarm } = objectOfText(line);
    return typeof checkpoint === 'string' && alarm !== 'unsigned' ? [checkpoint] : [];
  } catch {
    return [];
  }
}

function drawKeysIn(file: string): DrawKey[] {
  const { keys } = objectOfText(readFileSync(file, 'utf8'));
  if (!Array.isArray(keys)) throw new Damaged(`${file} is no file of sampling keys.`);
  return (keys as Fields[]).map(({ version, validFrom, keyBase64 }) => ({ version: String(version), start: Date.parse(String(validFrom)) * 1000, key: Buffer.from(String(keyBase64), 'base64') })).sort((a, b) => a.start - b.start);
}
