import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { until } from './stack.ts';

const root = resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

/** A file system of our own needs the right to mount one, see tests/start/refusals.test.ts. */
export const mayMount = spawnSync('unshare', [isRoot ? '-m' : '-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']).status === 0 && spawnSync('nsenter', ['--version']).status === 0;

/** A small disk mounted on a folder, for programs that run `within` it; it vanishes with the test, whatever becomes of that. */
export class SmallDisk implements AsyncDisposable {
  readonly #folder: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.#folder = folder;
    this.#holder = holder;
  }

  /** `options` as `mount` takes them for a tmpfs: `size=40m,nr_inodes=100`. */
  static async mount(folder: string, options: string): Promise<SmallDisk> {
    const holder = spawn('unshare', [isRoot ? '-m' : '-rm', 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs "$0" && echo mounted && exec cat`, folder], { stdio: ['pipe', 'pipe', 'ignore'] });
    let said = '';
    holder.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await until('the disk to be mounted', () => (said.includes('mounted') ? true : undefined), 10_000);
    return new SmallDisk(folder, holder);
  }

  get within(): string[] {
    return ['nsenter', `--target=${this.#holder.pid}`, '--mount', ...(isRoot ? [] : ['--user', '--preserve-credentials']), `--wd=${root}`];
  }

  /** A path of the folder as this process sees it, from outside. */
  path(...parts: readonly string[]): string {
    return join(`/proc/${this.#holder.pid}/root${this.#folder}`, ...parts);
  }

  async fill(leaveBytes: number): Promise<void> {
    await using file = await open(this.path('filler'), 'a');
    const chunk = Buffer.alloc(4_194_304, 1);
    try {
      for (let left = this.#freeBytes() - leaveBytes; left > 0; left = this.#freeBytes() - leaveBytes) await file.write(chunk, 0, Math.min(chunk.length, left));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }

  /** Takes files until there is room for so many more, of whatever length. */
  fillFiles(leave: number): void {
    for (let left = statfsSync(this.path()).ffree - leave; left > 0; left -= 1) writeFileSync(this.path(`filler-${left}`), '');
  }

  free(): void {
    rmSync(this.path('filler'), { force: true });
    for (const name of readdirSync(this.path())) if (name.startsWith('filler-')) rmSync(this.path(name));
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path());
    return bavail * bsize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((done) => this.#holder.once('close', done));
    this.#holder.stdin?.end();
    await closed;
  }
}
