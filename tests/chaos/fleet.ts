import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '@countersign/contracts';
import type { CrashPoint } from '@countersign/kit';
import type { ChaosCluster } from './cluster.ts';

/** Why a process ended: `killer` by our SIGKILL, `point` by its own crash point, `itself` with an exit code, `asked` after SIGTERM. */
export type Death = { service: ServiceName; how: 'killer' | 'point' | 'itself' | 'asked'; point: CrashPoint | null; code: number | null; livedMs: number };
export type Armed = { point: CrashPoint; pass: number };

/** A process that fails at once must not be started in a tight loop. */
const restartWaitMs = 500;
const shortLifeMs = 3000;
const root = join(import.meta.dirname, '../..');

/** One service as an operating system process that is started again whenever it dies. */
class Member {
  readonly #cluster: ChaosCluster;
  readonly #service: ServiceName;
  readonly #onDeath: (death: Death) => void;
  /** Crash points still to be died by, in order; the first is armed at the next start. */
  readonly #points: Armed[];
  #child: ChildProcess | undefined;
  #killed = false;
  #asked = false;
  #ended: Promise<void> = Promise.resolve();
  #startedAt = 0;

  constructor(cluster: ChaosCluster, service: ServiceName, points: readonly Armed[], onDeath: (death: Death) => void) {
    this.#cluster = cluster;
    this.#service = service;
    this.#points = [...points];
    this.#onDeath = onDeath;
  }

  get pointsLeft(): readonly Armed[] {
    return this.#points;
  }

  start(): void {
    this.#asked = false;
    const [armed] = this.#points;
    const log = openSync(join(this.#cluster.home, 'logs', `${this.#service}.log`), 'a');
    const child = spawn(process.execPath, [join(root, 'services', this.#service, 'main.ts')], {
      stdio: ['ignore', log, log], cwd: root,
      // Half of the time of a start is reading TypeScript, which need not be done each time.
      env: { ...this.#cluster.env(this.#service), NODE_COMPILE_CACHE: join(this.#cluster.home, 'compile-cache'), ...(armed === undefined ? {} : { COUNTERSIGN_CRASH_POINT: `${armed.point}:${armed.pass}` }) },
    });
    closeSync(log);
    this.#child = child;
    this.#killed = false;
    this.#startedAt = Date.now();
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve();
        this.#died(child, code, signal, armed);
      });
    });
  }

  kill(): boolean {
    if (this.#child?.exitCode !== null || this.#child.signalCode !== null) return false;
    this.#killed = true;
    return this.#child.kill('SIGKILL');
  }

  /** Asks it to end and waits; kills it when it does not. */
  async stop(deadlineMs = 20_000): Promise<void> {
    this.#asked = true;
    this.#child?.kill('SIGTERM');
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), deadlineMs);
    await this.#ended;
    clearTimeout(late);
  }

  /** Why it is not ready, in its own words; null once it is. */
  async unready(): Promise<string | null> {
    try {
      const answer = await fetch(`${this.#cluster.url(this.#service)}/readyz`, { signal: AbortSignal.timeout(2000) });
      return answer.ok ? null : await answer.text();
    } catch (error) {
      return String(error);
    }
  }

  #died(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, armed: Armed | undefined): void {
    // Nobody else sends SIGKILL: unless we did, the process killed itself at its crash point.
    const byPoint = signal === 'SIGKILL' && !this.#killed && !this.#asked && armed !== undefined;
    const livedMs = Date.now() - this.#startedAt;
    if (byPoint) this.#points.shift();
    this.#onDeath({ service: this.#service, how: this.#asked ? 'asked' : this.#killed ? 'killer' : byPoint ? 'point' : 'itself', point: byPoint ? armed.point : null, code, livedMs });
    if (this.#asked || child !== this.#child) return;
    setTimeout(() => {
      if (!this.#asked) this.start();
    }, livedMs < shortLifeMs ? restartWaitMs : 0);
  }
}

/** All seven services, each a process of its own, supervised. */
export class Fleet implements AsyncDisposable {
  readonly deaths: Death[] = [];
  readonly #members = new Map<ServiceName, Member>();

  constructor(cluster: ChaosCluster, points: ReadonlyMap<ServiceName, readonly Armed[]>, onDeath: (death: Death) => void) {
    for (const service of serviceNames) {
      this.#members.set(service, new Member(cluster, service, points.get(service) ?? [], (death) => {
        this.deaths.push(death);
        onDeath(death);
      }));
    }
  }

  start(services: readonly ServiceName[] = serviceNames): void {
    for (const service of services) this.#member(service).start();
  }

  /** False when it was dead already. */
  kill(service: ServiceName): boolean {
    return this.#member(service).kill();
  }

  pointsLeft(): Array<Armed & { service: ServiceName }> {
    return [...this.#members].flatMap(([service, member]) => member.pointsLeft.map((armed) => ({ service, ...armed })));
  }

  /** Why services are not ready, those that are not. */
  async unready(): Promise<Record<string, string>> {
    const told = await Promise.all([...this.#members].map(async ([service, member]) => [service, await member.unready()] as const));
    return Object.fromEntries(told.flatMap(([service, why]) => (why === null ? [] : [[service, why]])));
  }

  /** Resolves when every named service says that it is ready. */
  async ready(deadlineMs: number, services: readonly ServiceName[] = serviceNames): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    for (const service of services) {
      for (let why = await this.#member(service).unready(); why !== null; why = await this.#member(service).unready()) {
        if (Date.now() > deadline) throw new Error(`${service} is not ready after ${deadlineMs} ms: ${why}`);
        await wait(100);
      }
    }
  }

  async stop(services: readonly ServiceName[] = serviceNames): Promise<void> {
    await Promise.all(services.map((service) => this.#member(service).stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #member(service: ServiceName): Member {
    const member = this.#members.get(service);
    if (member === undefined) throw new RangeError(`There is no service ${service}.`);
    return member;
  }
}
