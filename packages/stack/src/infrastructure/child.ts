import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PortTakenError, SetupError } from './failure.ts';

export type ChildOptions = {
  name: string;
  command: string;
  args: readonly string[];
  logFile: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  user?: { uid: number; gid: number };
  /** Asks it to end, before it is killed. */
  stopSignal?: NodeJS.Signals;
};

/**
 * The child's own parent is a shell that waits at a pipe from us: when we die, even by SIGKILL, the pipe closes and the
 * shell ends the child. Descriptor 3 is that pipe, since a shell gives background jobs an empty standard input.
 */
const supervisor = 'exec 3<&0; sig=$1; shift; "$@" 3<&- </dev/null & child=$!; (cat <&3 >/dev/null; kill -s "$sig" $child) & guard=$!; exec 3<&-; wait $child; code=$?; kill $guard 2>/dev/null; exit $code';

/** As Java, Quarkus and PostgreSQL say it. */
const portTaken = /Address already in use|Port \d+ seems to be in use|could not create any TCP\/IP sockets/;

/** A child process that cannot outlive us. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #exited: Promise<void>;
  /** Where its own part of the log begins: earlier runs wrote before it. */
  readonly #logStart: number;
  #ended = false;

  constructor(options: ChildOptions) {
    this.#options = options;
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = openSync(options.logFile, 'a');
    this.#logStart = fstatSync(log).size;
    const signal = (options.stopSignal ?? 'SIGTERM').slice(3);
    this.#process = spawn('sh', ['-c', supervisor, 'sh', signal, options.command, ...options.args], {
      stdio: ['pipe', log, log],
      detached: true,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      ...(options.user ?? {}),
    });
    closeSync(log);
    this.#exited = new Promise<void>((resolve) => this.#process.once('exit', () => resolve())).then(() => {
      this.#ended = true;
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What it has written so far. */
  said(): string {
    return readFileSync(this.#options.logFile).subarray(this.#logStart).toString();
  }

  /** Called when it ends without having been asked. */
  onUnexpectedEnd(listener: () => void): void {
    void this.#exited.then(() => {
      if (!this.#stopping) listener();
    });
  }

  /** Waits for `probe` to be true; fails at once when the child ends, with `PortTakenError` if that was why. One that is late is killed: it would keep its port and data from the next. */
  async waitFor(probe: () => Promise<boolean>, deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (!(await probe().catch(() => false))) {
      if (this.#ended) throw this.#whyEnded();
      if (Date.now() > deadline) {
        await this.kill();
        throw new SetupError(`${this.#options.name} was not ready after ${deadlineMs / 1000} s.`, `Read ${this.#options.logFile}.`);
      }
      await wait(50);
    }
  }

  #whyEnded(): SetupError {
    const { name, logFile } = this.#options;
    const said = this.said();
    if (portTaken.test(said)) return new PortTakenError(`Somebody took the port of ${name} while it started.`, 'Start again.');
    return new SetupError(`${name} ended while it started:\n${said.trimEnd().split('\n').slice(-8).join('\n')}`, `Read ${logFile}.`);
  }

  #stopping = false;

  /** Kills it and all its helpers with SIGKILL, as a crash would. Resolves when they are gone. */
  async kill(): Promise<void> {
    this.#stopping = true;
    if (!this.#ended && this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#process.stdin?.end();
    const patience = new AbortController();
    await Promise.race([this.#exited, wait(15_000, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    if (!this.#ended) await this.kill();
  }
}
