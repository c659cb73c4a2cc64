import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { commonSettings, readSettings } from '@countersign/kit';
import { startCluster, type ChaosCluster } from '../../chaos/cluster.ts';
import { DeskWork, type Reviewer } from '../../harness/desk-work.ts';
import { until } from '../../harness/stack.ts';
import { proposal } from '../load.ts';
import { cpuSecondsOf } from './cpu.ts';
import type { LoadOrder, LoadResult } from './reviewers.ts';

const sizes = { small: 1000, large: Number(process.env['BENCH_DESK_TASKS'] ?? 1_000_000) } as const;
const perSecond = Number(process.env['BENCH_DESK_RATE'] ?? 60);
const people = 200;
/** Longer than the undo window, so that judgements become final all through what is counted. */
const warmUpSeconds = 8;
const seconds = Number(process.env['BENCH_DESK_SECONDS'] ?? 30);
const openedAtOnce = 50_000;
const heldEvery = 20;
const types = Array.from({ length: 12 }, (_, index) => `type-${index}`);
/** A small queue among many: some people may work no other. */
const niche = 'niche/standard';
const queues = [...types.flatMap((type) => [`${type}/standard`, `${type}/senior`]), niche, niche, niche];

export type ClaimFigures = { claim_p95_ms: number; submit_p95_ms: number; size_ratio: number };
type Measured = { claim: number[]; submit: number[]; baseline: number[] };

/** Claims and submits through the service's own HTTP server, at both sizes, each beside a baseline of the same run. */
export async function measureClaims(): Promise<ClaimFigures> {
  const small = await measureAt(sizes.small);
  const large = await measureAt(sizes.large);
  const [claim, submit] = [ratioOf(small.claim, large.claim), ratioOf(small.submit, large.submit)];
  process.stdout.write(`   ${sizes.large} to ${sizes.small} open tasks: claim ${claim.toFixed(2)}, submit ${submit.toFixed(2)}\n`);
  return { claim_p95_ms: round(p95(large.claim)), submit_p95_ms: round(p95(large.submit)), size_ratio: round(Math.max(claim, submit)) };
}

async function measureAt(count: number): Promise<Measured> {
  await using cluster = await startCluster();
  const env = serviceEnv(cluster);
  await using work = await DeskWork.connect(readSettings(commonSettings, env), cluster.sources.database, proposal('case'));
  const reviewers = await prepare(work, count);
  await using server = await startServer(cluster, env);
  const tokens = await Promise.all(reviewers.map(async ({ personId, senior }) => `Bearer ${await cluster.token(personId, senior ? 'senior' : 'reviewer')}`));
  const order = { url: server.url, tokens, warmUpSeconds, seconds };
  const before = await load({ ...order, kind: 'baseline', perSecond: 2 * perSecond, warmUpSeconds: 2 });
  const postgres = await postmaster(cluster);
  const spentBefore = { service: cpuSecondsOf(server.pid), postgres: cpuSecondsOf(postgres) };
  const result = await withNewWork(work, count, () => load({ ...order, kind: 'desk', perSecond }));
  const cases = perSecond * (warmUpSeconds + seconds);
  report(`${count} open tasks`, result, before);
  process.stdout.write(`   CPU of a case: ${msEach(cpuSecondsOf(server.pid) - spentBefore.service, cases)} in the service, ${msEach(cpuSecondsOf(postgres) - spentBefore.postgres, cases)} in Postgres\n`);
  return { claim: result.claim, submit: result.submit, baseline: before.baseline };
}

const msEach = (cpuSeconds: number, cases: number) => `${((cpuSeconds * 1000) / cases).toFixed(2)} ms`;

async function postmaster({ home }: ChaosCluster): Promise<number> {
  const [line] = (await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  return Number(line);
}

function serviceEnv(cluster: ChaosCluster): Record<string, string> {
  const { COUNTERSIGN_REVIEW_UNDO_MS: _undo, COUNTERSIGN_REVIEW_CLAIM_TTL_MS: _ttl, COUNTERSIGN_DATABASE_POOL_MAX: _pool, COUNTERSIGN_PARTITIONS: _partitions, ...env } = cluster.env('review');
  return env;
}

async function prepare(work: DeskWork, count: number): Promise<Reviewer[]> {
  const startedMs = performance.now();
  for (let first = 1; first <= count; first += openedAtOnce) await work.open({ first, count: Math.min(openedAtOnce, count + 1 - first), queues, heldEvery });
  const reviewers = Array.from({ length: people }, (_, index) => ({ personId: `reviewer-${index}`, senior: index % 4 === 0, queues: queuesOf(index) }));
  await work.enter(reviewers);
  await work.query('create table baseline (row_id integer primary key, touched integer not null)');
  await work.query('insert into baseline select i, 0 from generate_series(0, $1::int - 1) i', [people]);
  await work.query('grant select, update on baseline to countersign_review');
  await work.settle();
  process.stdout.write(`   ${count} tasks written in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
  return reviewers;
}

/** Half may work everything, one in twenty a small queue alone, the others some types. */
function queuesOf(index: number): string[] {
  if (index % 20 === 7) return [niche];
  if (index % 2 === 0) return ['*'];
  return [0, 1, 2].map((step) => types[(index + step * 5) % types.length] ?? '');
}

/** As much comes in as is judged, so that the size stays. */
async function withNewWork<T>(work: DeskWork, count: number, run: () => Promise<T>): Promise<T> {
  let first = count + 1;
  let adding = Promise.resolve();
  const timer = setInterval(() => {
    const from = first;
    first += perSecond;
    adding = adding.then(() => work.open({ first: from, count: perSecond, queues }));
  }, 1000);
  try {
    return await run();
  } finally {
    clearInterval(timer);
    await adding;
  }
}

async function startServer(cluster: ChaosCluster, env: Record<string, string>): Promise<AsyncDisposable & { url: string; pid: number }> {
  const url = cluster.url('review');
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'server.ts')], { stdio: ['ignore', 'inherit', 'inherit'], env });
  const ended = once(child, 'exit');
  await until('the server is ready', async () => {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    return await fetch(`${url}/readyz`).then(({ status }) => (status === 200 ? true : undefined), () => undefined);
  }, 60_000);
  return {
    url, pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'reviewers.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  return JSON.parse(await text(child.stdout)) as LoadResult;
}

function report(what: string, result: LoadResult, { baseline }: LoadResult): void {
  const line = (name: string, figures: readonly number[]) => process.stdout.write(`   ${name.padEnd(13)} ${describe(figures)}, p95 ${(p95(figures) / p95(baseline)).toFixed(2)} of the baseline\n`);
  process.stdout.write(`${what}: ${result.claim.length} claims and ${result.submit.length} submits in ${seconds} s\n`);
  process.stdout.write(`   ${'baseline'.padEnd(13)} ${describe(baseline)}: one update of one row at ${2 * perSecond} a second\n`);
  for (const name of ['claim', 'presentation', 'painted', 'submit'] as const) line(name, result[name]);
  process.stdout.write(`   ${'late start'.padEnd(13)} ${describe(result.lateStartMs)}, counted in the above\n`);
  for (const [problem, times] of Object.entries(result.problems).slice(0, 10)) process.stdout.write(`   ${times} times: ${problem}\n`);
}

const describe = (figures: readonly number[]) => `p50 ${at(figures, 0.5).toFixed(1)} ms, p95 ${p95(figures).toFixed(1)}, p99 ${at(figures, 0.99).toFixed(1)}, worst ${at(figures, 1).toFixed(1)}`;
const p95 = (figures: readonly number[]) => at(figures, 0.95);
const ratioOf = (small: readonly number[], large: readonly number[]) => p95(large) / p95(small);
const round = (value: number) => Math.round(value * 100) / 100;

function at(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
