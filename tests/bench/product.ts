import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';
import { Deployment } from '../e2e/deployment.ts';
import { until } from '../harness/stack.ts';

const program = join(import.meta.dirname, '../../packages/stack/src/cli/main.ts');
const startMsMax = 120_000;
/** The flags of `npm start`, which this process was started with too. */
const nodeFlags = process.execArgv;

/** Countersign as `npm start` runs it: a process of its own. */
export class Product implements AsyncDisposable {
  /** From the start of the process until `/readyz` said yes, in milliseconds. */
  readonly readyMs: number;
  readonly kafka: string;
  readonly deployment: Deployment;
  readonly #process: ChildProcess;

  private constructor(parts: { readyMs: number; kafka: string; deployment: Deployment; process: ChildProcess }) {
    this.readyMs = parts.readyMs;
    this.kafka = parts.kafka;
    this.deployment = parts.deployment;
    this.#process = parts.process;
  }

  static async start(home: string, cache: string): Promise<Product> {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [...nodeFlags, program, 'start', '--no-example', '--port', '0'], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, COUNTERSIGN_HOME: home, COUNTERSIGN_CACHE: cache } });
    try {
      return await Product.#connect(child, home, startedMs);
    } catch (error) {
      child.kill('SIGINT');
      throw error;
    }
  }

  static async #connect(child: ChildProcess, home: string, startedMs: number): Promise<Product> {
    const file = join(home, 'endpoints.json');
    const endpoints = await until('the product wrote its endpoints', () => {
      if (child.exitCode !== null) throw new Error(`The product ended with ${child.exitCode}.`);
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { http: string; kafka: string; registry: string }) : undefined;
    }, startMsMax);
    await until('the product is ready', async () => ((await fetch(`${endpoints.http}/readyz`)).status === 200 ? true : undefined), startMsMax);
    const readyMs = performance.now() - startedMs;
    const deployment = await Deployment.connect({
      url: endpoints.http, brokers: [endpoints.kafka], registry: endpoints.registry, topicPrefix: 'countersign.',
      token: (person, role) => signDevelopmentToken(home, { subject: person, roles: [role], systems: ['*'] }),
    });
    return new Product({ readyMs, kafka: endpoints.kafka, deployment, process: child });
  }

  /** Resident memory of the Node process in megabytes; Kafka, registry and Postgres are others. */
  rssMb(): number {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#process.pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes) / 1000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.deployment[Symbol.asyncDispose]();
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGINT');
    await ended;
  }
}
