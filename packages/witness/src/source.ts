import { readFileSync } from 'node:fs';
import { noteBytesMax, tilePath, tileWidth, type ReadTiles } from '@countersign/merkle';

/** Where checkpoints come from. `readTiles` is there where what they say can be followed up. */
export type LogSource = {
  readonly name: string;
  /** Signed checkpoints in the order they were published; the newest alone where the source keeps no others. */
  checkpoints(): Promise<readonly string[]>;
};
export type TiledLog = LogSource & { readTiles: ReadTiles; submit(note: string): Promise<void> };

/** The log cannot be read now; it may be later. Says nothing about the log's honesty. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}

const requestMs = 20_000;
const tileBytesMax = tileWidth * 32;

/**
 * A log below an address (tlog-tiles: `<prefix>/checkpoint`, `<prefix>/tile/…`). What it sends is bounded in bytes and time: a witness
 * follows logs that it does not trust. Throws `UnavailableError` for anything but an answer.
 */
export function httpLog(prefix: string): TiledLog {
  const base = prefix.replace(/\/+$/, '');
  return {
    name: base,
    checkpoints: async () => [(await get(`${base}/checkpoint`, noteBytesMax)).toString('utf8')],
    readTiles: async (tiles) => await Promise.all(tiles.map((tile) => getTile(base, tile))),
    submit: async (note) => {
      const response = await request(`${base}/cosignatures`, { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' }, body: note });
      await response.body?.cancel();
      if (!response.ok) throw new UnavailableError(`${base}/cosignatures answered ${response.status}.`);
    },
  };
}

/** A partial tile goes when the full one is there (tlog-tiles, "Partial Tiles"). */
async function getTile(base: string, tile: Parameters<typeof tilePath>[0]): Promise<Buffer> {
  try {
    return await get(`${base}/${tilePath(tile)}`, tileBytesMax);
  } catch (error) {
    if (tile.width === tileWidth || !(error instanceof UnavailableError)) throw error;
    return await get(`${base}/${tilePath({ ...tile, width: tileWidth })}`, tileBytesMax);
  }
}

async function get(url: string, bytesMax: number): Promise<Buffer> {
  const response = await request(url, {});
  if (!response.ok) {
    await response.body?.cancel();
    throw new UnavailableError(`${url} answered ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new UnavailableError(`${url} sent more than ${bytesMax} bytes.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw unavailable(url, error);
  }
  return Buffer.concat(chunks);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(requestMs) });
  } catch (error) {
    throw unavailable(url, error);
  }
}

function unavailable(url: string, error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  const { message, cause } = error as Error;
  return new UnavailableError(`${url} could not be read: ${cause instanceof Error ? cause.message : message}.`, { cause: error });
}

/**
 * Checkpoints from a file of JSON lines with the member `checkpoint`: a log's anchor file, another witness's statements. A last
 * line that is cut off is still being written, and left for later.
 */
export function fileCheckpoints(file: string): LogSource {
  return {
    name: file,
    checkpoints: async () => await Promise.resolve(linesOf(file).map((line, at) => {
      const checkpoint = checkpointOf(line);
      if (checkpoint === null) throw new RangeError(`${file}:${at + 1} is no JSON with a checkpoint.`);
      return checkpoint;
    })),
  };
}

function checkpointOf(line: string): string | null {
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: unknown };
    return typeof checkpoint === 'string' ? checkpoint : null;
  } catch {
    return null;
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1).filter((line) => line !== '');
  } catch (error) {
    throw new UnavailableError(`${file} could not be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}
