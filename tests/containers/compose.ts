import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerComposeEnvironment, Wait, type StartedDockerComposeEnvironment } from 'testcontainers';
import { signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';

export const root = join(import.meta.dirname, '../..');
const files = ['docker-compose.yml', 'docker-compose.test.yml'];
const startMs = 600_000;
/** Runs once and ends; it has no health to wait for. */
const oneShots = ['databases', 'setup'];

export type Inspected = {
  Name: string; RestartCount: number; State: { Status: string; ExitCode: number; Health?: { Status: string } }; Config: { Env: string[]; Image: string; Labels: Record<string, string> };
  NetworkSettings: { Ports: Record<string, Array<{ HostIp: string; HostPort: string }> | null> };
};

/** docker-compose.yml with its test override, brought up through testcontainers on ports and with secrets of its own. */
export class ComposeStack implements AsyncDisposable {
  readonly home: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  #environment: StartedDockerComposeEnvironment | undefined;

  private constructor(home: string, project: string, env: Record<string, string>) {
    this.home = home;
    this.project = project;
    this.env = env;
  }

  static async up(): Promise<ComposeStack> {
    const home = mkdtempSync(join(tmpdir(), 'countersign-compose-'));
    mkdirSync(join(home, 'secrets'), { mode: 0o700 });
    const env = { COUNTERSIGN_HOME: home, COUNTERSIGN_PORT: '0', COUNTERSIGN_PROMETHEUS_PORT: '0', COUNTERSIGN_REGISTRY_PORT: '0', COUNTERSIGN_KAFKA_PORT: String(await freePort()), COMPOSE_PROFILES: '', COUNTERSIGN_OTLP_URL: '' };
    const stack = new ComposeStack(home, `countersign${process.pid}`, env);
    let environment = new DockerComposeEnvironment(root, files).withProjectName(stack.project).withEnvironment(env).withStartupTimeout(startMs).withDefaultWaitStrategy(Wait.forHealthCheck());
    // Compose 1 and 2 name containers differently.
    for (const name of oneShots) for (const container of [`${name}_1`, `${name}-1`]) environment = environment.withWaitStrategy(container, Wait.forOneShotStartup());
    try {
      stack.compose('run', '--rm', '-T', 'secrets');
      stack.#environment = await environment.up();
    } catch (error) {
      process.stderr.write(stack.compose('logs', '--tail', '20'));
      await stack[Symbol.asyncDispose]();
      throw error;
    }
    return stack;
  }

  /** Runs docker compose on this project; throws with what it said when it fails. */
  compose(...args: string[]): string {
    return run('docker', ['compose', ...files.flatMap((file) => ['-f', file]), '--project-name', this.project, ...args], this.env);
  }

  /** Where a port of a service is reached from here: host:port. */
  address(service: string, port: number): string {
    const published = this.inspect().find(({ Config }) => Config.Labels['com.docker.compose.service'] === service)?.NetworkSettings.Ports[`${port}/tcp`]?.[0];
    if (published === undefined) throw new Error(`${service} publishes no port ${port}.`);
    return `127.0.0.1:${published.HostPort}`;
  }

  /** Every container of the project, ended ones too. */
  inspect(): Inspected[] {
    const ids = run('docker', ['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${this.project}`]).split('\n').filter((id) => id !== '');
    return JSON.parse(run('docker', ['inspect', ...ids])) as Inspected[];
  }

  async token(person: string, role: string): Promise<string> {
    return await signDevelopmentToken(this.home, { subject: person, roles: [role] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#environment?.down({ removeVolumes: true, timeout: 30_000 });
    if (this.#environment === undefined) this.compose('down', '--volumes');
    rmSync(this.home, { recursive: true, force: true });
  }
}

export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}${stdout}`);
  return stdout;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
