import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** One process of review, started again whenever it dies. */
export class Instance implements AsyncDisposable {
  readonly url: string;
  /** By our SIGKILL, or at a crash point. */
  deaths = 0;
  readonly #env: Readonly<Record<string, string>>;
  /** Crash points still to be died at, the first by the next start. */
  readonly #points: string[];
  /** That of the process that runs. */
  #point: string | undefined;
  #child: ChildProcess | undefined;
  #killed: ChildProcess | undefined;
  #stopping = false;

  constructor(url: string, env: Readonly<Record<string, string>>, points: readonly string[]) {
    this.url = url;
    this.#env = { ...env, COUNTERSIGN_HTTP_PORT: new URL(url).port };
    this.#points = [...points];
    this.#start();
  }

  /** Whether it is still to die at a point of its own. */
  get isDoomed(): boolean {
    return this.#points.length > 0 || this.#point !== undefined;
  }

  /** Resolves when it is dead. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const died = once(child, 'exit');
    this.#killed = child;
    child.kill('SIGKILL');
    await died;
  }

  async isReady(): Promise<boolean> {
    return await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) }).then(({ status }) => status === 200, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await once(child, 'exit');
    clearTimeout(late);
  }

  #start(): void {
    const point = this.#points.shift();
    this.#point = point;
    const child = spawn(process.execPath, [join(root, 'services/review/main.ts')], {
      stdio: ['ignore', 'ignore', 'inherit'], cwd: root, env: { ...this.#env, ...(point === undefined ? {} : { COUNTERSIGN_CRASH_POINT: point }) },
    });
    this.#child = child;
    child.once('exit', () => {
      if (this.#stopping) return;
      this.deaths += 1;
      // It did not come to die there.
      if (point !== undefined && this.#killed === child) this.#points.unshift(point);
      this.#start();
    });
  }
}
