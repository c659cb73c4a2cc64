import { Damaged } from './report.ts';

/** What an object of JSON, or an event, has in it: nothing is known of it before it was looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** A record: what the log has a leaf of. Instants are microseconds since 1970, digests hexadecimal. */
export type Row = {
  actor: string | null; decisionId: string | null; decisionType: string | null; eventId: string; kind: string | null; occurredAt: number; offset: number; partition: number; payload: 'plain' | 'sealed' | 'erased';
  payloadSha256: string | null; policyVersion: string | null; publishedAt: number | null; record: string; recordedAt: number; reviewer: string | null; system: string | null; topic: string; valueDigest: string | null;
};
/** `record`: the row as it is now. `logged`: what it was, where the exporter still had that. `key`: opens a sealed payload. */
export type Line = { index: number; key: string | null; leaf: string; logged: Row | null; payload: string | null; proof: unknown; record: Row | null };
export type Contents = { kind: string; origin: string; first: number; last: number; madeAt: string; frontier: unknown; closing: unknown; schemas: Fields; end: Fields | null; checkpoints(): Fields[]; records(): Line[] };

/** Opens a bundle: a tar with manifest.json, schemas.json, end.json, and files of lines. Throws `Damaged` for what is none. */
export function readBundle(tar: Buffer): Contents {
  const files = filesOf(tar);
  const manifest = objectIn(files, 'manifest.json');
  if (manifest['format'] !== 'countersign-bundle/v1') throw new Damaged(`The bundle is of the format ${String(manifest['format'])}; this verifier reads countersign-bundle/v1.`);
  const { kind, origin, first, last, madeAt, frontier = [], closing } = manifest;
  if ((kind !== 'range' && kind !== 'selection') || typeof origin !== 'string' || !isCounted(first) || !Number.isSafeInteger(last) || Number(last) < first - 1)
    throw new Damaged('manifest.json does not say of which log, of which kind, or from where to where the bundle is.');
  const [checkpoints, records] = [filesUnder(files, 'checkpoints/'), filesUnder(files, 'records/')];
  return {
    kind, origin, first, last: Number(last), madeAt: String(madeAt), frontier, closing, schemas: objectIn(files, 'schemas.json'), end: files.has('end.json') ? objectIn(files, 'end.json') : null,
    checkpoints: () => checkpoints.flatMap(linesOf).map(objectOfText),
    records: () => records.flatMap(linesOf).map(objectOfText).map(lineOf),
  };
}

/** Files by name (POSIX.1-2017, pax, "ustar Interchange Format"): a header of 512 bytes with name and size, and what it is of, filled up to 512 bytes. */
function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const [name = ''] = tar.toString('latin1', at, at + 100).split('\0');
    const size = tar.toString('latin1', at + 124, at + 135);
    if (!/^[0-7]{11}$/.test(size)) throw new Damaged('This is no bundle: it is no tar, or damaged.');
    const [from, bytes] = [at + 512, Number.parseInt(size, 8)];
    if (from + bytes > tar.length) throw new Damaged(`The bundle is cut off within ${name}.`);
    if (files.has(name)) throw new Damaged(`The bundle has two files ${name}.`);
    files.set(name, tar.subarray(from, from + bytes));
    at = from + Math.ceil(bytes / 512) * 512;
  }
  return files;
}

/** Files of lines are numbered from 0 without a gap: records/000000.jsonl. */
function filesUnder(files: ReadonlyMap<string, Buffer>, folder: string): Buffer[] {
  const names = [...files.keys()].filter((name) => name.startsWith(folder) && name.endsWith('.jsonl'));
  return names.map((_, number) => fileNamed(files, `${folder}${String(number).padStart(6, '0')}.jsonl`));
}

function fileNamed(files: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const file = files.get(name);
  if (file === undefined) throw new Damaged(`The bundle has no ${name}.`);
  return file;
}

function objectIn(files: ReadonlyMap<string, Buffer>, name: string): Fields {
  const value = objectOfText(fileNamed(files, name).toString('utf8'));
  if (Array.isArray(value)) throw new Damaged(`${name} is no JSON object.`);
  return value;
}

function linesOf(file: Buffer): string[] {
  const lines = file.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Damaged('A file ends within a line.');
  return lines;
}

export function objectOfText(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {
    // Told below.
  }
  throw new Damaged(`This is no JSON object: ${text.slice(0, 100)}`);
}

function lineOf({ index, key = null, leaf, logged = null, payload, proof, record }: Fields): Line {
  const sound = isCounted(index) && isTextOrNull(key) && typeof leaf === 'string' && Buffer.from(leaf, 'base64').length === 32 && isTextOrNull(payload) && (record === null || isRow(record)) && (logged === null || isRow(logged));
  if (!sound) throw new Damaged(`This is no line of records: ${JSON.stringify({ index, leaf, record }).slice(0, 200)}`);
  return { index, key, leaf, logged, payload, proof, record };
}

function isRow(value: unknown): value is Row {
  const row = (value ?? {}) as Fields;
  const has = (names: string, fits: (member: unknown) => boolean) => names.split(' ').every((name) => fits(row[name]));
  return has('actor decisionId decisionType kind payloadSha256 policyVersion reviewer system valueDigest', isTextOrNull) && has('eventId record topic', (member) => typeof member === 'string') &&
    has('occurredAt offset partition recordedAt', Number.isSafeInteger) && has('publishedAt', (member) => Number.isSafeInteger(member ?? 0)) && has('payload', (member) => member === 'plain' || member === 'sealed' || member === 'erased');
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isCounted(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The bytes; null unless the text is exactly how they are written in base64. */
export function base64(text: unknown): Buffer | null {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  return bytes?.toString('base64') === text ? bytes : null;
}
