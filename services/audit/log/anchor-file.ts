import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Far more than the checkpoints that two instances at once could have written in another order. */
const tailBytes = 262_144;

/**
 * The append-only file of checkpoints, outside the database and best on another disk under another owner: one line of JSON each,
 * `{"checkpoint":"<signed note>"}`. A line that was cut off when a disk was full stays, and is skipped.
 */
export class AnchorFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** On disk when this resolves. `written` is called before it is. */
  async append(notes: readonly string[], written: () => void | Promise<void> = () => undefined): Promise<void> {
    if (notes.length === 0) return;
    await mkdir(dirname(this.#file), { recursive: true });
    const handle = await open(this.#file, 'a+', 0o644);
    try {
      const broken = await endsWithin(handle);
      const lines = notes.map((checkpoint) => `${JSON.stringify({ checkpoint })}\n`).join('');
      const bytes = Buffer.from(broken ? `\n${lines}` : lines);
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error(`${this.#file} took ${bytesWritten} of ${bytes.length} bytes: its disk is full.`);
      await written();
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** The notes of its last lines, in the order of the file; none where there is no file. Nothing is verified. */
  async tail(): Promise<string[]> {
    const size = await stat(this.#file).then((found) => found.size, (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    });
    if (size === 0) return [];
    const from = Math.max(0, size - tailBytes);
    const handle = await open(this.#file, 'r');
    try {
      const bytes = Buffer.alloc(size - from);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      const lines = bytes.subarray(0, bytesRead).toString('utf8').split('\n');
      return (from === 0 ? lines : lines.slice(1)).flatMap(noteOf);
    } finally {
      await handle.close();
    }
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

/** Whether the last line was cut off. */
async function endsWithin(handle: Handle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  return last.toString() !== '\n';
}

function noteOf(line: string): string[] {
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: unknown };
    return typeof checkpoint === 'string' ? [checkpoint] : [];
  } catch {
    return [];
  }
}
