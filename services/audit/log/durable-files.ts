import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { noFault, type AtStep } from './steps.ts';

export type NamedBytes = { path: string; bytes: Uint8Array };

const concurrency = 8;
const temporary = 'tmp';

/**
 * Writes files below one folder so that each is there whole or not at all, whatever is cut off where: written beside, synced, renamed, the folder
 * synced. Several at a time share the waits for the disk. Writing the same bytes again changes nothing.
 */
export class DurableFiles {
  readonly #root: string;
  readonly #at: AtStep;
  readonly #id = randomUUID();
  /** Folders whose place in their own folder is on disk. */
  readonly #known = new Set<string>();
  #written = 0;

  constructor(root: string, at: AtStep = noFault) {
    this.#root = root;
    this.#at = at;
  }

  /** All of them are on disk when this resolves. Paths are relative, and MUST be distinct. */
  async write(files: readonly NamedBytes[]): Promise<void> {
    await this.#ensure(join(this.#root, temporary));
    const targets = files.map(({ path, bytes }) => ({ target: join(this.#root, path), bytes, source: join(this.#root, temporary, `${this.#id}-${(this.#written += 1)}`) }));
    await eachOf(targets, async ({ source, bytes }) => {
      await writeSynced(source, bytes);
      await this.#at('file-written');
    });
    await this.#at('files-synced');
    const folders = [...new Set(targets.map(({ target }) => dirname(target)))];
    for (const folder of folders) await this.#ensure(folder);
    await eachOf(targets, async ({ source, target }) => {
      await rename(source, target);
      await this.#at('file-renamed');
    });
    await eachOf(folders, syncFolder);
    await this.#at('folder-synced');
  }

  /** Removes what was left half written, here or by a process that ended. */
  async clean(): Promise<void> {
    const folder = join(this.#root, temporary);
    const left = await readdir(folder).catch(() => []);
    for (const name of left) if (!name.startsWith(this.#id)) await rm(join(folder, name), { force: true });
  }

  async #ensure(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    await mkdir(folder, { recursive: true });
    // Each new folder is an entry of the one above.
    let above = this.#root;
    await syncFolder(above);
    for (const part of relative(this.#root, folder).split(sep).slice(0, -1)) {
      above = join(above, part);
      await syncFolder(above);
    }
    this.#known.add(folder);
  }
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** A few at a time, in order of beginning; rejects with the first failure once all that began have ended. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (next < items.length && failure === undefined) {
      const item = items[next] as T;
      next += 1;
      await work(item).catch((error: unknown) => (failure ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}
