import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';
import { until } from '../harness/stack.ts';

const root = resolve(import.meta.dirname, '../..');
const command = join(root, 'packages/stack/src/cli/main.ts');

/** `errors` is what it wrote to stderr: between two pipes there is no order that a reader could trust. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; output: string; errors: string };

/** A folder of its own that others may enter: Postgres does not run as root. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** `countersign start` as a process, as `npm start` runs it. */
export class Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #output = '';
  #errors = '';

  constructor(options: { home: string; env?: Record<string, string | undefined>; args?: readonly string[]; wrapper?: readonly string[]; example?: boolean }) {
    const line = [...(options.wrapper ?? []), process.execPath, command, 'start', ...(options.example === true ? [] : ['--no-example']), ...(options.args ?? ['--port', '0'])];
    const env = { ...process.env, COUNTERSIGN_HOME: options.home, COUNTERSIGN_TEST_ENDPOINTS: undefined, ...options.env };
    this.process = spawn(line[0] ?? '', line.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.ended = once(this.process, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, output: this.#output, errors: this.#errors }));
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with the endpoint of the API when everything is up. */
  async ready(deadlineMs = 150_000): Promise<string> {
    return await until(`countersign to be ready:\n${this.#output}`, () => {
      if (this.process.exitCode !== null) throw new Error(`It ended with ${this.process.exitCode}:\n${this.#output}`);
      return /^ {2}API +(http:\S+)/m.exec(this.#output)?.[1];
    }, deadlineMs);
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal);
    return await this.ended;
  }
}

export type Answer = { status: number; json: Record<string, unknown> };

/** Calls the API of a copy that runs from `home` as a person with one role. */
export async function callAs(home: string, url: string, person: string, role: string, method: string, path: string, body?: object): Promise<Answer> {
  const token = await signDevelopmentToken(home, { subject: person, roles: [role] });
  const response = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Command lines of the processes that work in or on a folder, this one left out. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const where = readlinkSync(`/proc/${pid}/cwd`);
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return line.includes(folder) || where.startsWith(folder) || environment.includes(`COUNTERSIGN_HOME=${folder}\0`) ? [`${pid} ${line}`] : [];
    } catch {
      // It ended while we looked, or is none of ours.
      return [];
    }
  });
}

/** Resolves when no process of the folder is left. */
export async function nothingLeft(folder: string): Promise<void> {
  let left: string[] = [];
  await until('nothing to be left running', () => {
    left = processesOf(folder);
    return left.length === 0 ? true : undefined;
  }, 30_000).catch(() => {
    throw new Error(`Still running:\n${left.map((line) => line.slice(0, 200)).join('\n')}`);
  });
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
