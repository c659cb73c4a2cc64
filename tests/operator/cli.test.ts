import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createVerifier, requirePermission } from '@countersign/kit';
import { developmentIssuer, ensureSecrets } from '../../packages/stack/src/embedded/secrets.ts';

const root = join(import.meta.dirname, '../..');
const slow = 120_000;
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(root, 'packages/stack/src/cli/main.ts'), ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], COUNTERSIGN_HOME: home, ...env } });
}

describe('token', () => {
  test('is one that the services of this home accept, for the roles it was asked for', async () => {
    const { jwks } = await ensureSecrets(home);
    const { status, stdout } = run(['token', '--as', 'rita', '--role', 'reviewer', 'auditor', '--ttl', '60']);
    expect(status).toBe(0);
    const identity = await createVerifier([{ issuer: developmentIssuer, jwks }])(`Bearer ${stdout.trim()}`);
    expect(identity).toEqual({ subject: 'rita', name: 'rita', roles: ['reviewer', 'auditor'], systems: [], sessionId: null });
    expect(() => requirePermission(identity, 'audit.export')).not.toThrow();
    expect(() => requirePermission(identity, 'decisions.propose')).toThrow('needs one of the roles pipeline');
  }, slow);

  test('is refused in production, and worth nothing there: services do not start with its issuer', async () => {
    const { jwks, masterKey, samplingKeys } = await ensureSecrets(home);
    const refused = run(['token', '--as', 'rita', '--role', 'admin'], { COUNTERSIGN_ENVIRONMENT: 'production' });
    expect([refused.status, refused.stdout, refused.stderr.includes('refused in production')]).toEqual([1, '', true]);
    const { stdout } = run(['token', '--as', 'rita', '--role', 'admin']);
    await expect(createVerifier([{ issuer: 'https://login.example.org', jwks }])(`Bearer ${stdout.trim()}`)).rejects.toThrow('not valid');
    const service = spawnSync(process.execPath, [join(root, 'services/routing/main.ts')], {
      encoding: 'utf8', env: {
        PATH: process.env['PATH'], COUNTERSIGN_ENVIRONMENT: 'production', COUNTERSIGN_KAFKA_BROKERS: 'localhost:1', COUNTERSIGN_REGISTRY_URL: 'http://localhost:1', COUNTERSIGN_DATABASE_URL: 'postgres://localhost:1/x',
        COUNTERSIGN_VAULT_DATABASE_URL: 'postgres://localhost:1/y', COUNTERSIGN_DATABASE_PASSWORD: 'x', COUNTERSIGN_MASTER_KEY_FILE: masterKey, COUNTERSIGN_SAMPLING_KEYS_FILE: samplingKeys, COUNTERSIGN_JWKS: jwks, COUNTERSIGN_TOKEN_ISSUER: developmentIssuer,
      },
    });
    expect([service.status, service.stderr.includes('COUNTERSIGN_TOKEN_ISSUER must not be countersign-development in production')]).toEqual([2, true]);
  }, slow);

  test('needs a home that has started once, and a role that exists', () => {
    expect(run(['token', '--as', 'rita', '--role', 'reviewer']).stderr).toContain('npm start');
    expect(run(['token', '--as', 'rita', '--role', 'king']).stderr).toContain('Allowed choices are');
  }, slow);
});

describe('reset', () => {
  test('clears what Countersign made, and is content with nothing', async () => {
    await ensureSecrets(home);
    for (const folder of ['kafka', 'audit-log', 'anchors']) mkdirSync(join(home, folder));
    writeFileSync(join(home, 'running.pid'), '999999999');
    expect(run(['reset']).status).toBe(0);
    expect(existsSync(home)).toBe(false);
    expect(run(['reset']).status).toBe(0);
  }, slow);

  test('clears nothing while Countersign runs', async () => {
    await ensureSecrets(home);
    writeFileSync(join(home, 'running.pid'), String(process.pid));
    const { status, stderr } = run(['reset']);
    expect([status, stderr.includes('Stop it with Ctrl-C first'), existsSync(join(home, 'secrets'))]).toEqual([1, true, true]);
  }, slow);

  test('clears no folder that holds anything else: a slip in COUNTERSIGN_HOME must not cost a home directory', async () => {
    await ensureSecrets(home);
    writeFileSync(join(home, 'thesis.tex'), 'ten years');
    const { status, stderr } = run(['reset']);
    expect([status, stderr.includes('thesis.tex'), existsSync(join(home, 'thesis.tex')), existsSync(join(home, 'secrets'))]).toEqual([1, true, true, true]);
  }, slow);
});

describe('a slip of the person who types', () => {
  test.each<[string, string[], string]>([
    ['a policy that is not there', ['policy', 'check', 'nope.yaml'], 'There is no file nope.yaml.'],
    ['a folder for a policy', ['policy', 'check', root], 'That is a folder; name a file.'],
    ['keys that are not there', ['sampling', 'recompute', '--keys', 'nope.json'], 'There is no file nope.json.'],
    ['keys that are something else', ['sampling', 'recompute', '--keys', join(root, 'README.md')], 'README.md is no JSON file of sampling keys.'],
  ])('%s is told in a sentence, without the inside of the program', (_what, args, expected) => {
    const { status, stderr } = run(args);
    expect([status, stderr.includes(expected), / at .*:\d+:\d+/.test(stderr)]).toEqual([1, true, false]);
  }, slow);
});

describe('policy check', () => {
  test('says the type and version of a sound one', () => {
    const { status, stdout } = run(['policy', 'check', join(root, 'examples/policies/digits.routing.yaml')]);
    expect([status, /is sound: digits\.routing sha256:[0-9a-f]{64}/.test(stdout)]).toEqual([0, true]);
  }, slow);

  test('warns of what can hardly be meant, and takes it for sound', () => {
    const file = join(home, 'odd.yaml');
    writeFileSync(file, readFileSync(join(root, 'examples/policies/digits.routing.yaml'), 'utf8').replace('when: touchesEdge', 'when: output.label == "sven"'));
    const { status, stdout, stderr } = run(['policy', 'check', file]);
    expect([status, stdout.includes('is sound')]).toEqual([0, true]);
    expect(stderr).toMatch(/odd\.yaml:58:\d+ Warning: output\.label is never "sven": that is none of the answers\. Compare with one of: 0, 1/);
  }, slow);

  test('names line, column and remedy of what is wrong', () => {
    const file = join(home, 'bad.yaml');
    writeFileSync(file, 'decisionType: x\nspotCheckRate: 0\n');
    const { status, stderr } = run(['policy', 'check', file]);
    expect([status, stderr.includes(`${file}:2:`), stderr.includes('spotCheckRate')]).toEqual([1, true, true]);
  }, slow);
});

describe('what needs a running Countersign', () => {
  test.each([[['metrics', 'rebuild']], [['dead-letters', 'list']], [['sampling', 'rotate-key']]])('%j says so, with the remedy', (args) => {
    const { status, stderr } = run(args);
    expect([status, stderr.includes('Countersign does not run'), stderr.includes('npm start')]).toEqual([1, true, true]);
  }, slow);

  test('a rotation by hand refuses a key too soon', async () => {
    const { samplingKeys } = await ensureSecrets(home);
    const { status, stderr } = run(['sampling', 'rotate-key', '--file', samplingKeys, '--starts-in', '9m']);
    expect([status, stderr.includes('too soon'), stderr.includes('at least 11 minutes')]).toEqual([1, true, true]);
    const added = run(['sampling', 'rotate-key', '--file', samplingKeys, '--starts-in', '20m']);
    expect([added.status, added.stdout.includes('Key k2 becomes valid at')]).toEqual([0, true]);
  }, slow);
});
