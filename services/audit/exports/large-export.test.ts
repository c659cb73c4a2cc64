import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { keysOf, openBundle, verifyEvidence } from '@countersign/evidence';
import { openDatabase, openPool, readMasterKey, roleUrl, Vault } from '@countersign/kit';
import { policyText } from '../../../tests/bench/load.ts';
import { processOf } from '../../../tests/harness/process.ts';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { freePort } from '../../../packages/stack/src/infrastructure/ports.ts';
import { TileFolder } from '../log/tile-folder.ts';
import type { ExportFormat, ExportJob } from './job.ts';
import { makeExport } from './make.ts';
import { reason } from '../testing/exports.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const events = full ? 1_000_000 : 26_000;
const batchRows = 1000;
/** Proofs cost more than lines: of so many the bundle is made, and the export that is killed. */
const provenEvents = full ? 1_000_000 : 4_000;
/** Of one export: what is whole after it is that of a million, on a machine that has other work, and no measure. */
const exportMsMax = full ? 2_700_000 : 300_000;
/** Pages of rows, a group of Parquet, tiles; and what the collector cannot tell apart from them. */
const liveBytesMax = 100_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let stack: TestStack;
let folder: string;
let keys: string;
let provenTo: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-large-'));
  stack = await TestStack.prepare();
  await stack.start(['risk', 'audit', 'intake']);
  await stack.activatePolicy(policyText);
  await stack.services?.drain(30_000);
  // Copies of one event with ids and instants of their own, announced to the log as a writer announces its batches.
  await stack.query(`
    with source as (select * from audit.events where record = 'PolicyProposed' limit 1),
    batches as (select nextval('audit.log_batch_numbers') as batch, b from generate_series(0, $1::int / ${batchRows} - 1) b),
    written as (
      insert into audit.events (recorded_at, event_id, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_digest, payload_kind, payload, batch)
      select e.recorded_at + (b.b * ${batchRows} + g) * interval '1 microsecond', e.event_id || '/' || b.b || '/' || g, topic, partition, log_offset, record, occurred_at, published_at, actor, policy_version, value_digest, payload_kind, payload, b.batch
      from source e, batches b, generate_series(1, ${batchRows}) g returning batch, recorded_at
    )
    insert into audit.log_batches (batch, recorded_from, recorded_to, rows) select batch, min(recorded_at), max(recorded_at), count(*) from written group by batch`, [events]);
  await stack.services?.drain(240_000);
  const [nth] = await stack.query<{ at: string }>(`select to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from audit.log_entries where log_index = $1`, [Math.min(provenEvents, events)]);
  provenTo = nth?.at ?? '';
  keys = (await (await fetch(`${stack.services?.url ?? ''}/v1/audit/log/keys`)).text()).trim();
}, 600_000);

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test.each<[ExportFormat]>([['csv'], ['parquet'], ['bundle']])('a large export as %s holds every event, and no more memory than a small one', async (format) => {
  const { settings } = stack;
  await using database = openDatabase('audit', { ...settings, databasePoolMax: 2 });
  await using vaultPool = openPool(roleUrl(settings.vaultDatabaseUrl, 'countersign_audit', settings.databasePassword), 'vault', 1);
  await using vault = new Vault(vaultPool.pool, readMasterKey(settings.masterKeyFile));
  const directory = join(folder, format);
  mkdirSync(directory);
  const job: ExportJob = { exportId: '00000000-0000-4000-8000-000000000000', kind: 'range', filter: format === 'bundle' ? { to: provenTo } : {}, formats: [format], disclose: true, reason, state: 'running', requestedBy: 'olga', requestedAt: new Date().toISOString(), startedAt: null, finishedAt: null, expiresAt: null, attempt: 1, records: 0, bytes: 0, files: [], failure: null };
  const before = liveBytes();
  let [peak, sampled] = [0, 0];
  const [made] = await makeExport({ pool: database.pool, vault, folder: new TileFolder(String(stack.logEnv['COUNTERSIGN_AUDIT_LOG_FOLDER'])) }, job, directory, { bytesLeft: 1e12, reserveBytes: 0 }, ({ records }) => {
    if (records - sampled < (format === 'bundle' ? provenEvents : events) / 20) return;
    sampled = records;
    peak = Math.max(peak, liveBytes() - before);
  });
  process.stderr.write(`${format}: ${made?.records} events, ${Math.round((made?.bytes ?? 0) / 1e6)} MB out, at most ${Math.round(peak / 1e6)} MB held\n`);
  expect(made?.records).toBeGreaterThanOrEqual(format === 'bundle' ? provenEvents * 0.9 : events);
  expect(peak).toBeLessThan(liveBytesMax);
  const file = join(directory, made?.name ?? '');
  expect(statSync(file).size).toBe(made?.bytes);
  if (format === 'parquet') expect(Number((await parquetMetadataAsync(await asyncBufferFromFile(file))).num_rows)).toBe(made?.records);
  // The copies break rules, being copies; that each is where the log has it is what counts here.
  if (format === 'bundle') expect((await verifyEvidence(openBundle(file), { trust: { logKeys: keysOf([keys], 'ed25519'), witnessKeys: [], held: [] } })).findings.filter(({ code }) => !code.startsWith('rule-'))).toEqual([]);
}, exportMsMax);

test('an export whose process is killed half way leaves nothing whole, and is made by the next', async () => {
  await stack.stop();
  const exports = join(folder, 'exports');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<ChildProcess> => {
    const { args, env } = processOf('audit', stack);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...env, ...stack.logEnv, COUNTERSIGN_HTTP_PORT: String(port), COUNTERSIGN_AUDIT_EXPORT_FOLDER: exports } });
    await until('audit answers', async () => await fetch(`${url}/healthz`).then(({ ok }) => ok || undefined, () => undefined), 60_000);
    return child;
  };
  const call = async (method: string, path: string, body?: object) => await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${await stack.token('olga', 'auditor')}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const first = await start();
  const { exportId } = (await (await call('POST', '/v1/audit/exports', { kind: 'range', filter: { to: provenTo }, formats: ['csv'], disclose: true, reason })).json()) as { exportId: string };
  await until('half of it is written', () => {
    const file = join(exports, `${exportId}.1.part`, 'records.csv');
    return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000 ? true : undefined;
  }, 60_000);
  const died = once(first, 'exit');
  first.kill('SIGKILL');
  await died;
  expect(readdirSync(exports)).toEqual([`${exportId}.1.part`]);
  expect(await stack.query('select state, files from audit.exports where export_id = $1', [exportId])).toEqual([{ state: 'running', files: [] }]);
  // Its lease would end by itself in half a minute.
  await stack.query(`update audit.exports set lease_until = clock_timestamp() where export_id = $1`, [exportId]);
  const second = await start();
  try {
    const told = await until('it is made again', async () => {
      const answer = (await (await call('GET', `/v1/audit/exports/${exportId}`)).json()) as { state: string; attempts: number; files: Array<{ records: number; bytes: number }> };
      return answer.state === 'ready' ? answer : undefined;
    }, exportMsMax);
    expect(told).toMatchObject({ attempts: 2 });
    expect(told.files[0]?.records).toBeGreaterThanOrEqual(provenEvents * 0.9);
    expect(readdirSync(exports)).toEqual([`${exportId}.2`]);
    expect(statSync(join(exports, `${exportId}.2`, 'records.csv')).size).toBe(told.files[0]?.bytes);
  } finally {
    const ended = once(second, 'exit');
    second.kill('SIGTERM');
    await ended;
  }
}, 2 * exportMsMax);
