import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFormat, chunkName, fileNames, type Manifest } from './format.ts';
import { parseTarHeader, tarBlockBytes } from './tar.ts';

/** What is verified, from wherever it comes: lines as a bundle has them, in groups, read once each. */
export type EvidenceSource = {
  kind: 'range' | 'selection' | 'database';
  manifest: Manifest;
  /** Avro schemas by record name, every release. */
  schemas: Readonly<Record<string, unknown>>;
  checkpoints(): AsyncIterable<readonly string[]>;
  records(): AsyncIterable<readonly string[]>;
  /** Of a database: rows that have no place in the log, each as a canonical record. */
  strays?(): AsyncIterable<readonly string[]>;
  /** How many lines there must be; null where nobody says. */
  counts: { checkpoints: number; records: number } | null;
};

/** The bundle is not one, or breaks its format: the message says how. */
export class BundleError extends Error {
  override name = 'BundleError';
}

const lineBytesMax = 16 * 1024 * 1024;
const wholeBytesMax = 16 * 1024 * 1024;
const pieceBytes = 1024 * 1024;
const filesMax = 1_000_000;

/** A file inside a bundle: where it lies, and how long it is. */
type Part = { path: string; at: number; bytes: number };

/** Opens a bundle: a tar, or the folder it was unpacked to. Throws a `BundleError` for what is none. Only files with names that a bundle has are read. */
export async function openBundle(path: string): Promise<EvidenceSource> {
  const parts = (await stat(path)).isDirectory() ? await partsOfFolder(path) : await partsOfTar(path);
  const manifest = manifestOf(await readJson(parts, fileNames.manifest));
  const schemas = await readJson(parts, fileNames.schemas);
  const end = parts.has(fileNames.end) ? await readJson(parts, fileNames.end) : null;
  const counts = end === null ? null : { checkpoints: Number(end['checkpoints']), records: Number(end['records']) };
  return { kind: manifest.kind, manifest, schemas, counts, checkpoints: () => linesOf(parts, fileNames.checkpoints), records: () => linesOf(parts, fileNames.records) };
}

async function partsOfTar(path: string): Promise<Map<string, Part>> {
  await using file = await open(path);
  const { size } = await file.stat();
  const parts = new Map<string, Part>();
  for (let at = 0; at + tarBlockBytes <= size; ) {
    const header = readHeader(await readAt(file, at, tarBlockBytes));
    if (header === null) break;
    const start = at + tarBlockBytes;
    if (start + header.bytes > size) throw new BundleError(`The bundle is cut off within ${header.name}.`);
    if (parts.has(header.name)) throw new BundleError(`The bundle has two files ${header.name}.`);
    if (header.isFile) parts.set(header.name, { path, at: start, bytes: header.bytes });
    if (parts.size > filesMax) throw new BundleError('The bundle has too many files.');
    at = start + Math.ceil(header.bytes / tarBlockBytes) * tarBlockBytes;
  }
  return parts;
}

function readHeader(block: Buffer): ReturnType<typeof parseTarHeader> {
  try {
    return parseTarHeader(block);
  } catch (error) {
    throw new BundleError(error instanceof Error ? error.message : 'This is no tar.');
  }
}

async function partsOfFolder(folder: string): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>();
  const add = async (name: string): Promise<void> => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) parts.set(name, { path, at: 0, bytes: found.size });
  };
  for (const name of [fileNames.manifest, fileNames.schemas, fileNames.end]) await add(name);
  for (const prefix of [fileNames.checkpoints, fileNames.records]) {
    for (const name of await readdir(join(folder, prefix)).catch(() => [])) await add(`${prefix}${name}`);
  }
  return parts;
}

async function readJson(parts: ReadonlyMap<string, Part>, name: string): Promise<Record<string, unknown>> {
  const part = parts.get(name);
  if (part === undefined) throw new BundleError(`This is no bundle of Countersign: it has no ${name}.`);
  if (part.bytes > wholeBytesMax) throw new BundleError(`${name} is too large.`);
  await using file = await open(part.path);
  return jsonObject((await readAt(file, part.at, part.bytes)).toString('utf8'), name);
}

function jsonObject(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, as for JSON that is no object.
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

/** The lines of all files of a prefix, which are numbered without a gap, in groups of about a MiB. */
async function* linesOf(parts: ReadonlyMap<string, Part>, prefix: string): AsyncGenerator<readonly string[]> {
  const count = [...parts.keys()].filter((name) => name.startsWith(prefix)).length;
  for (let number = 0; number < count; number += 1) {
    const name = chunkName(prefix, number);
    const part = parts.get(name);
    if (part === undefined) throw new BundleError(`The bundle lacks ${name}.`);
    await using file = await open(part.path);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = 0; read < part.bytes; read += pieceBytes) {
      const piece = Buffer.concat([rest, await readAt(file, part.at + read, Math.min(pieceBytes, part.bytes - read))]);
      const end = piece.lastIndexOf(10);
      if (end !== -1) yield piece.toString('utf8', 0, end).split('\n');
      rest = piece.subarray(end + 1);
      if (rest.length > lineBytesMax) throw new BundleError(`${name} has a line of more than ${lineBytesMax} bytes.`);
    }
    if (rest.length > 0) throw new BundleError(`${name} ends within a line.`);
  }
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await file.read(buffer, done, bytes - done, at + done);
    if (bytesRead === 0) throw new BundleError('The bundle became shorter while it was read.');
    done += bytesRead;
  }
  return buffer;
}
