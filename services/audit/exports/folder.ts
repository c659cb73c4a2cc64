import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportJob } from './job.ts';

type Attempt = Pick<ExportJob, 'exportId' | 'attempt'>;

/** Of one attempt: `<exportId>.<attempt>`, with `.part` behind it until all of its files are whole. */
const entryPattern = /^([0-9a-f-]{36})\.(\d+)(\.part)?$/;

/** The folder of exports: one folder in it an attempt, which appears whole or not at all. */
export class ExportFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Where an attempt writes; empty. */
  async begin(attempt: Attempt): Promise<string> {
    const part = `${this.#path(attempt)}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true, mode: 0o700 });
    return part;
  }

  /** The files of an attempt, which are on disk already, get their place. */
  async finish(attempt: Attempt): Promise<void> {
    const part = `${this.#path(attempt)}.part`;
    await sync(part);
    await rename(part, this.#path(attempt));
    await sync(this.#root);
  }

  async remove(attempt: Attempt): Promise<void> {
    for (const path of [`${this.#path(attempt)}.part`, this.#path(attempt)]) await rm(path, { recursive: true, force: true });
  }

  file(attempt: Attempt, name: string): string {
    return join(this.#path(attempt), name);
  }

  /** Exports that have something here. */
  async exportIds(): Promise<string[]> {
    return [...new Set((await this.#entries()).map(({ exportId }) => exportId))];
  }

  /** Deletes what is of none of these attempts. */
  async sweep(kept: readonly Attempt[]): Promise<void> {
    for (const { name, exportId, attempt } of await this.#entries()) {
      if (!kept.some((each) => each.exportId === exportId && each.attempt === attempt)) await rm(join(this.#root, name), { recursive: true, force: true });
    }
  }

  /** Bytes of everything that is here. */
  async bytes(): Promise<number> {
    let sum = 0;
    for (const { name } of await this.#entries()) {
      for (const file of await readdir(join(this.#root, name)).catch(() => [])) sum += await stat(join(this.#root, name, file)).then(({ size }) => size, () => 0);
    }
    return sum;
  }

  #path({ exportId, attempt }: Attempt): string {
    return join(this.#root, `${exportId}.${attempt}`);
  }

  async #entries(): Promise<Array<Attempt & { name: string }>> {
    const names = await readdir(this.#root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.flatMap((name) => {
      const [, exportId, attempt] = entryPattern.exec(name) ?? [];
      return exportId === undefined ? [] : [{ name, exportId, attempt: Number(attempt) }];
    });
  }
}

/** What a folder lists is on disk. */
async function sync(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
