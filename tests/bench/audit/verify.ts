import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFormat, chunkBytes, chunkName, encodeCheckpointLine, encodeRecordLine, fileNames, openBundle } from '@countersign/evidence';
import { emptyEdge, formatVerifierKey, frontierOf, growTiles, proveConsistency, rootOf, tilePath, type ReadTiles } from '@countersign/merkle';
import { tarEnd, tarHeader, tarPadding } from '../../../packages/evidence/src/bundle/tar.ts';
import { allSchemas, logKey, noteOf, origin } from '../../proof/bundle.ts';
import { bundled, SyntheticLog } from '../../proof/synthetic.ts';

/** Leaves between two checkpoints: what no tile of level 0 or 1 is needed for. */
const checkpointEvery = 65_536;
/** What memory is compared with. */
const fewRecords = 1_000_000;
/** So many that what three threads take to begin and to be compiled, half a second, does not count. */
const manyRecords = Number(process.env['COUNTERSIGN_BENCH_VERIFY_RECORDS'] ?? 10_000_000);
/** Of the mix of `tests/proof/story.ts`. */
const recordsPerDecision = 7.4;

export type VerifyFigures = { verify_ratio: number; verify_rss_mb: number };

/**
 * `verify_ratio`: records a second of the single-file verifier, as a program of its own, all content opened and all rules applied, over lines a second of one
 * SHA-256 call each on the same lines, at 10 million records. One process each, the disk's cache as warm as memory allows. `verify_rss_mb`: the most memory that it had.
 */
export async function measureVerify(): Promise<VerifyFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-verify-'));
  try {
    const path = join(folder, 'evidence.tar');
    const fewCount = await writeEvidence(path, fewRecords);
    const few = await verify(path);
    const records = await writeEvidence(path, manyRecords);
    const many = await verify(path);
    const [rate, hashRate] = [records / many.seconds, records / (await hashLines(path))];
    process.stderr.write(`verifier: ${Math.round(rate)} records/s, SHA-256 alone: ${Math.round(hashRate)} lines/s; ${few.rssMb} MB at ${fewCount} records (${Math.round(fewCount / few.seconds)}/s), ${many.rssMb} MB at ${records}\n`);
    return { verify_ratio: Number((rate / hashRate).toFixed(3)), verify_rss_mb: many.rssMb };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A bundle with about so many records; answers how many. Memory stays small: it may be larger than memory. */
async function writeEvidence(path: string, about: number): Promise<number> {
  using tar = new Tar(path);
  const tiles = new Map<string, Uint8Array>();
  const readTiles: ReadTiles = async (wanted) => wanted.map((tile) => tiles.get(tilePath(tile)) ?? new Uint8Array());
  const records = new Lines(tar, fileNames.records);
  const checkpoints = new Lines(tar, fileNames.checkpoints);
  let [edge, leaves, index, signed] = [emptyEdge, [] as Uint8Array[], 0, 0];
  const sign = async (): Promise<void> => {
    const grown = growTiles(edge, leaves);
    for (const { tile, bytes } of grown.tiles) if (tile.level > 0 || tile.width < 256) tiles.set(tilePath(tile), bytes);
    [edge, leaves] = [grown.edge, []];
    checkpoints.add(encodeCheckpointLine({ note: noteOf(index, rootOf(frontierOf(edge))), consistency: signed === 0 ? [] : await proveConsistency(readTiles, signed, index) }));
    signed = index;
  };
  for (const row of new SyntheticLog({ seed: 1, decisions: Math.ceil(about / recordsPerDecision), spacingUs: 50_000 }).rows()) {
    const record = bundled(row, index);
    records.add(encodeRecordLine(record));
    leaves.push(record.leaf);
    index += 1;
    if (index % checkpointEvery === 0) await sign();
  }
  if (index > signed) await sign();
  records.end();
  checkpoints.end();
  tar.add(fileNames.manifest, JSON.stringify({ format: bundleFormat, kind: 'range', origin, logKeys: [], madeAt: new Date().toISOString(), madeBy: 'bench', filter: {}, first: 0, last: index - 1 }));
  tar.add(fileNames.schemas, JSON.stringify(allSchemas));
  tar.add(fileNames.end, JSON.stringify({ checkpoints: checkpoints.count, records: index }));
  return index;
}

class Tar implements Disposable {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  add(name: string, text: string): void {
    const content = Buffer.from(text);
    for (const piece of [tarHeader(name, content.length), content, tarPadding(content.length)]) for (let at = 0; at < piece.length; ) at += writeSync(this.#file, piece, at);
  }

  [Symbol.dispose](): void {
    writeSync(this.#file, tarEnd());
    closeSync(this.#file);
  }
}

/** Lines in numbered files, as a bundle has them. */
class Lines {
  readonly #tar: Tar;
  readonly #prefix: string;
  #lines: string[] = [];
  #bytes = 0;
  #files = 0;
  count = 0;

  constructor(tar: Tar, prefix: string) {
    [this.#tar, this.#prefix] = [tar, prefix];
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    this.count += 1;
    if (this.#bytes >= chunkBytes) this.end();
  }

  end(): void {
    if (this.#lines.length === 0) return;
    this.#tar.add(chunkName(this.#prefix, this.#files), `${this.#lines.join('\n')}\n`);
    [this.#lines, this.#bytes, this.#files] = [[], 0, this.#files + 1];
  }
}

const script = join(import.meta.dirname, '../../../packages/evidence/countersign-verify.mjs');

/** The script by itself. Its memory is what Linux says at its end. */
async function verify(path: string): Promise<{ seconds: number; rssMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', script, path, '--key', formatVerifierKey(logKey.verifier)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [text, rssKb] = ['', 0];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => { text += piece; });
  const look = setInterval(() => void readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => { rssKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? rssKb); }, () => undefined), 100);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`The verifier found something in clean evidence:\n${text}`);
  return { seconds: (performance.now() - started) / 1000, rssMb: Math.round(rssKb / 1024) };
}

async function hashLines(path: string): Promise<number> {
  let seconds = 0;
  for await (const bytes of openBundle(path).records()) {
    const lines: Buffer[] = [];
    for (let at = 0, end = 0; (end = bytes.indexOf(10, at)) !== -1; at = end + 1) lines.push(bytes.subarray(at, end));
    const started = performance.now();
    for (const line of lines) hash('sha256', line);
    seconds += (performance.now() - started) / 1000;
  }
  return seconds;
}
