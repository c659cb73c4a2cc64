/**
 * `npm run test:containers`: builds the image, checks what Prometheus is given with its own tool, brings the compose file
 * up and runs the end-to-end scenarios against it. Needs a Docker engine. Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRun } from '../test-run.ts';

const root = join(import.meta.dirname, '../..');
const image = 'prom/prometheus:latest';
const run = new TestRun();

function promtool(...args: string[]): readonly string[] {
  return ['run', '--rm', '--entrypoint', 'promtool', '--volume', `${join(root, 'infra/prometheus')}:/etc/prometheus:ro`, image, ...args];
}

/** Behind a proxy that inspects TLS the build must trust what Node does here. */
function lendAuthorities(): void {
  const authorities = process.env['NODE_EXTRA_CA_CERTS'];
  if (authorities !== undefined && authorities !== '') copyFileSync(authorities, join(root, 'infra/docker/certificates/extra.crt'));
}

if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status !== 0) {
  run.fail('No Docker engine answers. Start one (docker info must work), then run this again.');
} else {
  lendAuthorities();
  run.check('docker compose config', 'docker', ['compose', 'config', '--quiet']);
  run.check('docker compose config, test override', 'docker', ['compose', '-f', 'docker-compose.yml', '-f', 'docker-compose.test.yml', 'config', '--quiet']);
  run.check('promtool check config', 'docker', promtool('check', 'config', '/etc/prometheus/prometheus.yml'));
  run.check('promtool check rules', 'docker', promtool('check', 'rules', '/etc/prometheus/alerts.yml'));
  run.check('promtool test rules', 'docker', promtool('test', 'rules', '/etc/prometheus/alerts.test.yml'));
  // The network of this machine: a build must reach what an install here reaches.
  if (run.check('the image', 'docker', ['build', '--quiet', '--network', 'host', '--file', 'infra/docker/Dockerfile', '--tag', 'countersign:local', '.'])) {
    // The reaper of testcontainers is an image of its own that we can do without: the stack is taken down by the test.
    run.jest('the compose file and the end-to-end scenarios against it', ['--config', 'tests/containers/jest.config.ts'], { TESTCONTAINERS_RYUK_DISABLED: 'true' });
  }
}
run.end();
