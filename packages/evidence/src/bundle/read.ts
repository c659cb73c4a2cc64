import { fstatSync, readSync } from 'node:fs';
import type { Collector } from '../verify/report.ts';
import type { RowCheck } from '../verify/rows.ts';
import { BundleError, bundleFormat, chunkName, fileNames, type Manifest } from './format.ts';
import { readStretch, withFile, type Stretch } from './stretch.ts';

/** What is verified, from wherever it comes: lines as a bundle has them, whole ones in each piece. */
export type EvidenceSource = {
  kind: 'range' | 'selection' | 'database';
  manifest: Manifest;
  /** Avro schemas by record name, every release. */
  schemas: Readonly<Record<string, unknown>>;
  checkpoints(): Iterable<Buffer> | AsyncIterable<Buffer>;
  records(): Iterable<Buffer> | AsyncIterable<Buffer>;
  /** Of a bundle: where the pieces of `records` lie, so that several threads can read them. */
  recordFiles?: readonly Stretch[];
  /** Of a database, which has more to say about its rows. */
  rowCheck?(found: Collector): RowCheck;
  /** How many lines there must be; null where nobody says. */
  counts: { checkpoints: number; records: number } | null;
};

const filesMax = 1_000_000;
const tarBlockBytes = 512;

/** Opens a bundle. Throws a `BundleError` for what is none. Only files with names that a bundle has are read. */
export function openBundle(path: string): EvidenceSource {
  const parts = partsOf(path);
  const manifest = manifestOf(readJson(parts, fileNames.manifest));
  const schemas = readJson(parts, fileNames.schemas);
  const end = parts.has(fileNames.end) ? readJson(parts, fileNames.end) : null;
  const counts = end === null ? null : { checkpoints: Number(end['checkpoints']), records: Number(end['records']) };
  const [checkpoints, recordFiles] = [numbered(parts, fileNames.checkpoints), numbered(parts, fileNames.records)];
  return { kind: manifest.kind, manifest, schemas, counts, recordFiles, checkpoints: () => readAll(checkpoints), records: () => readAll(recordFiles) };
}

function* readAll(files: readonly Stretch[]): Generator<Buffer> {
  for (const file of files) yield readStretch(file);
}

/** Lines of text, each of which has its end. */
export function linesIn(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new BundleError('A file ends within a line.');
  return lines;
}

/** The files of a tar, by name (POSIX.1-2017, pax, "ustar Interchange Format"). */
function partsOf(path: string): Map<string, Stretch> {
  return withFile(path, (file) => partsIn(path, file));
}

function partsIn(path: string, file: number): Map<string, Stretch> {
  const parts = new Map<string, Stretch>();
  const header = Buffer.alloc(tarBlockBytes);
  const { size } = fstatSync(file);
  for (let at = 0; at + tarBlockBytes <= size && parts.size < filesMax; ) {
    readSync(file, header, 0, tarBlockBytes, at);
    if (header[0] === 0) break;
    const [name = ''] = header.toString('latin1', 0, 100).split('\0');
    const octal = header.toString('latin1', 124, 135);
    if (!/^[0-7]{11}$/.test(octal)) throw new BundleError('This is no bundle: it is no tar, or damaged.');
    const bytes = Number.parseInt(octal, 8);
    at += tarBlockBytes;
    if (at + bytes > size) throw new BundleError(`The bundle is cut off within ${name}.`);
    if (parts.has(name)) throw new BundleError(`The bundle has two files ${name}.`);
    parts.set(name, { path, at, bytes });
    at += Math.ceil(bytes / tarBlockBytes) * tarBlockBytes;
  }
  return parts;
}

function readJson(parts: ReadonlyMap<string, Stretch>, name: string): Record<string, unknown> {
  const part = parts.get(name);
  if (part === undefined) throw new BundleError(`This is no bundle of Countersign: it has no ${name}.`);
  try {
    const value: unknown = JSON.parse(readStretch(part).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BundleError(`${name} is no JSON object.`);
}

function manifestOf(value: Record<string, unknown>): Manifest {
  const { format, kind, origin, first, last } = value;
  if (format !== bundleFormat) throw new BundleError(`The bundle is of the format ${String(format)}; this verifier reads ${bundleFormat}.`);
  const sound = (kind === 'range' || kind === 'selection') && typeof origin === 'string' && Number.isSafeInteger(first) && Number.isSafeInteger(last) && Number(first) >= 0 && Number(last) >= Number(first) - 1;
  if (!sound) throw new BundleError('manifest.json does not say of which log, of which kind, or from where to where the bundle is.');
  return value as Manifest;
}

/** The files of a prefix, which are numbered without a gap. */
function numbered(parts: ReadonlyMap<string, Stretch>, prefix: string): Stretch[] {
  const count = [...parts.keys()].filter((name) => name.startsWith(prefix) && name.endsWith('.jsonl')).length;
  return Array.from({ length: count }, (_, number) => {
    const part = parts.get(chunkName(prefix, number));
    if (part === undefined) throw new BundleError(`The bundle lacks ${chunkName(prefix, number)}.`);
    return part;
  });
}
