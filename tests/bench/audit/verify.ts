import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleFormat, chunkBytes, chunkName, encodeCheckpointLine, encodeRecordLine, fileNames } from '@countersign/evidence';
import { emptyEdge, formatVerifierKey, frontierOf, growTiles, proveConsistency, rootOf, tilePath, type ReadTiles } from '@countersign/merkle';
import { allSchemas, logKey, noteOf, origin } from '../../proof/bundle.ts';
import { bundled, SyntheticLog } from '../../proof/synthetic.ts';

/** Leaves between two checkpoints: what no tile of level 0 or 1 is needed for. */
const checkpointEvery = 65_536;
const rateRecords = 300_000;
const memoryRecords = Number(process.env['COUNTERSIGN_BENCH_VERIFY_RECORDS'] ?? 10_000_000);
/** Of the mix of `tests/proof/story.ts`. */
const recordsPerDecision = 7.4;

export type VerifyFigures = { verify_ratio: number; verify_rss_mb: number };

/**
 * `verify_ratio`: records a second of the single-file verifier, as a program of its own, all content opened and all rules applied, over lines a second of one
 * SHA-256 call each on the same lines. One process each, the disk's cache warm. `verify_rss_mb`: the most memory that it had, at 10 million records.
 */
export async function measureVerify(): Promise<VerifyFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-verify-'));
  try {
    const records = await writeEvidence(join(folder, 'rate'), rateRecords);
    const few = await verify(join(folder, 'rate'));
    const again = await verify(join(folder, 'rate'));
    const hashS = await hashLines(join(folder, 'rate'));
    const rate = records / Math.min(few.seconds, again.seconds);
    await writeEvidence(join(folder, 'memory'), memoryRecords);
    const many = await verify(join(folder, 'memory'));
    process.stderr.write(`verifier: ${Math.round(rate)} records/s, SHA-256 alone: ${Math.round(records / hashS)} lines/s; ${few.rssMb} MB at ${records} records, ${many.rssMb} MB at about ${memoryRecords}\n`);
    return { verify_ratio: Number((rate / (records / hashS)).toFixed(3)), verify_rss_mb: many.rssMb };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A bundle, unpacked, with about so many records; answers how many. Memory stays small: it may be larger than memory. */
async function writeEvidence(folder: string, about: number): Promise<number> {
  for (const prefix of [fileNames.checkpoints, fileNames.records]) mkdirSync(join(folder, prefix), { recursive: true });
  const tiles = new Map<string, Uint8Array>();
  const readTiles: ReadTiles = async (wanted) => wanted.map((tile) => tiles.get(tilePath(tile)) ?? new Uint8Array());
  const records = new Lines(folder, fileNames.records);
  const checkpoints = new Lines(folder, fileNames.checkpoints);
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
  writeFileSync(join(folder, fileNames.manifest), JSON.stringify({ format: bundleFormat, kind: 'range', origin, logKeys: [], madeAt: new Date().toISOString(), madeBy: 'bench', filter: {}, first: 0, last: index - 1 }));
  writeFileSync(join(folder, fileNames.schemas), JSON.stringify(allSchemas));
  writeFileSync(join(folder, fileNames.end), JSON.stringify({ checkpoints: checkpoints.count, records: index }));
  return index;
}

/** Lines in numbered files, as a bundle has them. */
class Lines {
  readonly #folder: string;
  readonly #prefix: string;
  #lines: string[] = [];
  #bytes = 0;
  #files = 0;
  count = 0;

  constructor(folder: string, prefix: string) {
    [this.#folder, this.#prefix] = [folder, prefix];
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    this.count += 1;
    if (this.#bytes >= chunkBytes) this.end();
  }

  end(): void {
    if (this.#lines.length === 0) return;
    writeFileSync(join(this.#folder, chunkName(this.#prefix, this.#files)), `${this.#lines.join('\n')}\n`);
    [this.#lines, this.#bytes, this.#files] = [[], 0, this.#files + 1];
  }
}

const script = join(import.meta.dirname, '../../../packages/evidence/countersign-verify.mjs');

/** The script by itself. Its memory is what Linux says at its end. */
async function verify(folder: string): Promise<{ seconds: number; rssMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', script, folder, '--key', formatVerifierKey(logKey.verifier)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [text, rssKb] = ['', 0];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => { text += piece; });
  const look = setInterval(() => void readFile(`/proc/${child.pid}/status`, 'utf8').then((status) => { rssKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? rssKb); }, () => undefined), 100);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`The verifier found something in clean evidence:\n${text}`);
  return { seconds: (performance.now() - started) / 1000, rssMb: Math.round(rssKb / 1024) };
}

async function hashLines(folder: string): Promise<number> {
  let seconds = 0;
  for (let file = 0; ; file += 1) {
    const lines: Buffer[] = [];
    try {
      for await (const line of createInterface({ input: createReadStream(join(folder, chunkName(fileNames.records, file))) })) lines.push(Buffer.from(line));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return seconds;
      throw error;
    }
    const started = performance.now();
    for (const line of lines) hash('sha256', line);
    seconds += (performance.now() - started) / 1000;
  }
}
