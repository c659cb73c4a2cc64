/** `countersign audit verify` on live tables, as whoever checks them runs it: a process, with a role that can read and nothing else. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { formatVerifierKey } from '@countersign/merkle';
import { readLogKeys } from '../../services/audit/log/keys.ts';
import { policyText, proposals, sendAll } from '../bench/load.ts';
import { TestStack, until } from '../harness/stack.ts';

const root = join(import.meta.dirname, '../..');
const autos = 20;
let stack: TestStack;
let folder: string;
let key: string;
let database: string;
let vault: string;
const role = `verifier_${process.pid}`;

/** In docs/verifying.md, word for word but for the names of the databases and the role. */
async function grantsOf(database: 'countersign' | 'countersign_vault'): Promise<string[]> {
  const text = await readFile(join(root, 'docs/verifying.md'), 'utf8');
  const block = new RegExp(`-- in ${database}\\n([\\s\\S]*?)(?:\\n-- |\\n\`\`\`)`).exec(text)?.[1] ?? '';
  return block.split('\n').filter((line) => line !== '').map((line) => line.replaceAll('countersign_verifier', role));
}

async function asSuperuser(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: Object.assign(new URL(stack.superuserUrl), { pathname: new URL(url).pathname }).href });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-live-'));
  stack = await TestStack.prepare();
  await stack.start(['risk', 'audit', 'intake', 'routing', 'sampling', 'review']);
  await stack.activatePolicy(policyText);
  await sendAll(stack, proposals(stack, 'v', autos));
  await stack.services?.drain(60_000);
  const { keys } = await readLogKeys(stack.logEnv['COUNTERSIGN_AUDIT_LOG_KEY_FILE'] ?? '');
  key = keys.map(({ verifier }) => formatVerifierKey(verifier)).join('\n');
  await until('the log is signed to its end', async () => (await stack.query<{ done: boolean }>('select anchored_size = size and not exists(select from audit.log_batches) as done from audit.log_state'))[0]?.done || undefined, 60_000);
  await stack.stop();
  const { databaseUrl, vaultDatabaseUrl } = stack.settings;
  await asSuperuser(databaseUrl, `create role ${role} login password 'read'`, ...(await grantsOf('countersign')));
  await asSuperuser(vaultDatabaseUrl, ...(await grantsOf('countersign_vault')));
  [database = '', vault = ''] = [databaseUrl, vaultDatabaseUrl].map((url) => Object.assign(new URL(url), { username: role, password: 'read' }).href);
}, 180_000);
afterAll(async () => {
  const { databaseUrl, vaultDatabaseUrl } = stack.settings;
  for (const url of [databaseUrl, vaultDatabaseUrl]) await asSuperuser(url, `drop owned by ${role}`);
  await asSuperuser(databaseUrl, `drop role ${role}`);
  await stack[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

type Ended = { code: number | null; stdout: string; stderr: string };

/** From a folder of its own, with nothing in its environment that would lead it to a running copy. */
async function verify(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'packages/stack/src/cli/main.ts'), 'audit', 'verify', ...args], { cwd: folder, env: { PATH: process.env['PATH'], COUNTERSIGN_HOME: join(folder, 'nothing') } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (ended.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ended.stderr += text.toString()));
  ended.code = await new Promise((resolve) => child.once('close', resolve));
  return ended;
}

const withVault = () => ['--vault', vault, '--master-key-file', stack.settings.masterKeyFile];
const tiles = () => ['--tiles', String(stack.logEnv['COUNTERSIGN_AUDIT_LOG_FOLDER'])];
const anchors = () => ['--checkpoints', String(stack.logEnv['COUNTERSIGN_AUDIT_ANCHOR_FILE'])];

describe('a log that is whole', () => {
  test('is verified, content and all: exit code 0', async () => {
    const { code, stdout, stderr } = await verify('--database', database, ...tiles(), ...withVault(), ...anchors(), '--key', key);
    expect([code, stdout.split('\n')[0], stderr]).toEqual([0, 'VERIFIED. Everything was checked, and nothing was found.', '']);
    expect(stdout).toMatch(new RegExp(`\\n +${autos} verdicts\\n`));
  }, 120_000);

  test('of which what is sealed stays closed is checked as far as that goes: exit code 2, and what is missing is told', async () => {
    writeFileSync(join(folder, 'KEYS.pub'), `${key}\n`);
    const { code, stdout } = await verify('--database', database, '--key', 'KEYS.pub', '--json');
    const report = JSON.parse(stdout) as { verdict: string; findings: unknown[] };
    expect([code, report.verdict, report.findings]).toEqual([2, 'incomplete', []]);
  }, 120_000);
});

describe('what keeps it from looking is told in a sentence, and is no finding: exit code 3', () => {
  const other = () => key.replace(/^[^+]+/, 'another.example/log');
  const slips: ReadonlyArray<[string, () => string[], RegExp]> = [
    ['nothing to check', () => ['--key', key], /Nothing was named to check, or two things\.[\s\S]*--database/], ['no key', () => ['--database', database], /--key/], ['nobody there', () => ['--database', 'postgres://x:y@127.0.0.1:1/z', '--key', key], /cannot be read: .*ECONNREFUSED/],
    ['a vault that may not be read', () => ['--database', database, '--key', key, '--vault', database, '--master-key-file', stack.settings.masterKeyFile], /cannot be read: .*decision_keys/], ['checkpoints that are not there', () => ['--database', database, '--key', key, '--checkpoints', 'nope.jsonl'], /no file nope\.jsonl/],
    ['a key that is none', () => ['--database', database, '--key', 'nope'], /nope is neither a file nor a verifier key/], ['the key of another log', () => ['--database', database, '--key', other()], /keys are of|verifier key/],
    ['a vault without its key', () => ['--database', database, '--vault', vault, '--key', key], /The vault opens with its master key/], ['no such database', () => ['--database', database.replace(/\/[^/]+$/, '/nowhere'), '--key', key], /cannot be read: .*nowhere/],
  ];
  // Each is a process of its own, which takes longer to start than to say no.
  test.each(process.env['COUNTERSIGN_TEST_FULL'] === '1' ? slips : slips.slice(0, 5))('%s', async (_what, args, words) => {
    const { code, stdout, stderr } = await verify(...args());
    expect([code, stdout, words.test(stderr) || stderr, / at .*:\d+:\d+/.test(stderr)]).toEqual([3, '', true, false]);
  }, 60_000);
});

/** Last: what follows would find it too. */
describe('a log that was tampered with', () => {
  test('is found out: exit code 1, what it was and where', async () => {
    await asSuperuser(stack.settings.databaseUrl, `set session_replication_role = replica`, `update audit.events set actor = 'nobody' where ctid = (select ctid from audit.events where record = 'PolicyApproved' limit 1) and record = 'PolicyApproved'`);
    const whole = await verify('--database', database, ...tiles(), ...withVault(), ...anchors(), '--key', key);
    expect([whole.code, whole.stdout.split('\n')[0], whole.stdout.includes('row-changed'), whole.stdout.includes('nobody')]).toEqual([1, expect.stringMatching(/^FINDINGS: \d/), true, true]);
    // Without tiles it is not told what was changed; that it was, and of which record, is.
    const bare = await verify('--database', database, '--key', key, '--json');
    const { verdict, findings } = JSON.parse(bare.stdout) as { verdict: string; findings: Array<{ code: string }> };
    expect([bare.code, verdict, findings.map((finding) => finding.code)]).toEqual([1, 'findings', expect.arrayContaining(['row-changed'])]);
  }, 120_000);
});
