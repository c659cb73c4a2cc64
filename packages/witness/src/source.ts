import { noteBytesMax, tilePath, tileWidth, type ReadTiles } from '@countersign/merkle';
import { linesFrom, type Line } from './lines.ts';

/** Where checkpoints come from. `readTiles` is there where what they say can be followed up. */
export type LogSource = {
  readonly name: string;
  /**
   * Signed checkpoints in the order they were published; the newest alone where the source keeps no others. A source that keeps them gives each once: one counts as
   * given when the next is asked for, so that what could not be looked at comes again.
   */
  checkpoints(): AsyncIterable<string>;
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
    checkpoints: async function* () {
      yield (await get(`${base}/checkpoint`, noteBytesMax)).toString('utf8');
    },
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
 * line that is cut off is still being written, and left for later. The place in the file is kept: its lines are looked at once.
 */
export function fileCheckpoints(file: string): LogSource {
  let place = 0;
  return {
    name: file,
    checkpoints: async function* () {
      for (const { text, end } of readable(file, place)) {
        if (text !== '') yield checkpointOf(text, file);
        place = end;
      }
      await Promise.resolve();
    },
  };
}

/** What goes wrong with the file says nothing about the log. */
function* readable(file: string, place: number): Generator<Line> {
  const lines = linesFrom(file, place);
  for (;;) {
    let next: IteratorResult<Line>;
    try {
      next = lines.next();
    } catch (error) {
      throw new UnavailableError(`${file} could not be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
    }
    if (next.done === true) return;
    yield next.value;
  }
}

function checkpointOf(line: string, file: string): string {
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: unknown };
    if (typeof checkpoint === 'string') return checkpoint;
  } catch {
    // Falls through to the one error for a line that is none.
  }
  throw new RangeError(`${file} has a line that is no JSON with a checkpoint: ${line.slice(0, 100)}`);
}
