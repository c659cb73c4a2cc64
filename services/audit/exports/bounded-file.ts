import { createHash, type Hash } from 'node:crypto';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExportFailedError } from './job.ts';

/** What all files of an export may take together, and what the disk keeps. */
export type Budget = { bytesLeft: number; reserveBytes: number };

const bufferBytes = 256 * 1024;
const lookEveryBytes = 16 * 1024 * 1024;

/**
 * A file that is written once, from front to back. Rejects with `too-large` before the budget is passed, and with `disk-full` before
 * the disk is: what else writes to it must not suffer.
 */
export class BoundedFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #budget: Budget;
  readonly #hash: Hash = createHash('sha256');
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;
  #sinceLook = Infinity;

  private constructor(handle: FileHandle, path: string, budget: Budget) {
    this.#handle = handle;
    this.#path = path;
    this.#budget = budget;
  }

  static async create(path: string, budget: Budget): Promise<BoundedFile> {
    return new BoundedFile(await open(path, 'wx', 0o600).catch(failWell), path, budget);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Small pieces leave together. The bytes MUST stay as they are until the next write. */
  async write(piece: Buffer | string): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (bytes.length > this.#budget.bytesLeft) throw new ExportFailedError('too-large', 'The export would take more room than all exports together may.');
    this.#budget.bytesLeft -= bytes.length;
    this.#bytes += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= bufferBytes) await this.#flush();
  }

  /** All of it is on disk. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#flush();
    await this.#handle.sync().catch(failWell);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const bytes = this.#pending.length === 1 && this.#pending[0] !== undefined ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#sinceLook += bytes.length;
    if (this.#sinceLook >= lookEveryBytes) await this.#lookAtDisk();
    this.#hash.update(bytes);
    await this.#handle.appendFile(bytes).catch(failWell);
  }

  async #lookAtDisk(): Promise<void> {
    this.#sinceLook = 0;
    const { bavail, bsize } = await statfs(dirname(this.#path));
    if (bavail * bsize < this.#budget.reserveBytes + lookEveryBytes) throw new ExportFailedError('disk-full', 'The disk of the export folder is nearly full: the export was given up, and its files are deleted.');
  }
}

function failWell(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') throw new ExportFailedError('disk-full', 'The disk of the export folder is full: the export was given up, and its files are deleted.', error);
  throw error;
}
