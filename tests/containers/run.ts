/**
 * `npm run test:containers`: builds the image, checks what Prometheus is given with its own tool, brings the compose file
 * up and runs the end-to-end scenarios against it. Needs a Docker engine. Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const image = 'prom/prometheus:latest';
let passed = 0;
let failed = 0;

function check(name: string, command: string, args: readonly string[]): boolean {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed += 1;
  else failed += 1;
  return status === 0;
}

function promtool(...args: string[]): readonly string[] {
  return ['run', '--rm', '--entrypoint', 'promtool', '--volume', `${join(root, 'infra/prometheus')}:/etc/prometheus:ro`, image, ...args];
}

/** Behind a proxy that inspects TLS the build must trust what Node does here. */
function lendAuthorities(): void {
  const authorities = process.env['NODE_EXTRA_CA_CERTS'];
  if (authorities !== undefined && authorities !== '') copyFileSync(authorities, join(root, 'infra/docker/certificates/extra.crt'));
}

function runJest(): void {
  process.stdout.write('\n== the compose file and the end-to-end scenarios against it\n');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-results-'));
  const results = join(folder, 'results.json');
  spawnSync(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--config', 'tests/containers/jest.config.js', '--json', `--outputFile=${results}`], {
    // The reaper of testcontainers is an image of its own that we can do without: the stack is taken down by the test.
    cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TESTCONTAINERS_RYUK_DISABLED: 'true' },
  });
  try {
    const summary = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number; numRuntimeErrorTestSuites: number; numPendingTests: number };
    passed += summary.numPassedTests;
    failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites + summary.numPendingTests;
  } catch {
    failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status !== 0) {
  process.stderr.write('No Docker engine answers. Start one (docker info must work), then run this again.\n');
  failed += 1;
} else {
  lendAuthorities();
  check('docker compose config', 'docker', ['compose', 'config', '--quiet']);
  check('docker compose config, test override', 'docker', ['compose', '-f', 'docker-compose.yml', '-f', 'docker-compose.test.yml', 'config', '--quiet']);
  check('promtool check config', 'docker', promtool('check', 'config', '/etc/prometheus/prometheus.yml'));
  check('promtool check rules', 'docker', promtool('check', 'rules', '/etc/prometheus/alerts.yml'));
  check('promtool test rules', 'docker', promtool('test', 'rules', '/etc/prometheus/alerts.test.yml'));
  // The network of this machine: a build must reach what an install here reaches.
  if (check('the image', 'docker', ['build', '--quiet', '--network', 'host', '--file', 'infra/docker/Dockerfile', '--tag', 'countersign:local', '.'])) runJest();
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
